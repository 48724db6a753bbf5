/**
 * Every operation of the admin API against every kind of client and account: the scope of the operation alone is not
 * enough.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAccount } from '../../../src/operations/accounts.ts';
import { verifyClient } from '../../../src/operations/client-review.ts';
import { createClient, updateClient } from '../../../src/operations/clients.ts';
import { createPasswords } from '../../../src/operations/passwords.ts';
import { setWebhook } from '../../../src/operations/webhooks.ts';
import { type AdminScope, adminScopes } from '../../../src/policy/scopes.ts';
import { saveConsent } from '../../../src/store/consents.ts';
import { putInvitation } from '../../../src/store/invitations.ts';
import { createSealer } from '../../../src/store/sealer.ts';
import { operations } from '../../../src/web/admin-api/table.ts';
import { makeKey } from '../../support/api-keys.ts';
import { obtainTokens } from '../../support/oauth.ts';
import { picture } from '../../support/pictures.ts';
import { rowsOf } from '../../support/rows.ts';
import { apiResource, password, redirectUri, startTestServer, type TestServer } from '../../support/server.ts';
import { addAdmin, adminToken, call } from './support.ts';

/** What each operation acts on. An operation that is missing here fails the first test. */
const actsOn: Record<string, 'nobody' | 'a new client' | 'a client' | 'a new account' | 'an account'> = {
  'clients.list': 'nobody',
  'clients.create': 'a new client',
  'clients.get': 'nobody',
  'clients.update': 'a client',
  'clients.delete': 'a client',
  'clients.submit': 'a client',
  'clients.verify': 'a client',
  'clients.read_document': 'a client',
  'clients.give_back': 'a client',
  'clients.send_back': 'a client',
  'clients.disable': 'a client',
  'clients.enable': 'a client',
  'clients.insight': 'nobody',
  'clients.errors': 'nobody',
  'errors.list': 'nobody',
  'logos.set': 'a client',
  'logos.remove': 'a client',
  'third_party.apps': 'nobody',
  'third_party.rules': 'nobody',
  'third_party.decide': 'nobody',
  'leaked_secrets.revoke': 'nobody',
  'secrets.list': 'nobody',
  'secrets.create': 'a client',
  'secrets.delete': 'a client',
  'webhooks.create': 'a client',
  'webhooks.get': 'nobody',
  'webhooks.update': 'a client',
  'webhooks.delete': 'a client',
  'webhooks.rotate_secret': 'a client',
  'webhooks.test': 'a client',
  'webhooks.replay': 'a client',
  'webhook_deliveries.list': 'nobody',
  'webhook_deliveries.get': 'nobody',
  'webhook_deliveries.replay': 'a client',
  'signal_streams.list': 'nobody',
  'signal_streams.get': 'nobody',
  'signal_streams.update': 'a client',
  'signal_streams.delete': 'a client',
  'accounts.list': 'nobody',
  'accounts.create': 'a new account',
  'accounts.get': 'nobody',
  'accounts.update': 'an account',
  'accounts.suspend': 'an account',
  'accounts.restore': 'an account',
  'accounts.require_password_change': 'an account',
  'accounts.reset_second_step': 'an account',
  'accounts.set_password': 'an account',
  'accounts.sign_out_everywhere': 'an account',
  'accounts.delete': 'an account',
  'invitations.list': 'nobody',
  'invitations.create': 'a new account',
  'invitations.get': 'nobody',
  'invitations.resend': 'a new account',
  'invitations.withdraw': 'a new account',
  'sessions.list': 'nobody',
  'sessions.delete': 'an account',
  'grants.list': 'nobody',
  'grants.revoke': 'an account',
  'grants.disconnect': 'an account',
  'api_keys.list': 'nobody',
  'api_keys.get': 'nobody',
  'api_keys.usage': 'nobody',
  'api_keys.find': 'nobody',
  'api_keys.update': 'an account',
  'api_keys.revoke': 'an account',
  'keys.list': 'nobody',
  'keys.rotate': 'nobody',
  'audit.list': 'nobody',
  'statistics.get': 'nobody',
};

const service = { type: 'service', client_name: 'Powerful', scope: 'projects:read' };
const app = { type: 'web', client_name: 'Powerful', scope: 'projects:read', redirect_uris: [redirectUri] };
const admin = 'root@example.com';

/** Kinds of clients that are more than an app, and the powers that changing them needs. */
const kinds: [kind: string, input: object, needs: AdminScope[]][] = [
  ['a gateway', { ...service, scope: '', gateway_resource: apiResource }, ['gateways:write']],
  ['a first-party app', { ...app, first_party: true }, ['first_party:write']],
  ['a verified app', app, ['verifications:write']],
  ['an app of an admin', { ...app, owner_email: admin }, ['admins:write']],
  ['a robot with more power', { ...service, scope: 'audit:read' }, ['audit:read']],
];

const by = { id: 'test', reason: 'A test.' };
const passwords = createPasswords({ maxWaitMs: 600_000 });
const sealer = createSealer(['a test secret that is long enough to be one']);
let server: TestServer;
let adminId: string;
let adminIds: Lives;
let userIds: Lives & { account_id: string };
const tokens = new Map<string, string>();

