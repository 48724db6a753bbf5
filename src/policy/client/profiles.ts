/**
 * High security by one switch: a client of the profile `fapi2` keeps the FAPI 2.0 Security Profile. These are the rules of its
 * registration, and the numbers and algorithms that count for its requests. docs/decisions/0085 has the reasons.
 */
import { deviceGrantType } from '../device-codes.ts';
import { problemText } from '../problem-texts.ts';
import { isLoopback } from './redirect-uris.ts';

export const clientProfiles = ['standard', 'fapi2'] as const;

export type ClientProfile = (typeof clientProfiles)[number];

/** FAPI 2.0 Security Profile §5.4.1, of the algorithms that this server knows. */
export const profileAlgorithms = ['ES256', 'PS256', 'EdDSA', 'Ed25519'] as const;

const codeSeconds = 60;
const profileCodeSeconds = 30;

export const keepsProfile = (client: { readonly profile?: ClientProfile } | undefined): boolean =>
  client?.profile === 'fapi2';

/** How long an authorization code lives. */
export const codeLifetimeSeconds = (client: { readonly profile?: ClientProfile } | undefined): number =>
  keepsProfile(client) ? profileCodeSeconds : codeSeconds;

interface Registered {
  readonly profile: ClientProfile;
  readonly redirect_uris: readonly string[];
  readonly grant_types: readonly string[];
  readonly token_endpoint_auth_method: string;
  readonly assertion_audience: string;
  readonly id_token_signed_response_alg: string;
}

/** What has to be changed so that the client can have its profile: the field, and what is wrong with it. */
export const profileChecks = [
  [
    'token_endpoint_auth_method',
    (client: Registered) =>
      client.token_endpoint_auth_method === 'private_key_jwt' ? undefined : problemText('profileMethod'),
  ],
  [
    'assertion_audience',
    (client: Registered) => (client.assertion_audience === 'issuer' ? undefined : problemText('profileAudience')),
  ],
  [
    'id_token_signed_response_alg',
    (client: Registered) =>
      client.id_token_signed_response_alg === 'RS256' ? problemText('profileAlgorithm') : undefined,
  ],
  [
    'grant_types',
    (client: Registered) => (client.grant_types.includes(deviceGrantType) ? problemText('profileDevice') : undefined),
  ],
  [
    'redirect_uris',
    (client: Registered) =>
      client.redirect_uris
        .filter((uri) => !isHttpsElsewhere(uri))
        .map((uri) => `${JSON.stringify(uri)} ${problemText('profileRedirect')}`)
        .join('; ') || undefined,
  ],
] as const;

/**
 * What keeps a client from its profile, by field. For clients that change by what they say of themselves: an admin chose the
 * profile, and the client must not leave it.
 */
export function profileProblems(client: Registered): Record<string, string> {
  if (!keepsProfile(client)) return {};
  const problems = profileChecks.map(([field, check]) => [field, check(client)] as const);
  return Object.fromEntries(problems.flatMap(([field, problem]) => (problem === undefined ? [] : [[field, problem]])));
}

function isHttpsElsewhere(uri: string): boolean {
  const url = URL.parse(uri);
  return url?.protocol === 'https:' && !isLoopback(url.hostname);
}
