/** Compares a client, field by field, with what it would become, or with what the last check saw. */

import type { Change } from '../../../../views/admin/clients/review.ts';
import { m } from '../../../../views/messages/index.ts';
import { type ClientMetadata, clientFields, type FieldName, fieldNames } from '../../../policy/client/schema.ts';
import {
  type CheckedField,
  changedBesideCheck,
  changedSinceCheck,
  fieldOf,
  type SeenField,
} from '../../../policy/client/verification.ts';
import type { Client } from '../../../store/clients.ts';
import { fieldWords } from './field-words.ts';

/** A change of the value of a field. */
export interface FieldChange extends Change {
  readonly name: FieldName;
}

/** Whether a verification covers the field: changing it reopens the review. */
export const reopensReview = ({ name }: FieldChange): boolean => clientFields[name].review === 'covered';

/** Changes since the last check: first the fields that the verification covers, then the others. */
export function changesSinceCheck(client: Client): Change[] {
  const checked = client.checked_values;
  if (!checked) return [];
  return [...changedSinceCheck(checked, client), ...changedBesideCheck(checked, client)].map((column) => ({
    label: labelOf(column),
    before: items(column, checked[column]),
    after: items(column, client[column]),
  }));
}

/** The label of a field or of its column. Other columns have no label, and their name is returned. */
export function labelOf(column: CheckedField | SeenField | string): string {
  if (column === 'logo_hash') return m().adminClientActs.logo.heading;
  const name = fieldOf(column as FieldName | 'owner_account_id');
  return Object.hasOwn(clientFields, name) ? fieldWords(name).label : column;
}

export function changesOf(before: Client, after: ClientMetadata): FieldChange[] {
  return fieldNames

    .map((name) => ({ name, label: labelOf(name), before: items(name, before[name]), after: items(name, after[name]) }))
    .filter((change) => JSON.stringify(change.before) !== JSON.stringify(change.after));
}

export function items(column: string, value: unknown): string[] {
  if (value === null || value === '') return [];
  if (Array.isArray(value)) return value.map((one) => (typeof one === 'object' ? JSON.stringify(one) : String(one)));
  if (typeof value === 'boolean') return [value ? m().lists.yes : m().lists.no];
  if (column.endsWith('scope')) return String(value).split(' ');
  return [typeof value === 'object' ? JSON.stringify(value) : String(value)];
}
