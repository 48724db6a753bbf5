/** What an admin or the operator takes from a client ends the tokens that it got without a person, at gateways as soon as they hear of it. */
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createVerifier, type Verifier } from '../../src/gateway/verifier.ts';
import { createClient, updateClient } from '../../src/operations/clients.ts';
import { adminResource } from '../../src/policy/admin-api.ts';
import { addExchanger, billing, exchangeToken, reports, resourcesSetting } from '../support/exchange.ts';
import {
  addOrganisationApp,
  assertionBy,
  connectIdentity,
  organisationSetting,
  sendAssertion,
} from '../support/id-jag.ts';
import { introspect, obtainTokens } from '../support/oauth.ts';
import { apiResource, secrets, startTestServer, type TestNode, type TestServer } from '../support/server.ts';
import { startWorkloadIssuer, type WorkloadIssuer } from '../support/workload-issuer.ts';
import { call } from '../web/admin-api/support.ts';

const actor = { id: 'test' };
const workload = 'repo:example/notes:ref:refs/heads/main';
const other = 'repo:example/other:ref:refs/heads/main';
let idp: WorkloadIssuer;
let server: TestNode;
let second: TestServer;
let verifiers: Record<string, Verifier>;
let env: Record<string, string>;
beforeAll(async () => {
  idp = await startWorkloadIssuer(() => server.issuer);
  env = { API_RESOURCES: resourcesSetting, UPSTREAMS: organisationSetting(idp) };
  server = await startTestServer({ outbound: idp.outbound, env });
  second = await startTestServer({ outbound: idp.outbound, beside: server, env: { ...env, ISSUER: server.issuer } });
  await updateClient(server.db, 'gateway', { gateway_resource: `${apiResource} ${billing}` }, actor);
  await connectIdentity(server, idp, 'alice', server.person.id);
  const credentials = { clientId: 'gateway', clientSecret: secrets.gateway as string };
  const open = (audience: string) => createVerifier({ issuer: server.issuer, audience, credentials });
  verifiers = { [apiResource]: open(apiResource), [billing]: open(billing) };
  await Promise.all(Object.values(verifiers).map((one) => one.ready()));
});
afterAll(async () => {
  for (const one of Object.values(verifiers)) await one.close();
  await second.stop();
  await server.stop();
  await idp.stop();
});

let made = 0;
let id: string;
/** Whether the service is for the admin API. */
let isRobot: boolean;
beforeEach(() => {
  made += 1;
  isRobot = false;
  id = `client-${made}`;
});

interface Trust {
  readonly audience: string;
  add(): Promise<unknown>;
  token(): Promise<string>;
}

const tokenOf = async (answer: Promise<{ body: Record<string, unknown> }>) =>
  (await answer).body.access_token as string;

const exchange: Trust = {
  audience: billing,
  add: () =>
    addExchanger(server, id, {
      scope: 'projects:read',
      gateway_resource: `${apiResource} ${reports}`,
      exchange_resource: `${billing} ${reports}`,
    }),
  async token() {
    const { access_token: subject } = await obtainTokens(server);
    return tokenOf(exchangeToken(server, subject, id, { resource: billing }));
  },
};
const chained: Trust = {
  ...exchange,
  async add() {
    await exchange.add();
    const both = { gateway_resource: `${apiResource} ${billing}`, exchange_resource: billing };
    await addExchanger(server, `${id}-next`, { scope: 'projects:read', ...both });
  },
  token: async () => tokenOf(exchangeToken(server, await exchange.token(), `${id}-next`, { resource: billing })),
};
const organisation: Trust = {
  audience: apiResource,
  add: () => addOrganisationApp(server, id, { id_jag_issuers: `${idp.issuer} https://second.example` }),
  async token() {
    const assertion = await assertionBy(idp, { resource: apiResource, client_id: id });
    return tokenOf(sendAssertion(server, assertion, {}, id));
  },
};

const service = (more: object) =>
  createClient(
    server.db,
    {
      client_id: id,
      client_name: 'Deploy',
      type: 'service',
      scope: isRobot ? 'clients:read' : 'projects:read',
      ...more,
    } as never,
    actor,
  );
async function byAssertion(client_assertion: string): Promise<string> {
  const form = {
    ...(isRobot && { resource: adminResource(server.issuer), scope: 'clients:read' }),
    grant_type: 'client_credentials',
    client_id: id,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion,
  };
  const response = await fetch(`${server.issuer}/oauth/token`, { method: 'POST', body: new URLSearchParams(form) });
  return ((await response.json()) as { access_token: string }).access_token;
}
const platform: Trust = {
  audience: apiResource,
  add: () =>
    service({
      token_endpoint_auth_method: 'workload_identity',
      workload_identities: [workload, other].map((subject) => ({ issuer: idp.issuer, subject })),
    }),
  token: async () => byAssertion(await idp.token({ sub: workload })),
};
let signing: Parameters<SignJWT['sign']>[0];
let publicKeys: JWK[];
const keys: Trust = {
  audience: apiResource,
  async add() {
    const pairs = await Promise.all([1, 2].map(() => generateKeyPair('ES256')));
    signing = pairs[0]?.privateKey as typeof signing;
    publicKeys = await Promise.all(
      pairs.map(async ({ publicKey }, n) => ({
        ...(await exportJWK(publicKey)),
        kid: `k${n}`,
        alg: 'ES256',
        use: 'sig',
      })),
    );
    await service({ token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: publicKeys } });
  },
  token: async () =>
    byAssertion(
      await new SignJWT({ jti: crypto.randomUUID() })
        .setProtectedHeader({ alg: 'ES256', kid: 'k0' })
        .setIssuer(id)
        .setSubject(id)
        .setAudience(server.issuer)
        .setIssuedAt()
        .setExpirationTime('1m')
        .sign(signing),
    ),
};

