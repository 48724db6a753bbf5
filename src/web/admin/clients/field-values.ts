/** The values of a client's fields, for pages that show them. */

import type { FieldValue } from '../../../../views/admin/clients/field-rows.ts';
import type { ClientField } from '../../../policy/client/field.ts';
import { fieldsWhere } from '../../../policy/client/schema.ts';
import type { Client } from '../../../store/clients.ts';
import { items } from './changes.ts';
import { fieldWords } from './field-words.ts';

/** The fields that pass `test` and have a value, in the order of the schema. A choice that was not made is left out. */
export function fieldValues(client: Client, test: (field: ClientField) => boolean): FieldValue[] {
  return fieldsWhere(test).flatMap((name) => {
    const values = client[name] === false ? [] : items(name, client[name] ?? null);
    return values.length === 0 ? [] : [{ label: fieldWords(name).label, values, isAddress: /_uris?$/.test(name) }];
  });
}
