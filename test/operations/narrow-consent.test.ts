/** A person takes something from an app that stays connected: a scope, the time after a moment, or one connection. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { updateClient } from '../../src/operations/clients.ts';
import { disconnect } from '../../src/operations/grants.ts';
import { endConnection, endLater, takeScopes } from '../../src/operations/narrow-consent.ts';
import { findConsent } from '../../src/store/consents.ts';
import { startTestGateway, type TestGateway } from '../gateway/running-gateway.ts';
import { claimsOf } from '../gateway/tokens.ts';
import { eventually } from '../support/eventually.ts';
import { exchange, introspect, obtainCode, obtainTokens, refresh, type Tokens } from '../support/oauth.ts';
import { newPerson, type Person } from '../support/person.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

const both = 'projects:read deployments:read';
let server: TestServer;
let gateway: TestGateway;
let person: Person;
let app: { accountId: string; clientId: string };
const actor = () => ({ id: `account:${server.person.id}` });
beforeAll(async () => {
  server = await startTestServer();
  gateway = await startTestGateway(server);
  app = { accountId: server.person.id, clientId: 'spa' };
});
afterAll(async () => {
  await gateway.stop();
  await server.stop();
});
beforeEach(async () => {
  await disconnect(server.db, app, actor());
  person = newPerson(server.issuer);
});

const statusAt = async (path: string, token: string) =>
  (await fetch(`${gateway.origin}/v1/${path}`, { headers: { authorization: `Bearer ${token}` } })).status;
const connect = async (scope = both) => (await obtainTokens(server, { scope }, person)) as Required<Tokens>;

describe('a scope that is taken from an app', () => {
  it('ends its access tokens, and its next refresh gives it the rest', async () => {
    const { access_token: before, refresh_token: token } = await connect();
    expect(await statusAt('deployments', before)).toBe(200);
    expect(await takeScopes(server.db, { ...app, scopes: ['deployments:read'] }, actor())).toBe('narrowed');
    await eventually(() => statusAt('projects', before)).toBe(401);
    expect((await introspect(server, before)).body).toEqual({ active: false });
    const { status, body } = await refresh(server, token);
    expect([status, body.scope]).toEqual([200, 'projects:read']);
    const after = (body as unknown as Tokens).access_token;
    expect([await statusAt('projects', after), await statusAt('deployments', after)]).toEqual([200, 403]);
    expect((await introspect(server, after)).body).toMatchObject({ active: true, scope: 'projects:read' });
    const again = await refresh(server, (body as unknown as Required<Tokens>).refresh_token);
    expect([again.status, again.body.scope]).toEqual([200, 'projects:read']);
  });

  it('is gone on every connection, and from a code that is on its way', async () => {
    const first = await connect();
    const second = await connect();
    const code = await obtainCode(server, { scope: both }, person);
    await takeScopes(server.db, { ...app, scopes: ['deployments:read'] }, actor());
    for (const { refresh_token: token } of [first, second]) {
      expect((await refresh(server, token)).body.scope).toBe('projects:read');
    }
    const { status, body } = await exchange(server, code);
    expect([status, body.scope]).toEqual([200, 'projects:read']);
  });

  it('leaves a code that was used what it was: used again, it ends everything that came from it', async () => {
    const code = await obtainCode(server, { scope: both }, person);
    const { body } = await exchange(server, code);
    await takeScopes(server.db, { ...app, scopes: ['deployments:read'] }, actor());
    expect((await exchange(server, code)).status).toBe(400);
    expect((await refresh(server, (body as unknown as Required<Tokens>).refresh_token)).status).toBe(400);
  });

  it('is asked for again', async () => {
    await connect();
    await takeScopes(server.db, { ...app, scopes: ['deployments:read'] }, actor());
    await expect(obtainTokens(server, { scope: both, prompt: 'none' }, person)).rejects.toThrow(/consent_required/);
    const { scope } = await connect();
    expect(scope?.split(' ').sort()).toEqual(both.split(' ').sort());
  });

  it('cannot be refreshed with', async () => {
    const { refresh_token: token } = await connect();
    await takeScopes(server.db, { ...app, scopes: ['deployments:read'] }, actor());
    const { status, body } = await refresh(server, token, 'spa', { scope: 'deployments:read' });
    expect([status, body.error]).toEqual([400, 'invalid_scope']);
    expect((await refresh(server, token)).status).toBe(200);
  });

  it('is taken while the app refreshes: nothing comes back with it', async () => {
    const { refresh_token: token } = await connect();
    const [answers] = await Promise.all([
      Promise.all(Array.from({ length: 10 }, () => refresh(server, token))),
      takeScopes(server.db, { ...app, scopes: ['deployments:read'] }, actor()),
    ]);
    const tokens = answers.filter(({ status }) => status === 200).map(({ body }) => body as unknown as Tokens);
    expect(tokens.length).toBeGreaterThan(0);
    for (const { access_token: access } of tokens) {
      await eventually(() => statusAt('deployments', access)).not.toBe(200);
    }
    const last = await refresh(server, tokens.at(-1)?.refresh_token as string);
    expect([last.status, last.body.scope]).toEqual([200, 'projects:read']);
  });

  it('disconnects the app if it was the last one', async () => {
    const { refresh_token: token } = await connect('projects:read');
    expect(await takeScopes(server.db, { ...app, scopes: ['projects:read'] }, actor())).toBe('disconnected');
    expect((await refresh(server, token)).status).toBe(400);
    expect(await findConsent(server.db, app.accountId, app.clientId)).toBeUndefined();
  });

  it('ends a connection that had nothing else, and leaves the others', async () => {
    const narrow = await connect('deployments:read');
    const wide = await connect();
    await takeScopes(server.db, { ...app, scopes: ['deployments:read'] }, actor());
    expect((await refresh(server, narrow.refresh_token)).status).toBe(400);
    expect((await refresh(server, wide.refresh_token)).status).toBe(200);
  });

  it('must be one that the app has', async () => {
    await connect();
    const taken = takeScopes(server.db, { ...app, scopes: ['ai:generate'] }, actor());
    await expect(taken).rejects.toMatchObject({ kind: 'not_found' });
  });

  it('is not taken from an app of ours, which is never asked about', async () => {
    await connect();
    await updateClient(server.db, 'spa', { first_party: true }, { id: 'test' });
    const taken = takeScopes(server.db, { ...app, scopes: ['projects:read'] }, actor());
    await expect(taken).rejects.toMatchObject({ kind: 'conflict' });
    await updateClient(server.db, 'spa', { first_party: false }, { id: 'test' });
  });

  it('is taken by its person alone', async () => {
    const other = { id: 'account:somebody-else', powers: [] };
    await connect();
    const taken = takeScopes(server.db, { ...app, scopes: ['projects:read'] }, other);
    await expect(taken).rejects.toMatchObject({ kind: 'forbidden' });
  });
});

describe('an end that a person sets later', () => {
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);

  it('bounds the consent and every connection', async () => {
    const { refresh_token: token } = await connect();
    const endsAt = inDays(1);
    await endLater(server.db, { ...app, endsAt }, actor());
    expect((await findConsent(server.db, app.accountId, app.clientId))?.ends_at).toEqual(endsAt);
    const { body } = await refresh(server, token);
    expect(body.authorization_expires_in).toBeGreaterThan(86_000);
    expect(body.authorization_expires_in).toBeLessThanOrEqual(86_400);
    expect(body.refresh_token_expires_in).toBeLessThanOrEqual(86_400);
    const { rows } = await server.db.pgPool.query('SELECT bool_and(expires_at <= $1) AS all FROM grants', [endsAt]);
    expect(rows[0].all).toBe(true);
  });

  it('can only come sooner', async () => {
    await connect();
    await endLater(server.db, { ...app, endsAt: inDays(1) }, actor());
    const later = endLater(server.db, { ...app, endsAt: inDays(2) }, actor());
    await expect(later).rejects.toMatchObject({ kind: 'not_found' });
  });
});

describe('one connection', () => {
  it('ends, and the others go on', async () => {
    const [first, second] = [await connect(), await connect()];
    const grantId = claimsOf(first.access_token).gid as string;
    await endConnection(server.db, { accountId: app.accountId, grantId }, actor());
    expect((await refresh(server, first.refresh_token)).status).toBe(400);
    expect((await refresh(server, second.refresh_token)).status).toBe(200);
  });

  it('of somebody else is not found', async () => {
    const grantId = claimsOf((await connect()).access_token).gid as string;
    const ended = endConnection(server.db, { accountId: 'somebody-else', grantId }, actor());
    await expect(ended).rejects.toMatchObject({ kind: 'not_found' });
  });
});
