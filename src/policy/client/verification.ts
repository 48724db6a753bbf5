/**
 * What a verification covers: the values that people read about an app, and where it may send them. What a reviewer sees beside
 * them is kept too and shown when it changes, but does not end the verification (docs/decisions/0055).
 */
import { clientFields, type FieldName, type FieldsWith, fieldsWhere } from './schema.ts';

/** Columns: the owner is stored by the account's id, the logo by its hash. */
export type CheckedField = Exclude<FieldsWith<'review', 'covered'>, 'owner_email'> | 'owner_account_id' | 'logo_hash';

/** A change of one of these puts a verified client back in review. */
export const checkedFields: readonly CheckedField[] = [
  ...fieldsWhere(({ review }) => review === 'covered').map((name) =>
    name === 'owner_email' ? 'owner_account_id' : (name as CheckedField),
  ),
  'logo_hash',
];

/** What the field is called in a sentence. */
export function phraseOf(column: CheckedField): string {
  return column === 'logo_hash' ? 'logo' : clientFields[fieldOf(column)].phrase;
}

/** The field that a column holds: an owner is registered by address and stored by id. */
export function fieldOf(column: FieldName | 'owner_account_id'): FieldName {
  return column === 'owner_account_id' ? 'owner_email' : column;
}

export type SeenField = FieldsWith<'review', 'shown'>;

/** A change of one of these is shown to reviewers. */
export const seenFields = fieldsWhere<SeenField>(({ review }) => review === 'shown');

export type CheckedValues = { readonly [K in CheckedField]: string | null | readonly string[] };
type SeenValues = { readonly [K in SeenField]: unknown };
/** As they are kept: a verification that was made before a field was kept does not have it. */
export type KeptValues = CheckedValues & Partial<SeenValues>;

/** The values of a client that a reviewer checks, as they are kept with the verification. */
export function checkedValues(client: CheckedValues & SeenValues): KeptValues {
  return Object.fromEntries([...checkedFields, ...seenFields].map((field) => [field, client[field]])) as KeptValues;
}

/** The checked fields in which a client differs from what was checked. The order of a list makes no difference. */
export function changedSinceCheck(checked: CheckedValues, now: CheckedValues): CheckedField[] {
  return checkedFields.filter((field) => comparable(checked[field]) !== comparable(now[field]));
}

/** The fields that a reviewer saw and that differ now, although the verification does not cover them. */
export function changedBesideCheck(checked: KeptValues, now: SeenValues): SeenField[] {
  return seenFields.filter(
    (field) => field in checked && comparable(sorted(checked[field])) !== comparable(sorted(now[field])),
  );
}

/** Scopes in any order are the same. */
const sorted = (value: unknown): unknown => (typeof value === 'string' ? value.split(' ') : value);

function comparable(value: unknown): string {
  return JSON.stringify(Array.isArray(value) ? [...value].sort() : (value ?? null));
}

export interface Verification {
  readonly checked_at: Date;
  /** The actor who verified. */
  readonly checked_by: string;
  /** What is different now from what was checked: empty while the verification holds. */
  readonly changed: readonly CheckedField[];
  /** What is different beside it, which leaves the verification as it is. */
  readonly also_changed: readonly SeenField[];
}

/** The last verification of a client and what changed since; null if the client was never verified, or the verification was withdrawn. */
export function verificationOf(
  client: CheckedValues &
    SeenValues & {
      readonly checked_at: Date | null;
      readonly checked_by: string | null;
      readonly checked_values: KeptValues | null;
    },
): Verification | null {
  const { checked_at, checked_by, checked_values: values } = client;
  if (!checked_at || !checked_by || !values) return null;
  return {
    checked_at,
    checked_by,
    changed: changedSinceCheck(values, client),
    also_changed: changedBesideCheck(values, client),
  };
}
