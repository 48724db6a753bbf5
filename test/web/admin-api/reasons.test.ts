/** Acts that end or hand out access need a reason, and the audit log keeps it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setLogo } from '../../../src/operations/client-logos.ts';
import { actorWithReason } from '../../../src/operations/client-record.ts';
import { createClient, rotateSecret } from '../../../src/operations/clients.ts';
import { readLogo } from '../../../src/operations/logo-image.ts';
import { makeKey } from '../../support/api-keys.ts';
import { obtainTokens } from '../../support/oauth.ts';
import { picture } from '../../support/pictures.ts';
import { auditOf, rowsOf } from '../../support/rows.ts';
import { addPerson, startTestServer, type TestServer } from '../../support/server.ts';
import { addAdmin, adminToken, call } from './support.ts';

let server: TestServer;
let token: string;
const ids: Record<string, string> = {};

beforeAll(async () => {
  server = await startTestServer();
  await addAdmin(server, 'admin');
  token = await adminToken(server, 'admin');
  const by = { id: 'test' };
  const input = { client_id: 'going', client_name: 'Going', type: 'service', scope: 'projects:read' };
  await createClient(server.db, input as never, by);
  await rotateSecret(server.db, 'going', { keepOldForDays: 7 }, by);
  await setLogo(server.db, 'going', await readLogo(Buffer.from(await picture())), by);
  await server.db.script(`INSERT INTO webhooks (client_id, url, events) VALUES ('going', 'https://a.example/', '{}');
    INSERT INTO signal_streams (stream_id, client_id, events_requested, read_seq) VALUES ('s', 'going', '{}', 0)`);
  await obtainTokens(server);
  ids.ACCOUNT = server.person.id;
  ids.LEAVING = (await addPerson(server.db, 'leaving@example.com')).id;
  ids.SECRET = (await rowsOf(server.db, `SELECT id FROM client_secrets WHERE client_id = 'going' ORDER BY id`))[0]
    ?.id as string;
  ids.FOUND = (await makeKey(server)).key.id;
  ids.SESSION = (await rowsOf(server.db, 'SELECT uid FROM sessions'))[0]?.uid as string;
  ids.GRANT = (await rowsOf(server.db, 'SELECT id FROM grants'))[0]?.id as string;
});
afterAll(() => server.stop());

const reason = 'Reported by its owner.';
const paused = { status: 'paused' };
const acts: [name: string, method: string, path: string, body: object | undefined, target: string, action: string][] = [
  ['removing a logo', 'DELETE', '/clients/going/logo', undefined, 'client:going', 'client.logo_removed'],
  ['removing a secret', 'DELETE', '/clients/going/secrets/SECRET', undefined, 'client:going', 'client.secret_removed'],
  ['removing a webhook', 'DELETE', '/clients/going/webhook', undefined, 'client:going', 'webhook.deleted'],
  ['pausing a stream', 'PATCH', '/clients/going/signal-stream', paused, 'client:going', 'signals.stream_updated'],
  ['removing a stream', 'DELETE', '/clients/going/signal-stream', undefined, 'client:going', 'signals.stream_deleted'],
  ['suspending a client', 'POST', '/clients/going/disable', {}, 'client:going', 'client.disabled'],
  ['deleting a client', 'DELETE', '/clients/going', undefined, 'client:going', 'client.deleted'],
  ['revoking a key', 'POST', '/api-keys/FOUND/revoke', {}, 'account:ACCOUNT', 'api_key.revoked'],
  ['ending a connection', 'DELETE', '/grants/GRANT', undefined, 'grant:GRANT', 'grant.revoked'],
  ['making an admin', 'PATCH', '/accounts/ACCOUNT', { role: 'admin' }, 'account:ACCOUNT', 'account.role_set'],
  ['taking the role away', 'PATCH', '/accounts/ACCOUNT', { role: 'user' }, 'account:ACCOUNT', 'account.role_set'],
  ['ending one session', 'DELETE', '/accounts/ACCOUNT/sessions/SESSION', undefined, 'account:ACCOUNT', 'session.ended'],
  [
    'ending every session',
    'POST',
    '/accounts/ACCOUNT/sign-out-everywhere',
    {},
    'account:ACCOUNT',
    'account.signed_out_everywhere',
  ],
  [
    'requiring a new password',
    'POST',
    '/accounts/ACCOUNT/require-password-change',
    {},
    'account:ACCOUNT',
    'account.password_change_required',
  ],
  [
    'removing a second step',
    'POST',
    '/accounts/ACCOUNT/reset-second-step',
    {},
    'account:ACCOUNT',
    'account.second_step_reset',
  ],
  [
    'setting a password',
    'POST',
    '/accounts/ACCOUNT/password',
    { password: 'another long password nobody guesses' },
    'account:ACCOUNT',
    'account.password_set',
  ],
  ['suspending an account', 'POST', '/accounts/ACCOUNT/suspend', {}, 'account:ACCOUNT', 'account.suspended'],
  ['deleting an account', 'DELETE', '/accounts/LEAVING', undefined, 'account:LEAVING', 'account.deleted'],
];

describe('the admin API', () => {
  it.each(acts)(
    'refuses %s without a reason and keeps the one that is given',
    async (_name, method, path, body, target, action) => {
      const named = (text: string) => text.replace(/[A-Z]{4,}/g, (id) => ids[id] ?? id);
      for (const empty of [undefined, '', '  ', '\u202e']) {
        const reply = await send(method, named(path), body, empty);
        expect([reply.status, reply.body.error.details]).toEqual([400, { reason: expect.any(String) }]);
      }
      expect((await send(method, named(path), body, reason)).status).toBe(200);
      const line = (await auditOf(server.db, named(target))).findLast((one) => one.action === action);
      expect(line?.details).toMatchObject({ reason });
    },
  );

  it('refuses to create an admin without a reason, and asks for none for the first one and for others', async () => {
    const create = (name: string, role: string, said?: string) =>
      send(
        'POST',
        '/accounts',
        { email: `${name}@example.com`, name, role, password: `${name} and a long tail` },
        said,
      );
    expect((await create('first-root', 'admin')).status).toBe(201);
    for (const empty of [undefined, '', '  ']) {
      const refused = await create('next-root', 'admin', empty);
      expect([refused.status, refused.body.error.details]).toEqual([400, { reason: expect.any(String) }]);
    }
    const made = await create('next-root', 'admin', reason);
    expect(made.status).toBe(201);
    const [line] = await auditOf(server.db, `account:${made.body.data.id}`);
    expect(line).toMatchObject({ action: 'account.created', details: { role: 'admin', reason } });
    expect((await create('anybody', 'user')).status).toBe(201);
  });

  it('asks for a reason when the keys are rotated too early, and for none when they are not', async () => {
    expect((await send('POST', '/keys/rotate', {}, undefined)).status).toBe(200);
    expect((await send('POST', '/keys/rotate', { force: true }, undefined)).status).toBe(400);
    expect((await send('POST', '/keys/rotate', { force: true }, reason)).status).toBe(200);
  });

  it('asks for no reason to change a name or a tier', async () => {
    expect((await send('PATCH', `/accounts/${ids.ACCOUNT}`, { tier: 'pro' }, undefined)).status).toBe(200);
  });
});

function send(method: string, path: string, body: object | undefined, said: string | undefined) {
  const asked: Record<string, string> = said === undefined ? {} : { reason: said };
  if (method === 'DELETE') return call(server, `${path}?${new URLSearchParams(asked)}`, { method, token });
  return call(server, path, { method, token, body: { ...body, ...asked } });
}

it('a reason is in every audit line of an act', () => {
  expect(actorWithReason({ id: 'test', ip: '192.0.2.1' }, ' Lost laptop. ')).toEqual({
    id: 'test',
    ip: '192.0.2.1',
    reason: 'Lost laptop.',
  });
});
