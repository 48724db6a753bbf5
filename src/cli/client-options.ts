/** The flags of `clients create` and `clients update`, and the RFC 7591 metadata that they stand for. */
import type { ClientInput } from '../policy/client/metadata.ts';
import { signingAlgorithms } from '../policy/signing-algorithms.ts';
import type { Values } from './command.ts';
import { UsageError } from './usage-error.ts';

/** What can be changed later; on update a list replaces the one before and '' empties. */
export const changeable = {
  'redirect-uri': { type: 'list', value: 'URI', doc: 'where answers may go, exactly' },
  'post-logout-redirect-uri': { type: 'list', value: 'URI', doc: 'where people may go after signing out' },
  'allowed-origin': { type: 'list', value: 'ORIGIN', doc: 'whose scripts may speak for it, beside its redirect URIs' },
  scope: { type: 'text', value: '"A B"', doc: 'what it may ask for at most; all API scopes unless you say otherwise' },
  'default-scope': { type: 'text', value: '"A B"', doc: 'what a request without any API scope asks for' },
  'optional-scope': { type: 'text', value: '"A B"', doc: 'what people may leave out: checkboxes, unticked' },
  'auth-method': {
    type: 'text',
    choices: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    doc: 'how it authenticates at the token endpoint',
  },
  'id-token-alg': {
    type: 'text',
    choices: signingAlgorithms,
    doc: 'what signs its ID tokens: ES256, or RS256 for libraries that expect that',
  },
  'jwks-uri': { type: 'text', value: 'URI', doc: 'its public keys, for private_key_jwt' },
  description: { type: 'text', value: 'TEXT', doc: 'what it is for; people read this once it is verified' },
  owner: { type: 'text', value: 'NAME', doc: 'who runs it; people read this' },
  'owner-email': { type: 'text', value: 'EMAIL', doc: 'the account here that it belongs to' },
  homepage: { type: 'text', value: 'URI', doc: 'its https address (client_uri)' },
  privacy: { type: 'text', value: 'URI', doc: 'its privacy policy (policy_uri)' },
  terms: { type: 'text', value: 'URI', doc: 'its terms (tos_uri)' },
  contact: { type: 'list', value: 'EMAIL', doc: 'an address for questions about it' },
  'first-party': { type: 'flag', doc: 'VibeCaaS’s own: people are not asked for consent' },
  gateway: {
    type: 'text',
    value: 'RESOURCE',
    valueOptional: true,
    doc: 'a service that may introspect tokens for this resource (default: the API) and follow the revocation feed',
  },
  verified: { type: 'flag', doc: 'we have checked who runs it; say with --reason how' },
  reason: { type: 'text', value: 'TEXT', doc: 'why it is verified, or why that is taken back, for the record' },
} as const;

/** Only an update can take something back. */
export const retractable = {
  name: { type: 'text', value: 'NAME', doc: 'what people know it by' },
  ...changeable,
  'no-first-party': { type: 'flag', doc: 'people are asked for consent again' },
  'no-gateway': { type: 'flag', doc: 'may introspect its own tokens only' },
  unverified: { type: 'flag', doc: 'a draft again: people are warned; say with --reason why' },
} as const;

type Changes = { [Field in keyof ClientInput]?: ClientInput[Field] };

/**
 * The named fields only.
 * @throws UsageError for options that contradict each other
 */
export function clientChanges(options: Partial<Values<typeof retractable>>, apiResource: string): Changes {
  const pairs = [
    ['first-party', 'no-first-party'],
    ['gateway', 'no-gateway'],
    ['verified', 'unverified'],
  ] as const;
  for (const [yes, no] of pairs) {
    if (options[yes] !== undefined && options[no]) throw new UsageError(`--${yes} and --${no} contradict each other.`);
  }
  checkReason(options);
  const given: Changes = {
    client_name: options.name,
    redirect_uris: options['redirect-uri']?.filter(Boolean),
    post_logout_redirect_uris: options['post-logout-redirect-uri']?.filter(Boolean),
    allowed_origins: options['allowed-origin']?.filter(Boolean),
    scope: options.scope,
    default_scope: options['default-scope'],
    optional_scope: options['optional-scope'],
    token_endpoint_auth_method: options['auth-method'],
    id_token_signed_response_alg: options['id-token-alg'],
    jwks_uri: options['jwks-uri'],
    description: options.description,
    owner_name: options.owner,
    owner_email: options['owner-email'],
    client_uri: options.homepage,
    policy_uri: options.privacy,
    tos_uri: options.terms,
    contacts: options.contact?.filter(Boolean),
    first_party: options['no-first-party'] ? false : options['first-party'],
    gateway_resource: options['no-gateway'] ? '' : options.gateway === '' ? apiResource : options.gateway,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** A decision says why; nothing else here does. */
function checkReason({ verified, unverified, reason }: Partial<Values<typeof retractable>>): void {
  const decides = verified ?? unverified ?? false;
  if (decides && reason === undefined)
    throw new UsageError('--reason is missing: why it is verified, or why that is taken back.');
  if (!decides && reason !== undefined) throw new UsageError('--reason goes with --verified or --unverified.');
}
