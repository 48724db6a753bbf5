/** Advice for an error: by the engine's real messages, and with the registration where it helps. */
import { expect, it } from 'vitest';
import { adviceOn } from '../../src/policy/failure-advice.ts';
import { askingFailures } from '../../src/policy/failures-asking.ts';
import { deviceFailures } from '../../src/policy/failures-devices.ts';
import { exchangingFailures } from '../../src/policy/failures-exchanging.ts';

const client = {
  redirect_uris: ['https://app.example/callback'],
  grant_types: ['authorization_code', 'refresh_token'],
  token_endpoint_auth_method: 'client_secret_basic',
  scope: 'projects:read',
  status: 'active',
};

it.each<[error: string, told: string, wrong: RegExp, fix: RegExp]>([
  ['invalid_client', 'client not found', /No active client/, /typing errors/],
  ['invalid_client', 'invalid secret provided', /secret is wrong/, /rotated/],
  [
    'invalid_client',
    'the provided authentication mechanism does not match the registered client authentication method',
    /registered method: `client_secret_basic`/,
    /registered method/,
  ],
  ['invalid_client', 'client assertion tokens must only be used once', /client_assertion/, /a `jti` of its own/],
  [
    'invalid_client',
    'audience (aud) must equal the endpoint url, issuer identifier or token endpoint url',
    /client_assertion/,
    /`aud` with the issuer/,
  ],
  [
    'invalid_client',
    'aud of the client_assertion is https://a.example, expected https://b.example alone',
    /Aud of the client_assertion is https:\/\/a\.example/,
    /`assertion_audience` to `endpoint`/,
  ],
  ['invalid_client', 'the client_assertion was used before: each works once', /used before/, /new `jti`/],
  [
    'invalid_client',
    'no registered key has signed the client_assertion (alg ES256, kid a)',
    /No registered key/,
    /`kid`/,
  ],
  ['invalid_client', 'sub of the workload token is not trusted for this client', /fits none/, /Case matters/],
  [
    'temporarily_unavailable',
    'the keys of the workload issuer https://a.example cannot be read now',
    /keys of the issuer/,
    /Retry-After/,
  ],
  ['invalid_request', 'client authentication must only be provided using one mechanism', /two ways/, /Remove/],
  ['invalid_request', 'invalid authorization header value format', /can’t be read/, /base64/],
  ['invalid_request', 'no client authentication mechanism provided', /not identify a client/, /client_id/],
  [
    'invalid_redirect_uri',
    'redirect_uri did not match any',
    /not one of those/,
    /Registered: `https:\/\/app\.example\/callback`/,
  ],
  ['access_denied', 'End-User aborted interaction', /denied/, /Nothing to fix/],
  ['access_denied', 'The person ticked none of the permissions', /allowed none/, /as required/],
  ['access_denied', 'This app is not verified and has as many people as it may have', /unverified app/, /verify it/],
  ['access_denied', 'the permission was withdrawn while the request was under way', /withdrawn/, /Ask again/],
  [
    'access_denied',
    'The person ticked none of the permissions, all of which are optional',
    /allowed none/,
    /what each permission is for/,
  ],
  ['login_required', 'somebody else signed in than id_token_hint names', /`id_token_hint` names/, /without the hint/],
  ['login_required', 'the person whom id_token_hint names is not signed in', /`id_token_hint` names/, /without/],
  ['login_required', 'the person whom login_hint names is not signed in', /`login_hint` names/, /chooses the account/],
  ['login_required', 'the sign-in is older than max_age', /longer ago/, /signs in again/],
  [
    'login_required',
    'the sign-in is not of the level that is demanded',
    /without the second step/,
    /shows the second step/,
  ],
  [
    'unmet_authentication_requirements',
    'The person has no second step and did not set one up',
    /did not set one up/,
    /Say why you need it/,
  ],
  ['account_selection_required', 'the person has to choose an account', /choose an account/, /prompt=none/],
  ['login_required', 'End-User authentication is required', /prompt=none/, /ordinary authorization/],
  ['invalid_request', 'Authorization Server policy requires PKCE to be used for this request', /PKCE/, /S256/],
  ['invalid_request', 'not supported value of code_challenge_method', /PKCE/, /S256/],
  [
    'unauthorized_client',
    'this client is not registered for the requested grant type',
    /but for `authorization_code` and `refresh_token`/,
    /registered grant type/,
  ],
  ['invalid_request', "missing required parameter 'code'", /^Missing required parameter 'code'\.$/, /names it/],
  ['invalid_request', "'scope' parameter must not be provided twice", /twice/, /once/],
  [
    'invalid_request',
    'only application/x-www-form-urlencoded content-type bodies are supported on POST /oauth/token',
    /not a form/,
    /Content-Type/,
  ],
  ['invalid_request', 'origin https://x.example not allowed for client: spa', /origin/, /redirect URI at that origin/],
  ['invalid_scope', 'requested scope is not allowed', /scope/, /Registered: `projects:read`/],
  ['invalid_target', 'resource indicator is missing, or unknown', /resource/, /protected_resources/],
  ['invalid_grant', 'authorization code already consumed', /used twice/, /Exchange a code once/],
  ['invalid_grant', 'authorization code is expired', /too late/, /a minute/],
  ['invalid_grant', 'authorization code not found', /no such code/, /sent completely/],
  ['invalid_grant', 'authorization code redirect_uri mismatch', /not the one of the authorization/, /same string/],
  ['invalid_grant', 'code_verifier must be provided', /is missing/, /whose hash/],
  ['invalid_grant', 'code_verifier does not match code_challenge', /Wrong `code_verifier`/, /second tab/],
  ['invalid_grant', 'refresh token already used', /came back/, /one process refresh at a time/],
  ['invalid_grant', 'the grant has ended or another refresh came first', /came back/, /one process/],
  ['invalid_grant', 'the time that the person chose is over', /time that the person chose/, /authorization_expires_in/],
  ['invalid_grant', 'grant is expired', /time that the person chose/, /new authorization/],
  ['invalid_grant', 'refresh token not found', /no longer valid/, /new authorization/],
  ['invalid_grant', 'client mismatch', /another client/, /mixed-up/],
  ['unsupported_grant_type', 'unsupported grant_type requested', /not supported/, /client_credentials/],
  ['invalid_dpop_proof', 'DPoP proof iat is not recent enough', /too old/, /clock/],
  ['invalid_dpop_proof', 'DPoP proof htu mismatch', /does not fit/, /htu/],
  ['slow_down', 'the device asks more often than its interval allows', /before its interval/, /five seconds more/],
  ['expired_token', 'device code is expired', /within ten minutes/, /new code/],
  ['access_denied', 'The person did not start this', /did not start this/, /by which name/],
  ['invalid_grant', 'device code not found', /no such device code/, /not the `user_code`/],
  ['invalid_grant', 'device code already consumed', /used twice/, /two loops/],
  ['unauthorized_client', 'this app may not ask by a device any more', /not registered for devices/, /grant type/],
  ['server_error', '', /Something here failed/, /our fault/],
  ['made_up', 'something new', /^Something new\.$/, /documentation/],
])('%s: %s', (error, told, wrong, fix) => {
  const advice = adviceOn({ error, description: null, detail: told }, client);
  expect(advice.wrong).toMatch(wrong);
  expect(advice.fix).toMatch(fix);
});

