/** Failures of clients that authenticate by an assertion. The patterns match messages of this server (src/oidc/). */
import { type Row, sentence } from './failure-row.ts';

/** The first row that fits counts. */
export const assertionFailures: readonly Row[] = [
  // Clients of the profile fapi2
  [
    'invalid_dpop_proof',
    /profile fapi2/,
    'The request has no DPoP proof, and the client is of the profile `fapi2`.',
    'Sign a proof (RFC 9449) for each token request and each refresh, with the nonce of the last `DPoP-Nonce` header. Libraries do both when DPoP is on.',
  ],
  [
    'invalid_request',
    /Pushed Authorization Request must be used|must push its authorization requests/,
    'The request was not pushed, and the client is of the profile `fapi2`.',
    'Send the parameters to `/oauth/par` first, and the browser with the `request_uri` that comes back.',
  ],
  [
    'request_not_supported',
    /profile fapi2/,
    'The request is signed (JAR), which is for clients of the profile `fapi2`.',
    'Send the parameters as they are, or let an admin set `profile` to `fapi2`.',
  ],
  [
    'unsupported_response_mode',
    /profile fapi2/,
    'The answer should be signed (JARM), which is for clients of the profile `fapi2`.',
    'Leave `response_mode` out, or let an admin set `profile` to `fapi2`.',
  ],
  [
    'invalid_client',
    /alg mismatch: the client_assertion has/,
    sentence,
    'Sign with ES256, PS256 or EdDSA, which every client may use, and register such a key. RS256 is not for the profile `fapi2`.',
  ],
  [
    'invalid_client',
    /aud of the client_assertion is a list/,
    sentence,
    'Send the `issuer` of the metadata as a string, not in a list.',
  ],
  [
    'invalid_client',
    /aud of the client_assertion/,
    sentence,
    (_, client) =>
      client?.token_endpoint_auth_method === 'workload_identity'
        ? 'Ask the platform for a token with this audience alone: for GitHub Actions by `&audience=` of its request, for Kubernetes by `audience` of the projected volume. Or register the audience that it has.'
        : 'Send the `issuer` of the metadata alone, as the library does in its current version. For a library that can send only the address of the token endpoint, as Spring Security does, an admin sets `assertion_audience` to `endpoint`.',
  ],
  [
    'invalid_client',
    /typ of the client_assertion/,
    sentence,
    'Send `client-authentication+jwt` or `JWT` as `typ`, or none. A JWT that was made for something else does not authenticate a client.',
  ],
  [
    'invalid_client',
    /used before/,
    'The `client_assertion` was used before.',
    'Sign a new one with a new `jti` for each request, also when a request is repeated. For a workload: ask the platform for a new token each time.',
  ],
  [
    'invalid_client',
    /exp of the client_assertion|seconds ahead/,
    sentence,
    'Set the clock of the machine, and sign the assertion right before it is sent, with an `exp` of a few minutes.',
  ],
  [
    'invalid_client',
    /keys at jwks_uri could not be read/,
    'The keys of the client could not be read from its `jwks_uri`.',
    'It must answer with status 200 and a key set of at most 64 KB within 2 seconds, by https, without a redirect, at a public address. It is asked again after 10 seconds.',
  ],
  [
    'invalid_client',
    /no registered key has signed/,
    'No registered key of the client has signed the `client_assertion`.',
    'Compare `kid` and `alg` of its header with the registered keys. A new key is found at `jwks_uri` within 10 seconds: publish it before you sign with it.',
  ],
  [
    'invalid_client',
    /iss of the workload token/,
    'The workload token is of an issuer that this client does not trust.',
    'Register the `iss` of the token, character for character, in `workload_identities`.',
  ],
  [
    'invalid_client',
    /sub of the workload token/,
    'The client does not trust this workload: `sub` of its token fits none of the registered subjects.',
    'If the workload is right, register its `sub`. Case matters, and the whole subject must fit. For GitHub Actions it depends on branch, tag, environment and kind of event.',
  ],
  [
    'invalid_client',
    /has signed the workload token/,
    'No key of the issuer has signed the workload token.',
    'The token may have been changed, or be of another cluster with the same issuer. New keys of an issuer are found within 30 seconds; those in `jwks` are as they were registered.',
  ],
  ['invalid_client', /workload token/, sentence, 'Present a token that the platform has just made for this purpose.'],
  [
    'invalid_client',
    /trusts no workloads/,
    'The client does not trust workloads of other issuers.',
    'Register it with `token_endpoint_auth_method` `workload_identity` and its `workload_identities`.',
  ],
  [
    'temporarily_unavailable',
    /keys of the workload issuer/,
    'The keys of the issuer of the workload token could not be read.',
    'Send the request again after `Retry-After`. If it lasts, see the detail: `ISSUER/.well-known/openid-configuration` and its `jwks_uri` must answer within 2 seconds, by https, at public addresses. For an issuer in a private network, register its keys as `jwks`.',
  ],
];
