/** Tokens that services got by exchange (RFC 8693), where they are used: who acts, and that a revocation reaches them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TokenError } from '../../src/gateway/errors.ts';
import { createVerifier, type Verifier } from '../../src/gateway/verifier.ts';
import { disableClient, updateClient } from '../../src/operations/clients.ts';
import { disconnect } from '../../src/operations/grants.ts';
import { addExchanger, billing, exchangeToken, resourcesSetting } from '../support/exchange.ts';
import { obtainTokens, post } from '../support/oauth.ts';
import { apiResource, secrets, startTestServer, type TestServer } from '../support/server.ts';
import { eventually, startTestGateway, startUpstream, type TestGateway, type TestUpstream } from './running-gateway.ts';
import { claimsOf, type Forge, forgeOf } from './tokens.ts';

const actor = { id: 'test' };
let server: TestServer;
let second: TestServer;
let verifier: Verifier;
let gateway: TestGateway;
let upstream: TestUpstream;
let forge: Forge;
beforeAll(async () => {
  const env = { API_RESOURCES: resourcesSetting };
  server = await startTestServer({ env });
  second = await startTestServer({ beside: server, env: { ...env, ISSUER: server.issuer } });
  forge = await forgeOf(server);
  const both = { gateway_resource: `${apiResource} ${billing}`, scope: 'projects:read', exchange_resource: billing };
  for (const id of ['edge', 'between']) await addExchanger(server, id, both);
  await updateClient(server.db, 'gateway', { gateway_resource: `${apiResource} ${billing}` }, actor);
  const credentials = { clientId: 'edge', clientSecret: secrets.edge as string };
  verifier = createVerifier({ issuer: server.issuer, audience: billing, credentials });
  await verifier.ready();
  upstream = await startUpstream();
  gateway = await startTestGateway(server, {
    GATEWAY_RESOURCES: JSON.stringify([{ resource: billing, upstream: upstream.url }]),
  });
});
afterAll(async () => {
  await verifier.close();
  await gateway.stop();
  upstream.stop();
  await second.stop();
  await server.stop();
});

const exchanged = async (token: string, by = 'edge') =>
  (await exchangeToken(server, token, by, { resource: billing })).body.access_token as string;

/** How long after `end` the verifier still accepts the token, in milliseconds. */
async function isRefusedAfter(token: string, end: () => Promise<unknown>): Promise<void> {
  await verifier.verify(token);
  await end();
  const since = performance.now();
  const refused = await eventually(async () => {
    const error = await verifier.verify(token).then(
      () => undefined,
      (cause: TokenError) => cause,
    );
    return error?.description === 'The access token was revoked';
  });
  expect(refused).toBe(true);
  // An idle machine takes a twentieth of a second, and a busy one longer.
  expect(performance.now() - since).toBeLessThan(10_000);
}

describe('an exchanged token', () => {
  it('is verified like any other, and says who acts', async () => {
    const { access_token: subject } = await obtainTokens(server);
    const token = await exchanged(await exchanged(subject, 'between'));
    const claims = await verifier.verify(token, { scope: 'projects:read' });
    expect(claims).toEqual(claimsOf(token));
    expect(claims.act).toEqual({ sub: 'edge', act: { sub: 'between' } });
  });

  it('passes the gateway with the names of the services, which no caller can set', async () => {
    const { access_token: subject } = await obtainTokens(server);
    const token = await exchanged(await exchanged(subject, 'between'));
    const call = (bearer: string) =>
      fetch(`${gateway.origin}/billing`, { headers: { authorization: `Bearer ${bearer}`, 'x-auth-actor': 'admin' } });
    upstream.seen.length = 0;
    expect((await call(token)).status).toBe(200);
    const direct = await obtainTokens(server, { resource: billing });
    expect((await call(direct.access_token)).status).toBe(200);
    expect(upstream.seen.map(({ headers }) => headers['x-auth-actor'])).toEqual(['edge between', undefined]);
    expect(upstream.seen[0]?.headers).toMatchObject({ 'x-auth-subject': server.person.id, 'x-auth-client': 'edge' });
  });

  it.each([
    ['a text', 'edge'],
    ['a list', ['edge']],
    ['an actor without a name', { act: { sub: 'edge' } }],
    ['a chain without end', Array.from({ length: 12 }).reduce((act) => ({ sub: 'edge', act }), { sub: 'edge' })],
  ])('with %s in place of its actor is refused', async (_name, act) => {
    await expect(verifier.verify(await forge.token({ aud: billing, act }))).rejects.toThrow(/lacks claims/);
  });
});

describe('a verifier refuses an exchanged token as soon as it hears that', () => {
  const passedOn = async () => {
    const tokens = await obtainTokens(server, { client_id: 'web' });
    return { tokens, token: await exchanged(await exchanged(tokens.access_token, 'between')) };
  };

  it('the person has disconnected the app, on another node', async () => {
    const { token } = await passedOn();
    const { id: accountId } = server.person;
    await isRefusedAfter(token, () => disconnect(second.db, { accountId, clientId: 'web' }, actor));
  });

  it('the token that it came from was revoked', async () => {
    const { token, tokens } = await passedOn();
    const revoke = () => post(second, '/oauth/revoke', { token: tokens.access_token }, 'web');
    await isRefusedAfter(token, revoke);
  });

  it('a service that passed it on was stopped', async () => {
    const { token } = await passedOn();
    await isRefusedAfter(token, () => disableClient(second.db, 'between', actor, 'Tried'));
  });
});
