/** Identity assertions of organisations (ID-JAG): assertions and requests that must be refused, and leave nothing behind. */
import { afterAll, beforeAll, describe } from 'vitest';
import { jwtBearer } from '../../src/policy/id-jag.ts';
import { addOrganisationApp, assertionBy, connectIdentity, organisationSetting } from '../support/id-jag.ts';
import { basic } from '../support/oauth.ts';
import { apiResource, secrets, startTestServer, type TestServer } from '../support/server.ts';
import { startWorkloadIssuer, type WorkloadIssuer } from '../support/workload-issuer.ts';
import { itAnswers, type Row } from './table.ts';

let idp: WorkloadIssuer;
let plain: WorkloadIssuer;
let server: TestServer;
beforeAll(async () => {
  idp = await startWorkloadIssuer(() => server.issuer);
  plain = await startWorkloadIssuer(() => server.issuer);
  server = await startTestServer({ outbound: idp.outbound, env: { UPSTREAMS: organisationSetting(idp, plain) } });
  await addOrganisationApp(server, 'notes', {
    id_jag_issuers: `${idp.issuer} ${plain.issuer}`,
    default_scope: 'projects:read projects:write',
  });
  await connectIdentity(server, idp, 'alice', server.person.id);
});
afterAll(async () => {
  await server.stop();
  await plain.stop();
  await idp.stop();
});

type Claims = Record<string, unknown>;
const by = (claims: Claims = {}, header: Claims = {}, issuer = () => idp) => assertionBy(issuer(), claims, header);
const now = () => Math.floor(Date.now() / 1000);
const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The assertion with another header, or other claims, and the signature that it had. */
async function forged(header: Claims, claims: Claims = {}): Promise<string> {
  const parts = (await by()).split('.');
  const [before, said] = parts.slice(0, 2).map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()));
  return [base64url({ ...before, ...header }), base64url({ ...said, ...claims }), parts[2]].join('.');
}

type Fields = Record<string, string | string[]>;

/** A request with this assertion that would succeed with a good one. */
function request(
  make: () => Promise<string | string[]>,
  fields: Fields = {},
  headers: Record<string, string> = {},
  clientId = 'notes',
) {
  return async () => ({
    path: '/oauth/token',
    body: { grant_type: jwtBearer, assertion: await make(), ...fields },
    headers: { authorization: basic(clientId, secrets[clientId] as string), ...headers },
  });
}

const refused = { status: 400, error: 'invalid_grant' };
const assertions: [name: string, make: () => Promise<string>][] = [
  ['of another type', () => by({}, { typ: 'JWT' })],
  ['of no type', () => by({}, { typ: undefined })],
  ['for another audience', () => by({ aud: 'https://other.example' })],
  ['for two audiences', () => by({ aud: [server.issuer, 'https://other.example'] })],
  ['for no audience', () => by({ aud: undefined })],
  ['for an audience that is an object', () => by({ aud: { a: 1 } })],
  ['for the token endpoint', () => by({ aud: `${server.issuer}/oauth/token` })],
  ['for the issuer with a slash', () => by({ aud: `${server.issuer}/` })],
  ['for another client', () => by({ client_id: 'web' })],
  ['for no client', () => by({ client_id: undefined })],
  ['for a list of clients', () => by({ client_id: ['notes'] })],
  ['about somebody unknown', () => by({ sub: 'mallory' })],
  ['about nobody', () => by({ sub: undefined })],
  ['about a list of people', () => by({ sub: ['alice'] })],
  ['about somebody with NUL in the name', () => by({ sub: 'alice\0' })],
  ['without jti', () => by({ jti: undefined })],
  ['with an empty jti', () => by({ jti: '' })],
  ['with a number as jti', () => by({ jti: 1 })],
  ['with 2 KB as jti', () => by({ jti: 'x'.repeat(2_000) })],
  ['that has expired', () => by({ exp: now() - 1 })],
  ['that lives for a day', () => by({ exp: now() + 86_400 })],
  ['that expires as a text says', () => by({ exp: String(now() + 60) })],
  ['without exp', () => by({ exp: undefined })],
  ['without iat', () => by({ iat: undefined })],
  ['from the future', () => by({ iat: now() + 300 })],
  ['that is not yet valid', () => by({ nbf: now() + 300 })],
  ['of a provider that is not an enterprise', () => by({}, {}, () => plain)],
  ['of a stranger', () => by({ iss: 'https://evil.example' })],
  ['whose scope is a list', () => by({ scope: ['projects:read'] })],
  ['whose scope is null', () => by({ scope: null })],
  ['whose scope is an object', () => by({ scope: {} })],
  ['about a person of one of several tenants', () => by({ tenant: 'acme' })],
  ['for one of several tenants', () => by({ aud_tenant: 'acme' })],
  ['that names another account', () => by({ aud_sub: 'acc_other' })],
  ['that names an account with null', () => by({ aud_sub: null })],
  ['of an actor', () => by({ act: { sub: 'agent' } })],
  ['that is for no project', () => by({ authorization_details: [] })],
  [
    'that is for one project',
    () => by({ authorization_details: [{ type: 'vibecaas_project', identifier: 'a', actions: ['projects:read'] }] }),
  ],
  ['that is bound to a key, without a proof', () => by({ cnf: { jkt: 'x'.repeat(43) } })],
  ['that is bound to a certificate', () => by({ cnf: { 'x5t#S256': 'x'.repeat(43) } })],
  ['that is bound to nothing', () => by({ cnf: null })],
  ['of two issuers, one of which is trusted', () => by({ iss: [idp.issuer, 'https://evil.example'] })],
  ['that another provider has signed', () => by({ iss: idp.issuer }, { kid: undefined }, () => plain)],
  ['whose signature is broken', async () => `${(await by()).slice(0, -8)}AAAAAAAA`],
  ['whose claims were changed', () => forged({}, { scope: 'projects:write' })],
  ['with alg none', async () => `${(await forged({ alg: 'none' })).split('.').slice(0, 2).join('.')}.`],
  ['with HS256', () => forged({ alg: 'HS256' })],
  ['with an unknown critical header', () => forged({ crit: ['x'], x: 1 })],
  ['that is not a JWT', async () => 'x'],
  ['that is a header alone', async () => 'eyJhbGciOiJub25lIn0.'],
  ['with half of a surrogate pair', async () => '\ud800'],
];

