/** Failures of client authentication and authorization requests. The patterns match messages of the engine and of this server. */
import { documentErrorPrefix, documentsAreOff } from './client/document-ids.ts';
import { redirectDifference, unknownRedirect } from './client/redirect-difference.ts';
import { code, type FailedClient, type Failure, type Row, registered, sentence } from './failure-row.ts';
import { assertionFailures } from './failures-asserting.ts';
import { thirdPartyFailures } from './failures-third-party.ts';

const grantTypeNotRegistered: readonly [Row[2], Row[3]] = [
  (failure, client) =>
    `The client is not registered for ${failure.parameters?.grant_type ? code(failure.parameters.grant_type) : 'this'}${client ? `, but for ${client.grant_types.map(code).join(' and ')}` : ''}.`,
  'Use a registered grant type, or register this one.',
];

function differenceOf(failure: Failure, client: FailedClient | undefined) {
  const received = failure.parameters?.redirect_uri;
  return client && received ? redirectDifference(received, client.redirect_uris) : unknownRedirect;
}

const documentAdvice =
  'The app’s author serves, at the address that is the `client_id`, a JSON document with status 200, as `application/json`, without a redirect and with at most 5 KB. In it, `client_id` is that address, character by character, and `redirect_uris` has at least one address. It is read again after 20 seconds.';

