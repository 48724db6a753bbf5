/** What each revocation ends, JWTs included (RFC 7009), and who may introspect (RFC 7662). */
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createVerifier } from '../../src/gateway/verifier.ts';
import { restoreAccount, setPassword, suspendAccount } from '../../src/operations/accounts.ts';
import { deleteClient } from '../../src/operations/client-deletion.ts';
import { createClient, disableClient, enableClient, updateClient } from '../../src/operations/clients.ts';
import { disconnect } from '../../src/operations/grants.ts';
import { createPasswords } from '../../src/operations/passwords.ts';
import { endGrantsOfAccount, endSignIns, lockAccount } from '../../src/store/accounts.ts';
import { eventually } from '../support/eventually.ts';
import { authorizeUrl, callback, introspect, obtainTokens, post, refresh, type Tokens } from '../support/oauth.ts';
import { formOf, newPerson, signIn } from '../support/person.ts';
import { apiResource, password, redirectUri, secrets, startTestServer, type TestNode } from '../support/server.ts';

let server: TestNode;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const actor = { id: 'test' };
const active = async (token: string, clientId?: string) => (await introspect(server, token, clientId)).body.active;
const refreshes = async (tokens: Tokens, clientId?: string) =>
  (await refresh(server, tokens.refresh_token as string, clientId)).status === 200;
const revoke = (token: string, clientId = 'spa') => post(server, '/oauth/revoke', { token }, clientId);
/** The number of statements that wait for a row that another transaction holds. */
const waitingForLocks = async () =>
  (
    await server.db.pgPool.query(
      "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
    )
  ).rowCount;