beforeAll(async () => {
  server = await startTestServer();
  const input = { email: admin, name: 'Root', password, role: 'admin' } as const;
  adminId = (await createAccount(server.db, passwords, input, by)).id;
  // The last admin cannot be deleted.
  await createAccount(server.db, passwords, { ...input, email: 'other-root@example.com' }, by);
  await addAdmin(server, 'caller');
  adminIds = await livesOf(adminId);
  userIds = { account_id: server.person.id, ...(await livesOf(server.person.id)) };
});
afterAll(() => server.stop());

type Lives = { session_id: string; grant_id: string; key_id: string };

/** The ids of a session, a grant and a key of an account. */
async function livesOf(accountId: string): Promise<Lives> {
  await obtainTokens(server);
  await server.db.pgPool.query('UPDATE grants SET account_id = $1 WHERE account_id = $2', [
    accountId,
    server.person.id,
  ]);
  await server.db.pgPool.query('UPDATE sessions SET account_id = $1 WHERE account_id = $2', [
    accountId,
    server.person.id,
  ]);
  await saveConsent(server.db, { accountId, clientId: 'other', granted: ['projects:read'], refused: [] });
  const [grant] = await rowsOf(server.db, `SELECT id FROM grants WHERE account_id = '${accountId}'`);
  const [session] = await rowsOf(server.db, `SELECT uid FROM sessions WHERE account_id = '${accountId}'`);
  const { key } = await makeKey({ db: server.db, person: { id: accountId, email: '' } });
  return { session_id: String(session?.uid), grant_id: String(grant?.id), key_id: key.id };
}

async function tokenWith(scopes: readonly string[]): Promise<string> {
  const scope = adminScopes.filter((one) => scopes.includes(one)).join(' ');
  const known = tokens.get(scope) ?? (await adminToken(server, 'caller', scope));
  tokens.set(scope, known);
  return known;
}

let made = 0;
async function clientOf(input: object): Promise<string> {
  made += 1;
  const id = `target-${made}`;
  await createClient(server.db, { ...input, client_id: id } as never, by);
  if (input === app) await verifyClient(server.db, id, by, 'Checked');
  return id;
}

const auditLines = async () => Number((await rowsOf(server.db, 'SELECT count(*)::int AS n FROM audit_events'))[0]?.n);

/** Calls an operation with valid values. */
async function ask(id: string, token: string, values: Record<string, string>, more: object = {}) {
  const operation = operations.find((one) => one.id === id) as (typeof operations)[number];
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => values[name] ?? '1');
  const example = { ...operation.example, ...('account_id' in (operation.example ?? {}) && { ...values }), ...more };
  const why = operation.method === 'DELETE' && operation.needsReason ? '?reason=Asked+for' : '';
  return call(server, `${path}${why}`, {
    method: operation.method,
    token,
    ...(operation.body && {
      body:
        id === 'grants.disconnect'
          ? { account_id: values.account_id, client_id: 'other', reason: 'Asked for.' }
          : example,
    }),
    ...(operation.upload && { file: await picture(), type: 'image/png' }),
  });
}

/** Operations on the account itself come last, because they end sessions and grants. */
const idsOf = (kind: string) =>
  operations
    .map(({ id }) => id)
    .filter((id) => actsOn[id] === kind)
    .toSorted((a, b) => Number(a.startsWith('accounts.')) - Number(b.startsWith('accounts.')));

it('every operation has an entry for what it acts on', () => {
  expect(operations.map(({ id }) => id).toSorted()).toEqual(Object.keys(actsOn).toSorted());
});

describe.each(kinds)('%s', (_kind, input, needs) => {
  it.each(idsOf('a client'))('is touched by %s only with its own power', async (id) => {
    const clientId = await clientOf(input);
    if (/webhook/.test(id) && id !== 'webhooks.create') {
      const rules = { local: false, ports: [443] };
      await setWebhook({ db: server.db, sealer, rules }, clientId, { url: 'https://notes.example/hook' }, by);
    }
    if (/signal_streams/.test(id)) {
      await server.db.script(`INSERT INTO signal_streams (stream_id, client_id, events_requested, read_seq)
        VALUES ('${clientId}', '${clientId}', '{}', 0)`);
    }
    const base = operations.find((one) => one.id === id)?.scopes ?? [];
    const without = adminScopes.filter((scope) => !needs.includes(scope) || base.includes(scope));
    const lines = await auditLines();
    const refused = await ask(id, await tokenWith(without), { client_id: clientId });
    if (needs.some((scope) => !base.includes(scope))) {
      expect([refused.status, refused.body.error?.code]).toEqual([403, 'FORBIDDEN']);
      expect(refused.body.error.message).toContain(needs.join(' and '));
      expect(await auditLines()).toBe(lines);
    }
    const done = await ask(id, await tokenWith([...base, ...needs]), { client_id: clientId });
    expect(done.status, JSON.stringify(done.body.error)).not.toBe(403);
  });

  it('can be neither created nor made from an app without its own power', async () => {
    if (input === app) return;
    const without = adminScopes.filter((scope) => !needs.includes(scope));
    const create = (token: string) => call(server, '/clients', { token, body: input });
    expect((await create(await tokenWith(without))).status).toBe(403);
    expect((await create(await tokenWith(['clients:write', ...needs]))).status).toBe(201);
    const plain = await clientOf({ ...(('redirect_uris' in input && app) || service), client_name: 'Plain' });
    const { client_name, type, ...change } = input as Record<string, unknown>;
    const update = (token: string) => call(server, `/clients/${plain}`, { method: 'PATCH', token, body: change });
    expect((await update(await tokenWith(without))).status).toBe(403);
    expect((await update(await tokenWith(['clients:write', ...needs]))).status).toBe(200);
  });
});