/** The first row that fits counts. */
export const askingFailures: readonly Row[] = [
  // Clients whose id is the URL of a document
  [
    'invalid_client',
    new RegExp(documentsAreOff),
    sentence,
    'Register the app: by itself at `/oauth/register`, if the metadata names it, or ask the people who run this server (`CLIENT_ID_METADATA_DOCUMENTS` is theirs to change).',
  ],
  ['invalid_client', new RegExp(`^${documentErrorPrefix}`), sentence, documentAdvice],
  [
    'temporarily_unavailable',
    new RegExp(`^${documentErrorPrefix}`),
    sentence,
    'Try again in a minute. Many documents are asked for from this network, or from this site.',
  ],
  ...thirdPartyFailures,
  // Client authentication
  [
    'invalid_client',
    /client not found|client is invalid/,
    'No active client has this `client_id`.',
    (_, client) =>
      client?.status === 'blocked'
        ? 'A rule for third-party apps blocks the client: all of its requests fail until the rule is changed.'
        : client && client.status !== 'active'
          ? 'The client is suspended: all of its requests fail until the suspension is lifted.'
          : 'Check the `client_id` for typing errors, and that it is registered at this server and not disabled.',
  ],
  [
    'invalid_client',
    /invalid secret/,
    'The client secret is wrong or has expired.',
    'Compare the secret with the one that was shown when it was created, without spaces or line ends. If it was rotated, the app may still have the old one. In a Basic header both parts are form-encoded first.',
  ],
  [
    'invalid_client',
    /mechanism does not match/,
    (_, client) =>
      `The client did not authenticate with its registered method${client ? `: \`${client.token_endpoint_auth_method}\`` : ''}.`,
    (_, client) =>
      client?.token_endpoint_auth_method === 'none'
        ? 'Send `client_id` in the body and no secret. An app that has a secret is registered as another type.'
        : 'Send the credentials of the registered method, and only those; or register the method that the app’s library uses.',
  ],
  ...assertionFailures,
  [
    'invalid_client',
    /assertion|audience|jwt|alg mismatch|signature|JWT/i,
    'The `client_assertion` is not valid for this client and server at this time.',
    'It needs `iss` and `sub` with the `client_id`, `aud` with the issuer, an `exp` of a few minutes, a `jti` of its own each time, and a signature by a key that is registered.',
  ],
  [
    'invalid_client',
    undefined,
    'The client could not be authenticated.',
    'Send `client_id` and the secret as registered, by a Basic header or in the body, not both.',
  ],
  [
    'invalid_request',
    /only be provided using one mechanism/,
    'The client authenticated in two ways at once.',
    'Remove either the `Authorization` header or `client_secret` from the body.',
  ],
  [
    'invalid_request',
    /authorization header value|properly encoded|Authorization header/,
    'The `Authorization` header can’t be read.',
    'Send `Basic` and the base64 of form-encoded `client_id`, a colon, and the form-encoded secret.',
  ],
  [
    'invalid_request',
    /no client authentication/,
    'The request does not identify a client.',
    'Send `client_id`, in a form body with `Content-Type: application/x-www-form-urlencoded`.',
  ],
  ['unauthorized_client', /grant type/, ...grantTypeNotRegistered],
  [
    'unauthorized_client',
    undefined,
    'The client is not registered for what it asks for.',
    'Register what it needs, or ask for less.',
  ],
  // The authorization request
  [
    'invalid_redirect_uri',
    undefined,
    (failure, client) => differenceOf(failure, client).wrong('this client'),
    (failure, client) => `${differenceOf(failure, client).fix}${registered(client)}`,
  ],
  [
    'access_denied',
    /withdrawn/,
    'The permission was withdrawn while the request was under way.',
    'Nothing to fix in the app: the person, or an admin, ended it. Ask again when the person wants it.',
  ],
  [
    'access_denied',
    /ticked none/,
    'The person allowed none of the permissions, all of which are optional.',
    'Nothing to fix. Say what each permission is for before you ask, and offer to try again. If the app can do nothing without one of them, register that one as required.',
  ],
  [
    'access_denied',
    /as many people as it may have/,
    'The app has reached the maximum number of users for an unverified app.',
    'Ask VibeCaaS to verify it: say who runs it, and give its homepage, privacy policy and an address for questions.',
  ],
  [
    'access_denied',
    undefined,
    'The person denied the request.',
    'Nothing to fix. Show that nothing was connected, and a way to try again; explain before you ask what the access is for.',
  ],
  [
    'login_required',
    /id_token_hint names/,
    'The person who is signed in, or has just signed in, is not the one that `id_token_hint` names.',
    'Ask without the hint if any account will do. With `prompt=none`: start an ordinary authorization, so that the person can sign in.',
  ],
  [
    'login_required',
    /login_hint names/,
    'The person who is signed in is not the one that `login_hint` names, and `prompt=none` does not allow asking.',
    'Start an authorization without `prompt=none`: the person then chooses the account.',
  ],
  [
    'login_required',
    /max_age/,
    'The person signed in longer ago than `max_age` allows, and `prompt=none` does not allow asking.',
    'Start an authorization without `prompt=none`: the person then signs in again.',
  ],
  [
    'login_required',
    /level that is demanded/,
    'The person signed in without the second step that `acr_values` or this server ask for, and `prompt=none` does not allow asking.',
    'Start an authorization without `prompt=none`: the person then shows the second step, or sets one up.',
  ],
  [
    'unmet_authentication_requirements',
    undefined,
    'The app asked for a second step by `acr_values`. The person has none, and did not set one up.',
    'Say why you need it before you ask, and offer to try again. Whatever needs no second step goes on without `acr_values`.',
  ],
  [
    'account_selection_required',
    undefined,
    'The person has to choose an account, and `prompt=none` does not allow asking.',
    'Start an authorization without `prompt=none`.',
  ],
  [
    'login_required',
    undefined,
    'Nobody was signed in, and `prompt=none` does not allow asking.',
    'Expected with `prompt=none`: start an ordinary authorization, without it.',
  ],
  [
    'consent_required',
    undefined,
    'The person has not allowed this yet, and `prompt=none` does not allow asking.',
    'Start an authorization without `prompt=none`.',
  ],
  [
    'interaction_required',
    undefined,
    'The person has to do something, and `prompt=none` does not allow asking.',
    'Start an authorization without `prompt=none`.',
  ],
  [
    'invalid_request',
    /requires PKCE|code_challenge/,
    'The request has no proof key (PKCE) that we can use.',
    'Make a random `code_verifier` for each attempt, and send `code_challenge`, its SHA-256 in base64url, with `code_challenge_method=S256`.',
  ],
  ['invalid_request', /is not allowed for this client/, ...grantTypeNotRegistered],
  ['invalid_request', /must not be provided twice/, 'A parameter was sent twice.', 'Send each parameter once.'],
  [
    'invalid_request',
    /content-type/,
    'The body is not a form.',
    'Send `Content-Type: application/x-www-form-urlencoded`. JSON is not supported here (RFC 6749 §4.1.3).',
  ],
  [
    'invalid_request',
    /missing required parameter/,
    sentence,
    'Add what is missing: the message names it. An empty value counts as missing.',
  ],
  [
    'invalid_request',
    /origin .* not allowed/,
    'A browser asked from an origin that is not registered for this app.',
    'Register a redirect URI at that origin: scripts may ask only from registered origins.',
  ],
  [
    'invalid_request',
    undefined,
    sentence,
    ({ endpoint }) =>
      endpoint === 'logout'
        ? 'Compare the request with OpenID Connect RP-Initiated Logout 1.0 §2: each parameter once.'
        : 'Compare the request with RFC 6749 §4.1.1 and RFC 7636: each parameter once, `code_challenge_method=S256`.',
  ],
  [
    'invalid_scope',
    undefined,
    sentence,
    (_, client) =>
      `Ask for scopes that this client is registered for. \`scopes_supported\` in the metadata lists all.${client?.scope ? ` Registered: ${client.scope.split(' ').map(code).join(' ')}.` : ''}`,
  ],
  [
    'invalid_target',
    undefined,
    '`resource` is unknown, not allowed for this client, or not the one of the authorization.',
    'Leave `resource` out, or send the one that `protected_resources` in the metadata names.',
  ],
  [
    'unsupported_response_type',
    undefined,
    'The response type is not supported.',
    'This server supports only `response_type=code`.',
  ],
  [
    'invalid_request_uri',
    undefined,
    'The pushed request was not found.',
    'A pushed request works once and for 60 seconds: push a new one for each authorization.',
  ],
];