it('a suspended client, and one without a secret, get advice that says so', () => {
  expect(
    adviceOn({ error: 'invalid_client', detail: 'client not found' }, { ...client, status: 'disabled' }).fix,
  ).toContain('suspended');
  const none = { ...client, token_endpoint_auth_method: 'none' };
  expect(adviceOn({ error: 'invalid_client', detail: 'mechanism does not match' }, none).fix).toContain('no secret');
});

it('advice without the client says nothing about its registration', () => {
  expect(adviceOn({ error: 'invalid_redirect_uri' }).fix).not.toContain('Registered');
  expect(adviceOn({ error: 'invalid_scope', description: 'requested scope is not allowed' }).fix).not.toContain(
    'Registered',
  );
});

it('every row has two sentences, the problem and the fix', () => {
  for (const [error, says, wrong, fix] of [...askingFailures, ...deviceFailures, ...exchangingFailures]) {
    for (const say of [wrong, fix]) {
      const text = typeof say === 'function' ? say({ error, description: 'a reason' }, client) : say;
      expect(text, `${error} ${says}`).toMatch(/^[A-Z`].*[.]$/s);
    }
  }
});

it('says once what the client was told and the log has too', () => {
  const text = 'typ of the client_assertion is at+jwt, expected jwt';
  const { wrong } = adviceOn({ error: 'invalid_client', description: text, detail: text }, client);
  expect(wrong).toBe('Typ of the client_assertion is at+jwt, expected jwt.');
});