it.each(['clients.verify', 'clients.send_back'])('%s needs its own power for any client', async (id) => {
  const clientId = await clientOf({ ...app });
  const without = adminScopes.filter((scope) => scope !== 'verifications:write');
  expect((await ask(id, await tokenWith(without), { client_id: clientId })).status).toBe(403);
});

/** Making an admin, or being able to sign in as one, gives every power. */
const takesOver = new Set(['accounts.set_password']);

describe('an admin', () => {
  it.each(idsOf('an account'))('is touched by %s only with admins:write', async (id) => {
    const values = { account_id: adminId, ...adminIds };
    const without = adminScopes.filter((scope) => scope !== 'admins:write');
    const lines = await auditLines();
    const refused = await ask(id, await tokenWith(without), values);
    expect([refused.status, refused.body.error?.code]).toEqual([403, 'FORBIDDEN']);
    expect(await auditLines()).toBe(lines);
    const enough = takesOver.has(id) ? adminScopes : ['accounts:write', 'admins:write'];
    if (takesOver.has(id)) {
      expect((await ask(id, await tokenWith(['accounts:write', 'admins:write']), values)).status).toBe(403);
    }
    // An account that owns apps is not deleted.
    if (id === 'accounts.delete') await server.db.script('UPDATE clients SET owner_account_id = NULL');
    const done = await ask(id, await tokenWith(enough), values);
    expect(done.status, JSON.stringify(done.body.error)).toBeLessThan(300);
  });

  it('can be created, or made from an account, only with every scope', async () => {
    for (const missing of adminScopes.filter((scope) => scope !== 'accounts:write')) {
      const token = await tokenWith(adminScopes.filter((scope) => scope !== missing));
      const body = { email: 'new@example.com', name: 'New', password, role: 'admin' };
      expect((await call(server, '/accounts', { token, body })).status, missing).toBe(403);
      const change = { method: 'PATCH', token, body: { role: 'admin', reason: 'Asked for.' } };
      expect((await call(server, `/accounts/${server.person.id}`, change)).status, missing).toBe(403);
    }
  });
});

it('an invitation of an admin is withdrawn only with admins:write', async () => {
  const of = { name: null, tier: 'free', language: null, invited_by: 'test', inviter_name: 'Test' } as const;
  const invite = (role: 'admin' | 'user') =>
    putInvitation(server.db, { ...of, id: `inv_${role}`, address: `${role}@invited.example`, role }, 60);
  const [ofAdmin, ofUser] = [{ invitation_id: await invite('admin') }, { invitation_id: await invite('user') }];
  const plain = await tokenWith(adminScopes.filter((scope) => scope !== 'admins:write'));
  expect((await ask('invitations.withdraw', plain, ofAdmin)).status).toBe(403);
  expect((await ask('invitations.withdraw', plain, ofUser)).status).toBe(200);
  const enough = await tokenWith(['accounts:write', 'admins:write']);
  expect((await ask('invitations.withdraw', enough, ofAdmin)).status).toBe(200);
});

describe('somebody else', () => {
  it.each(idsOf('an account'))('is touched by %s with accounts:write', async (id) => {
    const reply = await ask(id, await tokenWith(['accounts:write']), userIds);
    expect(reply.status, JSON.stringify(reply.body.error)).toBeLessThan(300);
  });

  it('an owner of a gateway gets a password only from a caller with power over the gateway', async () => {
    const owner = await createAccount(server.db, passwords, { email: 'o@example.com', name: 'O', password }, by);
    const gateway = await clientOf({
      ...service,
      scope: '',
      gateway_resource: apiResource,
      owner_email: 'o@example.com',
    });
    const set = async (scopes: string[]) =>
      (await ask('accounts.set_password', await tokenWith(scopes), { account_id: owner.id })).status;
    expect(await set(['accounts:write'])).toBe(403);
    expect(await set(['accounts:write', 'gateways:write'])).toBe(200);
    await updateClient(server.db, gateway, { owner_email: null }, by);
    expect(await set(['accounts:write'])).toBe(200);
  });
});

it('a service cannot give what it was given once and does not hold now', async () => {
  const token = await tokenWith(['clients:write']);
  const body = { scope: adminScopes.join(' ') };
  expect((await call(server, '/clients/caller', { method: 'PATCH', token, body })).status).toBe(403);
  expect((await call(server, '/clients/caller/secrets', { method: 'POST', token, body: {} })).status).toBe(403);
});