async function until(done: () => Promise<boolean>): Promise<void> {
  while (!(await done())) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe('revocation', () => {
  it('of an access token ends that token alone', async () => {
    const tokens = await obtainTokens(server);
    const sibling = (await refresh(server, tokens.refresh_token as string)).body as unknown as Tokens;
    expect((await revoke(tokens.access_token)).status).toBe(200);
    expect([await active(tokens.access_token), await active(sibling.access_token)]).toEqual([false, true]);
    expect(await refreshes(sibling)).toBe(true);
  });

  it('of a refresh token ends the family and its JWTs, but no other device', async () => {
    const [here, there] = [await obtainTokens(server), await obtainTokens(server)];
    const newer = (await refresh(server, here.refresh_token as string)).body as unknown as Tokens;
    expect((await revoke(newer.refresh_token as string)).status).toBe(200);
    for (const token of [here.access_token, newer.access_token]) expect(await active(token)).toBe(false);
    expect(await refreshes(newer)).toBe(false);
    expect([await active(there.access_token), await refreshes(there)]).toEqual([true, true]);
  });

  it('by any genuine token of the family, whatever its generation', async () => {
    const tokens = await obtainTokens(server);
    let newest = tokens;
    for (let i = 0; i < 3; i += 1)
      newest = (await refresh(server, newest.refresh_token as string)).body as unknown as Tokens;
    await revoke(tokens.refresh_token as string);
    expect(await active(newest.access_token)).toBe(false);
  });

  it('of another client’s token has no effect and reveals nothing', async () => {
    const tokens = await obtainTokens(server);
    for (const token of [tokens.access_token, tokens.refresh_token as string, 'unknown', `${tokens.access_token}x`]) {
      const { status, body } = await revoke(token, 'other');
      expect([status, body]).toEqual([200, {}]);
    }
    expect([await active(tokens.access_token), await refreshes(tokens)]).toEqual([true, true]);
  });

  it('of a service’s token works without a grant', async () => {
    const { body } = await post(
      server,
      '/oauth/token',
      { grant_type: 'client_credentials', scope: 'projects:read' },
      'service',
    );
    expect(await active(body.access_token as string)).toBe(true);
    await revoke(body.access_token as string, 'service');
    expect(await active(body.access_token as string)).toBe(false);
  });

  it('needs the right secret', async () => {
    const tokens = await obtainTokens(server, { client_id: 'web' });
    const response = await fetch(`${server.issuer}/oauth/revoke`, {
      method: 'POST',
      body: new URLSearchParams({ client_id: 'web', client_secret: 'wrong', token: tokens.access_token }),
    });
    expect(response.status).toBe(401);
    expect(await active(tokens.access_token)).toBe(true);
  });
});

describe('introspection', () => {
  it('shows gateways the access tokens of their audience and nothing else', async () => {
    const tokens = await obtainTokens(server);
    expect((await introspect(server, tokens.access_token)).body).toMatchObject({
      active: true,
      token_type: 'Bearer',
      client_id: 'spa',
      sub: server.person.id,
      scope: 'projects:read',
      aud: 'https://api.vibecaas.com',
    });
    expect((await introspect(server, tokens.refresh_token as string)).body).toEqual({ active: false });
    expect(await active(tokens.access_token, 'foreign-gateway')).toBe(false);
  });

  it('shows other confidential clients their own tokens, and public clients nothing', async () => {
    const web = await obtainTokens(server, { client_id: 'web' });
    expect([await active(web.access_token, 'web'), await active(web.refresh_token as string, 'web')]).toEqual([
      true,
      true,
    ]);
    expect(await active(web.access_token, 'service')).toBe(false);
    const spa = await obtainTokens(server);
    expect([await active(spa.access_token, 'spa'), await active(spa.refresh_token as string, 'spa')]).toEqual([
      false,
      false,
    ]);
  });
});

describe('an end from outside', () => {
  it('a disconnection ends every device of the app, JWTs included, and the app has to ask again', async () => {
    const person = newPerson(server.issuer);
    const tokens = [await obtainTokens(server, {}, person), await obtainTokens(server)];
    const bystander = await obtainTokens(server, { client_id: 'other' });
    await disconnect(server.db, { accountId: server.person.id, clientId: 'spa' }, actor);
    for (const one of tokens) expect([await active(one.access_token), await refreshes(one)]).toEqual([false, false]);
    expect(await active(bystander.access_token)).toBe(true);
    const again = await person.visit(authorizeUrl(server));
    expect(again.text).toContain('name="decision"');
  });

  it('a disconnection is confirmed on the page, and the name of an unchecked app stays a claim', async () => {
    const person = newPerson(server.issuer);
    await obtainTokens(server, { client_id: 'other' }, person);
    const apps = await person.visit('/account/apps');
    const done = await person.submit(apps, '/account/apps/disconnect', { client_id: 'other' });
    expect(done.text).toContain('<bdi>“Other”</bdi> is disconnected.');
  });

  it('disabling a client ends all its tokens, with and without a grant', async () => {
    const person = await obtainTokens(server, { client_id: 'web' });
    const { body: service } = await post(server, '/oauth/token', { grant_type: 'client_credentials' }, 'service');
    await disableClient(server.db, 'web', actor, 'Tried');
    await disableClient(server.db, 'service', actor, 'Tried');
    expect([await active(person.access_token), await active(service.access_token as string)]).toEqual([false, false]);
    // The node is notified a moment later.
    const request = () => post(server, '/oauth/token', { grant_type: 'client_credentials' }, 'service');
    await eventually(async () => (await request()).body.error).toBe('invalid_client');
    expect((await request()).status).toBe(401);
    await enableClient(server.db, 'web', actor);
    await enableClient(server.db, 'service', actor);
    expect([await active(person.access_token), await refreshes(person, 'web')]).toEqual([false, false]);
  });

  it.each([
    ['suspension', () => suspendAccount(server.db, server.person.id, actor)],
    [
      'a new password',
      () => setPassword(server.db, createPasswords({ maxWaitMs: 600_000 }), server.person.id, password, actor),
    ],
  ])('%s ends sessions and every family', async (_name, end) => {
    const person = newPerson(server.issuer);
    const tokens = await obtainTokens(server, {}, person);
    await end();
    expect([await active(tokens.access_token), await refreshes(tokens)]).toEqual([false, false]);
    const page = await person.visit(authorizeUrl(server));
    expect(page.text).toContain('current-password');
    await restoreAccount(server.db, server.person.id, actor);
  });

  it('a password reset ends a sign-in that waits in an interaction', async () => {
    const person = newPerson(server.issuer);
    const page = await person.visit(authorizeUrl(server, { scope: 'analytics:read' }));
    const { action, hidden } = formOf(page, '/sign-in');
    const body = new URLSearchParams([...hidden, ['email', server.person.email], ['password', password]]);
    const answer = await person.request(action, { method: 'POST', body });
    await setPassword(server.db, createPasswords({ maxWaitMs: 600_000 }), server.person.id, password, actor);
    const resumed = await person.visit(answer.headers.get('location') as string);
    expect(resumed.status).toBe(400);
    expect(resumed.text).toContain('This page has expired');
  });

  it('a new password also ends what its sessions are just authorizing', async () => {
    const person = newPerson(server.issuer);
    await obtainTokens(server, {}, person);
    // Locks the account, so that the authorization has read its session and then waits behind the new password.
    const { id } = server.person;
    let authorizing: Promise<unknown> = Promise.resolve();
    const held = server.db.transaction(async (trx) => {
      await lockAccount(trx, id);
      authorizing = person.request(authorizeUrl(server));
      await until(async () => (await waitingForLocks()) === 1);
      await endSignIns(trx, id);
      await endGrantsOfAccount(trx, id);
    });
    await held;
    await authorizing;
    expect((await server.db.pgPool.query('SELECT 1 FROM grants WHERE account_id = $1', [id])).rowCount).toBe(0);
  });

  it('an answer from before a disconnection allows no more than was allowed since', async () => {
    const person = newPerson(server.issuer);
    const request = { client_id: 'other', scope: 'projects:read projects:write' };
    const page = await signIn(person, await person.visit(authorizeUrl(server, request)), server.person.email);
    const { action, hidden } = formOf(page, '/consent');
    const body = new URLSearchParams([...hidden, ['decision', 'allow']]);
    const answer = await person.request(action, { method: 'POST', body });
    await disconnect(server.db, { accountId: server.person.id, clientId: 'other' }, actor);
    await obtainTokens(server, { ...request, scope: 'projects:read' });
    const late = callback(await person.request(answer.headers.get('location') as string));
    expect([late.get('error'), late.get('code')]).toEqual(['access_denied', null]);
  });

  it('an ended session does not come back when a request that read it finishes', async () => {
    const person = newPerson(server.issuer);
    await obtainTokens(server, {}, person);
    const signedIn = async () =>
      Number(
        (await server.db.pgPool.query('SELECT count(*) FROM sessions WHERE account_id IS NOT NULL')).rows[0].count,
      );
    expect(await signedIn()).toBeGreaterThan(0);
    // Some of these have read the session when it ends, others have not.
    const racing = Array.from({ length: 40 }, () => person.request(authorizeUrl(server)));
    for (let i = 0; i < 5; i += 1) await server.db.pgPool.query('DELETE FROM sessions WHERE account_id IS NOT NULL');
    await Promise.all(racing);
    expect(await signedIn()).toBe(0);
  });
});

describe('a client that is made again under the id of a deleted one', () => {
  const again = async (clientId: string, more: object) => {
    const input = { client_id: clientId, client_name: 'Again', type: 'native', redirect_uris: [redirectUri], ...more };
    const { clientSecret } = await createClient(server.db, input as never, actor);
    if (clientSecret) secrets[clientId] = clientSecret;
    await server.hasHeard();
  };

  async function follow() {
    const credentials = { clientId: 'gateway', clientSecret: secrets.gateway as string };
    const verifier = createVerifier({ issuer: server.issuer, audience: apiResource, credentials });
    onTestFinished(() => verifier.close());
    await verifier.ready();
    return verifier;
  }

  it('gets tokens that work at once, while those of before stay ended', async () => {
    await again('again', {});
    const before = await obtainTokens(server, { client_id: 'again' });
    await deleteClient(server.db, 'again', actor);
    const verifier = await follow();
    await again('again', {});
    const now = await obtainTokens(server, { client_id: 'again' });
    expect([await active(before.access_token), await active(now.access_token)]).toEqual([false, true]);
    // The verifier hears that the id is free again.
    const verified = () => verifier.verify(now.access_token).then(({ client_id: id }) => id, String);
    await eventually(verified).toBe('again');
    await expect(verifier.verify(before.access_token)).rejects.toThrow('revoked');
  });

  const both = { type: 'web', grant_types: ['authorization_code', 'client_credentials'] };
  it.each<[string, string, object, object?]>([
    ['acted for itself', 'service-again', { type: 'service', redirect_uris: [] }],
    ['did so until that was taken from it', 'web-again', both, { grant_types: ['authorization_code'] }],
  ])('waits for a token lifetime if the deleted one %s', async (_what, id, registration, taken) => {
    const token = async () => {
      const form = { grant_type: 'client_credentials', scope: 'projects:read' };
      return (await post(server, '/oauth/token', form, id)).body.access_token as string;
    };
    await again(id, { ...registration, scope: 'projects:read' });
    const before = await token();
    if (taken) await updateClient(server.db, id, taken, actor);
    await deleteClient(server.db, id, actor);
    const verifier = await follow();
    await expect(verifier.verify(before)).rejects.toThrow('revoked');
    await again(id, { ...registration, scope: 'projects:read' });
    expect([await active(before), await active(await token())]).toEqual([false, false]);
  });
});
