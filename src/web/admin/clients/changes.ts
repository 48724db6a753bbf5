/** Compares a client, field by field, with what it would become, or with what the last check saw. */
import type { Change } from '../../../../views/admin/clients/review.ts';
import { type ClientMetadata, clientFields, type FieldName, fieldNames } from '../../../policy/client/schema.ts';
import {
  type CheckedField,
  changedBesideCheck,
  changedSinceCheck,
  fieldOf,
  type SeenField,
} from '../../../policy/client/verification.ts';
import type { Client } from '../../../store/clients.ts';

/** Labels of the fields that a verification covers: changing one of them reopens the review. */
export const reviewedLabels: ReadonlySet<string> = new Set(
  fieldNames.filter((name) => clientFields[name].review === 'covered').map((name) => clientFields[name].label),
);

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
  if (column === 'logo_hash') return 'Logo';
  const name = fieldOf(column as FieldName | 'owner_account_id');
  return Object.hasOwn(clientFields, name) ? clientFields[name].label : column;
}

export function changesOf(before: Client, after: ClientMetadata): Change[] {
  return fieldNames
    .map((name) => ({ label: labelOf(name), before: items(name, before[name]), after: items(name, after[name]) }))
    .filter((change) => JSON.stringify(change.before) !== JSON.stringify(change.after));
}

function items(column: string, value: unknown): string[] {
  if (value === null || value === '') return [];
  if (Array.isArray(value)) return value.map(String);
  if (typeof value === 'boolean') return [value ? 'yes' : 'no'];
  if (column.endsWith('scope')) return String(value).split(' ');
  return [typeof value === 'object' ? JSON.stringify(value) : String(value)];
}
