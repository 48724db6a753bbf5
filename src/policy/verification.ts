/** What a verification covers: the values that people read about an app, and where it may send them. */

/** A change of one of these puts a verified client back in review: columns, and what they are called in a sentence. */
export const fieldWords = {
  client_name: 'name',
  description: 'what it is for',
  owner_name: 'who runs it',
  owner_account_id: 'owner’s account',
  client_uri: 'homepage',
  logo_hash: 'logo',
  policy_uri: 'privacy policy',
  tos_uri: 'terms',
  redirect_uris: 'redirect URIs',
  post_logout_redirect_uris: 'addresses after signing out',
} as const;

export type CheckedField = keyof typeof fieldWords;

export const checkedFields = Object.keys(fieldWords) as CheckedField[];

export type CheckedValues = { readonly [K in CheckedField]: string | null | readonly string[] };

/** The values of a client that a reviewer checks, as they are kept with the verification. */
export function checkedValues(client: CheckedValues): CheckedValues {
  return Object.fromEntries(checkedFields.map((field) => [field, client[field]])) as CheckedValues;
}

/** The checked fields in which a client differs from what was checked. The order of a list makes no difference. */
export function changedSinceCheck(checked: CheckedValues, now: CheckedValues): CheckedField[] {
  return checkedFields.filter((field) => comparable(checked[field]) !== comparable(now[field]));
}

function comparable(value: CheckedValues[CheckedField] | undefined): string {
  return JSON.stringify(Array.isArray(value) ? [...value].sort() : (value ?? null));
}

export interface Verification {
  readonly checked_at: Date;
  /** The actor who verified. */
  readonly checked_by: string;
  /** What is different now from what was checked: empty while the verification holds. */
  readonly changed: readonly CheckedField[];
}

/** The last verification of a client and what changed since; null when there was none, or it was withdrawn. */
export function verificationOf(
  client: CheckedValues & {
    readonly checked_at: Date | null;
    readonly checked_by: string | null;
    readonly checked_values: CheckedValues | null;
  },
): Verification | null {
  const { checked_at, checked_by, checked_values: values } = client;
  if (!checked_at || !checked_by || !values) return null;
  return { checked_at, checked_by, changed: changedSinceCheck(values, client) };
}
