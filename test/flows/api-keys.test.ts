/** Introspection of API keys: who sees what of a key, one by one and many at once, and what the revocation feed says. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { suspendAccount } from '../../src/operations/accounts.ts';
import { revokeApiKey, updateApiKey } from '../../src/operations/api-keys.ts';
import { createClient, disableClient, rotateSecret, updateClient } from '../../src/operations/clients.ts';
import { formatApiKey } from '../../src/policy/api-keys.ts';
import { listApiKeys } from '../../src/store/api-keys.ts';
import { sha256 } from '../../src/store/sealer.ts';
import { openFeed, poll, revoke } from '../gateway/feed-reader.ts';
import { eventually } from '../gateway/running-gateway.ts';
import { makeKey } from '../support/api-keys.ts';
import { basic, introspect, post } from '../support/oauth.ts';
import { addPerson, apiResource, secrets, startTestServer, type TestServer } from '../support/server.ts';
import { fewestStatements } from '../support/statements.ts';

const actor = { id: 'test' };
let server: TestServer;
let other: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  other = await startTestServer({ beside: server, env: { AI_IN_TEST: 'on' } });
});
afterAll(async () => {
  await other.stop();
  await server.stop();
});

const hashOf = (secret: string) => sha256(secret).toString('base64url');
const inactive = { active: false };
/** Each new key is told to its owner, in the background, and statements are counted here. */
async function mailsAreSent(): Promise<void> {
  const waiting = "SELECT FROM mails WHERE status = 'pending'";
  expect(await eventually(async () => (await server.db.pgPool.query(waiting)).rowCount === 0)).toBe(true);
}

