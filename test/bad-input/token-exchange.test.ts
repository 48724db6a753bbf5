/** Token exchange: requests that no client should send (RFC 8693 §2.1, §2.2.2). */
import { afterAll, beforeAll, describe } from 'vitest';
import { accessTokenType, addExchanger, billing, grantType, resourcesSetting } from '../support/exchange.ts';
import { basic, obtainTokens } from '../support/oauth.ts';
import { secrets, startTestServer, type TestServer } from '../support/server.ts';
import { itAnswers, type Row } from './table.ts';

let server: TestServer;
let subject: string;
beforeAll(async () => {
  server = await startTestServer({ env: { API_RESOURCES: resourcesSetting } });
  await addExchanger(server, 'edge', { scope: 'projects:read', exchange_resource: billing });
  subject = (await obtainTokens(server)).access_token;
});
afterAll(() => server.stop());

type Fields = Record<string, string | string[] | undefined>;

/** An exchange that would succeed, with these fields changed; undefined leaves one out. */
function by(fields: Fields, headers: Record<string, string> = {}): Row['send'] {
  return () => {
    const all: Fields = {
      grant_type: grantType,
      subject_token: subject,
      subject_token_type: accessTokenType,
      resource: billing,
      ...fields,
    };
    const body = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
    const authorization = basic('edge', secrets.edge as string);
    return { path: '/oauth/token', body: body as Record<string, string>, headers: { authorization, ...headers } };
  };
}

const type = (name: string) => `urn:ietf:params:oauth:token-type:${name}`;

describe('an exchange with', () => {
  const invalid = { status: 400, error: 'invalid_request' };
  itAnswers(
    () => server,
    [
      { name: 'no subject token', send: by({ subject_token: undefined }), ...invalid },
      { name: 'an empty subject token', send: by({ subject_token: '' }), ...invalid },
      { name: 'no type', send: by({ subject_token_type: undefined }), ...invalid },
      { name: 'two subject tokens', send: by({ subject_token: ['a', 'b'] }), ...invalid },
      { name: 'two types', send: by({ subject_token_type: [accessTokenType, accessTokenType] }), ...invalid },
      { name: 'the type of an ID token', send: by({ subject_token_type: type('id_token') }), ...invalid },
      { name: 'the type of a refresh token', send: by({ subject_token_type: type('refresh_token') }), ...invalid },
      { name: 'the type of SAML', send: by({ subject_token_type: type('saml2') }), ...invalid },
      { name: 'a type that is `__proto__`', send: by({ subject_token_type: '__proto__' }), ...invalid },
      { name: 'a wish for a refresh token', send: by({ requested_token_type: type('refresh_token') }), ...invalid },
      { name: 'a wish for an ID token', send: by({ requested_token_type: type('id_token') }), ...invalid },
      { name: 'an actor token', send: by({ actor_token: 'x', actor_token_type: accessTokenType }), ...invalid },
      { name: 'the type of an actor token alone', send: by({ actor_token_type: accessTokenType }), ...invalid },
      { name: 'NUL in the subject token', send: by({ subject_token: 'a\0b' }), ...invalid },
      { name: '20 KB', send: by({ subject_token: 'x'.repeat(20_000) }), ...invalid },
      { name: 'a header of a JWT alone', send: by({ subject_token: 'eyJhbGciOiJub25lIn0.' }), ...invalid },
      { name: 'half of a surrogate pair', send: by({ subject_token: '\ud800' }), ...invalid },
      { name: 'an unknown scope alone', send: by({ scope: 'x' }), status: 400, error: 'invalid_scope' },
      { name: 'the scope openid', send: by({ scope: 'openid' }), status: 400, error: 'invalid_scope' },
      { name: 'a scope of admins', send: by({ scope: 'clients:write' }), status: 400, error: 'invalid_scope' },
      {
        name: 'scopes between commas',
        send: by({ scope: 'projects:read,projects:write' }),
        status: 400,
        error: 'invalid_scope',
      },
      { name: 'a resource without a scheme', send: by({ resource: 'billing' }), status: 400, error: 'invalid_target' },
      {
        name: 'two audiences',
        send: by({ audience: [billing, 'https://b.example'] }),
        status: 400,
        error: 'invalid_target',
      },
      { name: 'no client', send: by({}, { authorization: '' }), status: 400, error: 'invalid_request' },
      {
        name: 'a wrong secret',
        send: by({}, { authorization: basic('edge', 'x') }),
        status: 401,
        error: 'invalid_client',
      },
      { name: 'a broken proof', send: by({}, { DPoP: 'x' }), status: 400, error: 'invalid_dpop_proof' },
    ],
  );
});
