/** The fields of a registration that have the right form; whoever sends JSON may send anything. */

import { signingAlgorithms } from '../signing-algorithms.ts';
import type { ClientMetadata, Problems } from './metadata.ts';
import { clientTypes } from './types.ts';

type Form = readonly [is: (value: unknown) => boolean, problem: string];

const isText = (value: unknown): value is string => typeof value === 'string';
const text: Form = [isText, 'must be a string'];
const list: Form = [(value) => Array.isArray(value) && value.every(isText), 'must be a list of strings'];
const flag: Form = [(value) => typeof value === 'boolean', 'must be true or false'];
const object: Form = [(value) => typeof value === 'object' && !Array.isArray(value), 'must be an object'];
const type: Form = [
  (value) => isText(value) && Object.hasOwn(clientTypes, value),
  'must be web, spa, native or service',
];

const algorithm: Form = [
  (value) => (signingAlgorithms as readonly unknown[]).includes(value),
  `must be ${signingAlgorithms.join(' or ')}`,
];

const forms: Readonly<Record<keyof ClientMetadata, Form>> = {
  client_name: text,
  description: text,
  client_uri: text,
  policy_uri: text,
  tos_uri: text,
  contacts: list,
  redirect_uris: list,
  post_logout_redirect_uris: list,
  allowed_origins: list,
  grant_types: list,
  token_endpoint_auth_method: text,
  id_token_signed_response_alg: algorithm,
  scope: text,
  jwks: object,
  jwks_uri: text,
  type,
  owner_name: text,
  owner_email: text,
  default_scope: text,
  optional_scope: text,
  first_party: flag,
  gateway_resource: text,
};

/** Empty means none for scopes, and absent for every other text: forms send empty fields. */
const emptyIsAbsent = (name: string) => !name.endsWith('scope');

/** The names of all fields. */
export const clientFields = Object.keys(forms) as (keyof ClientMetadata)[];

/** Returns what has the right form and adds the rest to `problems`. */
export function readFields(input: object, problems: Problems): Partial<ClientMetadata> {
  const fields: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(input)) {
    if (value === undefined || value === null || (value === '' && emptyIsAbsent(name))) continue;
    const form = Object.hasOwn(forms, name) ? forms[name as keyof ClientMetadata] : undefined;
    if (!form) problems[name] = 'is not a field that we know';
    else if (!form[0](value)) problems[name] = form[1];
    else fields[name] = value;
  }
  return fields as Partial<ClientMetadata>;
}