const accepts = (trust: Trust, token: string) =>
  (verifiers[trust.audience] as Verifier).verify(token).then(
    () => true,
    (error: { description?: string }) => error.description,
  );
const revoked = 'The access token was revoked';

/** An idle machine takes a twentieth of a second, and a busy one longer. */
const pushedMs = 10_000;

/** How long the verifier accepts the token after it was taken, in milliseconds. */
async function refusedAfter(trust: Trust, token: string, take: () => Promise<unknown>): Promise<number> {
  expect(await accepts(trust, token)).toBe(true);
  await take();
  const since = performance.now();
  await expect.poll(() => accepts(trust, token), { interval: 10 }).toBe(revoked);
  return performance.now() - since;
}

describe('a verifier refuses a token as soon as it hears that an admin has taken', () => {
  it.each<[what: string, trust: Trust, change: () => object, again: boolean]>([
    ['all that a service exchanges for', exchange, () => ({ exchange_resource: null }), false],
    ['another resource that a service exchanges for', exchange, () => ({ exchange_resource: billing }), true],
    ['a resource that the service is a gateway of', exchange, () => ({ gateway_resource: apiResource }), true],
    ['the trust of a service through which it passed', chained, () => ({ exchange_resource: null }), false],
    ['a scope of a service through which it passed', chained, () => ({ scope: 'deployments:read' }), false],
    ['all organisations of an app', organisation, () => ({ id_jag_issuers: null }), false],
    ['another organisation of an app', organisation, () => ({ id_jag_issuers: idp.issuer }), true],
    [
      'a workload of a service',
      platform,
      () => ({ workload_identities: [{ issuer: idp.issuer, subject: other }] }),
      false,
    ],
    ['a key of a service', keys, () => ({ jwks: { keys: publicKeys.slice(1) } }), false],
    [
      'the keys of a service, for a secret',
      keys,
      () => ({ token_endpoint_auth_method: 'client_secret_basic', jwks: null }),
      false,
    ],
  ])('%s', async (_what, trust, change, again) => {
    await trust.add();
    const token = await trust.token();
    const took = await refusedAfter(trust, token, () => updateClient(second.db, id, change(), actor));
    expect(took).toBeLessThan(pushedMs);
    expect((await introspect(server, token)).body).toEqual({ active: false });
    await server.hasHeard();
    if (again) expect(await accepts(trust, await trust.token())).toBe(true);
    else expect(await trust.token()).toBe(undefined);
  });
});

describe('the admin API refuses a token at once when somebody has taken', () => {
  it.each<[what: string, trust: Trust, change: () => object]>([
    ['the workload of a robot', platform, () => ({ workload_identities: [{ issuer: idp.issuer, subject: other }] })],
    ['the key of a robot', keys, () => ({ jwks: { keys: publicKeys.slice(1) } })],
    [
      'the keys of a robot, for a secret',
      keys,
      () => ({ token_endpoint_auth_method: 'client_secret_basic', jwks: null }),
    ],
  ])('%s', async (_what, trust, change) => {
    isRobot = true;
    await trust.add();
    const token = await trust.token();
    expect((await call(server, '/clients', { token })).status).toBe(200);
    await updateClient(second.db, id, change(), actor);
    expect((await call(server, '/clients', { token })).status).toBe(401);
  });
});

describe('a token outlives', () => {
  it.each<[what: string, trust: Trust, change: () => object]>([
    ['another name of its service', exchange, () => ({ client_name: 'Renamed' })],
    [
      'a further resource of its service',
      exchange,
      () => ({ gateway_resource: `${apiResource} ${reports} ${billing}` }),
    ],
    ['a further scope of its service', exchange, () => ({ scope: 'projects:read deployments:read' })],
    [
      'a further organisation of its app',
      organisation,
      () => ({ id_jag_issuers: `${idp.issuer} https://second.example https://third.example` }),
    ],
    [
      'a further key of its service',
      keys,
      () => ({ jwks: { keys: [...publicKeys, { ...publicKeys[0], kid: 'k2' }] } }),
    ],
  ])('%s', async (_what, trust, change) => {
    await trust.add();
    const token = await trust.token();
    await updateClient(second.db, id, change(), actor);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(await accepts(trust, token)).toBe(true);
    expect((await introspect(server, token)).body).toMatchObject({ active: true });
  });
});

it('An organisation that a server starts without loses its tokens, and nodes of before accept no assertion of it', async () => {
  await organisation.add();
  const token = await organisation.token();
  let third: TestServer | undefined;
  const took = await refusedAfter(organisation, token, async () => {
    third = await startTestServer({
      outbound: idp.outbound,
      beside: server,
      env: { API_RESOURCES: resourcesSetting, ISSUER: server.issuer },
    });
  });
  expect(took).toBeLessThan(pushedMs);
  const refused = await sendAssertion(server, await assertionBy(idp, { resource: apiResource, client_id: id }), {}, id);
  expect([refused.status, refused.body.error_description]).toEqual([
    400,
    'the issuer of the assertion is not trusted any more',
  ]);
  await third?.stop();
  const fourth = await startTestServer({
    outbound: idp.outbound,
    beside: server,
    env: { ...env, ISSUER: server.issuer },
  });
  expect(await accepts(organisation, await organisation.token())).toBe(true);
  expect(await accepts(organisation, token)).toBe(revoked);
  await fourth.stop();
});
