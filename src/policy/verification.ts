/** What a verification covers: the values that people read about an app, and where it may send them. */

/** A change of one of these puts a verified client back in review. Names are those of the columns. */
export const checkedFields = [
  'client_name',
  'description',
  'owner_name',
  'owner_account_id',
  'client_uri',
  'logo_hash',
  'policy_uri',
  'tos_uri',
  'redirect_uris',
  'post_logout_redirect_uris',
] as const;

export type CheckedField = (typeof checkedFields)[number];

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