async function askMany(body: unknown, clientId = 'gateway', secret = secrets[clientId] as string, at = server.issuer) {
  const response = await fetch(`${at}/oauth/introspect/keys`, {
    method: 'POST',
    headers: { authorization: basic(clientId, secret), 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as { keys: Record<string, unknown>[] } };
}

async function ask(secret: string, clientId = 'gateway') {
  return (await post(server, '/oauth/introspect', { token: secret, token_type_hint: 'api_key' }, clientId)).body;
}

describe('a key', () => {
  it('is described to a gateway by what its calls need, and by nothing else', async () => {
    const end = new Date(Date.now() + 86_400_000);
    const { key, secret } = await makeKey(server, { projects: ['p'], networks: ['203.0.113.0/24'], expiresAt: end });
    const described = {
      active: true,
      token_type: 'api_key',
      iss: server.issuer,
      aud: apiResource,
      sub: server.person.id,
      scope: 'projects:read ai:generate',
      tier: 'free',
      key_id: key.id,
      environment: 'live',
      exp: Math.floor(end.getTime() / 1000),
      projects: ['p'],
      networks: ['203.0.113.0/24'],
    };
    expect(await ask(secret)).toEqual(described);
    expect((await askMany({ keys: [hashOf(secret)] })).body).toEqual({ keys: [described] });
  });

  it('has no members for what it does not limit', async () => {
    const { secret } = await makeKey(server);
    expect(Object.keys((await ask(secret)) as object)).toEqual(
      'active token_type iss aud sub scope tier key_id environment'.split(' '),
    );
  });

  it.each(['', 'access_token', 'refresh_token', 'anything'])('is found with the hint “%s” too', async (hint) => {
    const { secret } = await makeKey(server);
    const form = { token: secret, ...(hint && { token_type_hint: hint }) };
    expect((await post(server, '/oauth/introspect', form, 'gateway')).body).toMatchObject({ active: true });
  });

  it.each(['foreign-gateway', 'web', 'service'])('does not exist for another client: %s', async (clientId) => {
    const { secret } = await makeKey(server);
    expect(await ask(secret, clientId)).toEqual(inactive);
  });

  it('does not exist for a gateway of another resource that asks about many', async () => {
    const { secret } = await makeKey(server);
    expect((await askMany({ keys: [hashOf(secret)] }, 'foreign-gateway')).body).toEqual({ keys: [inactive] });
  });

  it('is revoked by no client at the endpoint for tokens', async () => {
    const { secret } = await makeKey(server);
    const { status } = await post(server, '/oauth/revoke', { token: secret, token_type_hint: 'api_key' }, 'gateway');
    expect([status, await ask(secret)]).toEqual([200, expect.objectContaining({ active: true })]);
  });

  it('is no access token: UserInfo refuses it', async () => {
    const { secret } = await makeKey(server);
    const headers = { authorization: `Bearer ${secret}` };
    expect((await fetch(`${server.issuer}/oauth/userinfo`, { headers })).status).toBe(401);
  });

  it('for tests may generate only where the server says so', async () => {
    const { secret } = await makeKey(server, { environment: 'test' });
    expect(await ask(secret)).toMatchObject({ environment: 'test', scope: 'projects:read' });
    const { body } = await askMany({ keys: [hashOf(secret)] }, 'gateway', secrets.gateway, other.issuer);
    expect(body.keys[0]).toMatchObject({ environment: 'test', scope: 'projects:read ai:generate' });
    const { secret: only } = await makeKey(server, { environment: 'test', scope: ['ai:generate'] });
    expect(await ask(only)).toMatchObject({ active: true, scope: '' });
  });

  it('is inactive if it is unknown, malformed, expired, revoked, or its owner is suspended', async () => {
    const unknown = formatApiKey('live', randomBytes(32));
    const [expired, revoked, valid] = await Promise.all([makeKey(server), makeKey(server), makeKey(server)]);
    await server.db.script(`UPDATE api_keys SET expires_at = clock_timestamp() WHERE id = '${expired.key.id}'`);
    await revokeApiKey(server.db, revoked.key.id, actor);
    const stranger = await addPerson(server.db, 'suspended@example.com');
    const theirs = await makeKey({ db: server.db, person: stranger });
    await suspendAccount(server.db, stranger.id, actor);
    const gone = [unknown, expired.secret, revoked.secret, theirs.secret];
    for (const secret of [...gone, `${valid.secret}0`, valid.secret.replace('live', 'test')]) {
      expect(await ask(secret)).toEqual(inactive);
    }
    const { body } = await askMany({ keys: [...gone, valid.secret].map(hashOf) });
    expect(body.keys).toEqual([inactive, inactive, inactive, inactive, expect.objectContaining({ active: true })]);
  });
});

describe('many keys', () => {
  it('are answered in the order of the question, a hundred at once, repeated ones too', async () => {
    const made = await Promise.all(Array.from({ length: 5 }, () => makeKey(server)));
    const asked = Array.from({ length: 100 }, (_, index) => made[index % 5] as (typeof made)[0]);
    const { body } = await askMany({ keys: asked.map(({ secret }) => hashOf(secret)) });
    expect(body.keys.map(({ key_id: id }) => id)).toEqual(asked.map(({ key }) => key.id));
  });

  it('cost one statement, like one key', async () => {
    const made = await Promise.all(Array.from({ length: 10 }, () => makeKey(server)));
    const keys = made.map(({ secret }) => hashOf(secret));
    await askMany({ keys });
    await mailsAreSent();
    expect(await fewestStatements(server, () => askMany({ keys }))).toBe(1);
    expect(await fewestStatements(server, () => introspect(server, made[0]?.secret as string))).toBe(1);
  });

  it('cost nothing to a client that may not see keys and sends a malformed one', async () => {
    const { secret } = await makeKey(server);
    await mailsAreSent();
    expect(await fewestStatements(server, () => introspect(server, 'vcs_sk_live_nothing'))).toBe(0);
    expect(await fewestStatements(server, () => introspect(server, secret, 'web'))).toBe(0);
  });

  it('are no more told to a gateway that is not one any more, whatever the node remembers', async () => {
    const input = { client_id: 'passing', client_name: 'Passing', type: 'service', gateway_resource: apiResource };
    const { clientSecret = '' } = await createClient(server.db, input as never, actor);
    const { secret } = await makeKey(server);
    const seen = async () => (await askMany({ keys: [hashOf(secret)] }, 'passing', clientSecret)).body.keys?.[0];
    expect(await seen()).toMatchObject({ active: true });
    await server.db.script('ALTER TABLE clients DISABLE TRIGGER USER');
    await server.db.script(
      "UPDATE clients SET gateway_resource = 'https://other.example', revision = revision + 1 WHERE client_id = 'passing'",
    );
    await server.db.script('ALTER TABLE clients ENABLE TRIGGER USER');
    expect(await seen()).toEqual(inactive);
    await updateClient(server.db, 'passing', { gateway_resource: apiResource }, actor);
    expect(await eventually(async () => (await seen())?.active === true)).toBe(true);
    const { clientSecret: next = '' } = await rotateSecret(server.db, 'passing', { keepOldForDays: 0 }, actor);
    expect((await askMany({ keys: [hashOf(secret)] }, 'passing', clientSecret)).status).toBe(401);
    await disableClient(server.db, 'passing', actor, 'Tried');
    expect((await askMany({ keys: [hashOf(secret)] }, 'passing', next)).status).toBe(401);
  });

  it('are marked as used when a gateway says so, in a batch', async () => {
    const { key } = await makeKey(server);
    const at = Math.floor(Date.now() / 1000) - 30;
    const used = [
      { key_id: key.id, at: at - 60, address: '203.0.113.1' },
      { key_id: key.id, at, address: '203.0.113.24' },
      { key_id: 'key_unknown', at },
    ];
    const cost = await fewestStatements(server, () => askMany({ keys: [], used }));
    expect(cost).toBe(1);
    const find = async () => (await listApiKeys(server.db, server.person.id)).find(({ id }) => id === key.id);
    const seen = await eventually(async () => (await find())?.last_used_at?.getTime() === at * 1000);
    expect([seen, (await find())?.last_used_address]).toEqual([true, '203.0.113.24']);
  });
});

describe('the feed', () => {
  it('names changed keys in a field of their own, which older readers ignore', async () => {
    const { key } = await makeKey(server);
    const { body } = await poll(server.issuer, '');
    const reader = await openFeed(server.issuer, { headers: { 'last-event-id': body.cursor } });
    await updateApiKey(server.db, key.id, { scope: ['projects:read'] }, actor);
    await revoke(server.db, 'jti', ['after-the-key']);
    await reader.until((one) => one.entries().some(({ value }) => value === 'after-the-key'));
    const keys = reader.events.flatMap(({ data }) => (data as { keys?: object[] }).keys ?? []);
    expect(keys).toEqual([{ seq: expect.any(Number), kind: 'key_id', value: key.id, expires_at: expect.any(Number) }]);
    expect(reader.entries().map(({ kind }) => kind)).not.toContain('key_id');
    await reader.close();
    const again = await poll(server.issuer, `?cursor=${encodeURIComponent(body.cursor)}`);
    expect(again.body).toMatchObject({ keys, entries: [{ value: 'after-the-key' }] });
    const seqs = [...keys, ...again.body.entries].map((one) => (one as { seq: number }).seq);
    expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
  });
});
