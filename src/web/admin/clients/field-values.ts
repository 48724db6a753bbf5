/** The values of a client's fields, for pages that show them. */

import type { FieldValue } from '../../../../views/admin/clients/field-rows.ts';
import type { ClientField } from '../../../policy/client/field.ts';
import { fieldsWhere } from '../../../policy/client/schema.ts';
import type { Client } from '../../../store/clients.ts';
import { fieldWords } from './field-words.ts';

/** The fields that pass `test` and have a value, in the order of the schema. */
export function fieldValues(client: Client, test: (field: ClientField) => boolean): FieldValue[] {
  return fieldsWhere(test).flatMap((name) => {
    const values = [client[name] ?? []].flat().map(String).filter(Boolean);
    return values.length === 0 ? [] : [{ label: fieldWords(name).label, values, isAddress: /_uris?$/.test(name) }];
  });
}
