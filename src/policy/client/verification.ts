/**
 * What a verification covers: the values that people read about an app, and where it may send them. What a reviewer sees beside
 * them is kept too and shown when it changes, but does not end the verification (docs/decisions/0055).
 */

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

/** A change of one of these is shown to reviewers. */
export const seenFields = [
  'scope',
  'optional_scope',
  'default_scope',
  'contacts',
  'allowed_origins',
  'grant_types',
  'token_endpoint_auth_method',
  'jwks_uri',
  'jwks',
] as const;

export type SeenField = (typeof seenFields)[number];

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

/** The last verification of a client and what changed since; null when there was none, or it was withdrawn. */
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