describe('an assertion is refused', () => {
  itAnswers(
    () => server,
    assertions.map(([name, make]): Row => ({ name, send: request(make), ...refused })),
  );
});

describe('an assertion whose resource says nothing is refused', () => {
  const resources = [null, false, 0, '', [], [''], [null], [apiResource, ''], {}];
  itAnswers(
    () => server,
    resources.map((resource) => ({
      name: `with ${JSON.stringify(resource)}`,
      send: request(() => by({ resource })),
      status: 400,
      error: 'invalid_target',
    })),
  );
});

describe('a request is refused', () => {
  const good = () => by({ resource: apiResource });
  const invalid = { status: 400, error: 'invalid_request' };
  const asks = (fields: Fields) => request(good, fields);
  itAnswers(
    () => server,
    [
      { name: 'with no assertion', send: request(async () => ''), ...invalid },
      { name: 'with two assertions', send: request(async () => [await by(), await by()]), ...invalid },
      { name: 'with NUL in the assertion', send: request(async () => 'a\0b'), ...invalid },
      { name: 'with 20 KB as the assertion', send: request(async () => 'x'.repeat(20_000)), ...refused },
      { name: 'for a wider scope', send: asks({ scope: 'projects:write' }), status: 400, error: 'invalid_scope' },
      { name: 'for an unknown scope', send: asks({ scope: 'x' }), status: 400, error: 'invalid_scope' },
      { name: 'for openid', send: asks({ scope: 'openid' }), status: 400, error: 'invalid_scope' },
      { name: 'for a scope of admins', send: asks({ scope: 'clients:write' }), status: 400, error: 'invalid_scope' },
      {
        name: 'for another resource',
        send: asks({ resource: 'https://evil.example' }),
        status: 400,
        error: 'invalid_target',
      },
      {
        name: 'for a resource without a scheme',
        send: asks({ resource: 'api' }),
        status: 400,
        error: 'invalid_target',
      },
      {
        name: 'for two resources',
        send: asks({ resource: [apiResource, 'https://b.example'] }),
        status: 400,
        error: 'invalid_target',
      },
      {
        name: 'with a wrong secret',
        send: request(good, {}, { authorization: basic('notes', 'x') }),
        status: 401,
        error: 'invalid_client',
      },
      { name: 'with no client', send: request(good, {}, { authorization: '' }), ...invalid },
      {
        name: 'with a broken proof',
        send: request(good, {}, { DPoP: 'x' }),
        status: 400,
        error: 'invalid_dpop_proof',
      },
      {
        name: 'of a client that no organisation may allow',
        send: request(() => by({ client_id: 'web' }), {}, undefined, 'web'),
        status: 400,
        error: 'unauthorized_client',
      },
    ],
  );
});
