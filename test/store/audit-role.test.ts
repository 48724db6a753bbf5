/** The database role of docs/admin.md: the server works under it, and it cannot rewrite the audit log. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createClient } from '../../src/operations/clients.ts';
import { verifyAudit } from '../../src/operations/verify-audit.ts';
import { sendTestEvent } from '../../src/operations/webhook-replays.ts';
import { signedInAs } from '../support/admin.ts';
import { testKeys } from '../support/audit.ts';
import { eventually } from '../support/eventually.ts';
import { startReceiver } from '../support/receiver.ts';
import { rowsOf } from '../support/rows.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { actor, addWebhook } from '../support/webhooks.ts';

/** Roles belong to the whole cluster, so this test uses a role name of its own. */
const role = `server_${randomBytes(6).toString('hex')}`;
const docs = readFileSync(new URL('../../docs/admin.md', import.meta.url), 'utf8');
const sql = /```sql\n([\s\S]*?)```/.exec(docs)?.[1]?.replaceAll('vcauth_server', role) as string;

let owner: TestServer;
let server: TestServer;
let url: string;
beforeAll(async () => {
  owner = await startTestServer({ env: { WEBHOOK_DELIVERY: 'off' } });
  await owner.db.script(sql);
  const address = new URL(owner.databaseUrl);
  [address.username, address.password] = [role, 'choose one'];
  url = address.href;
  server = await startTestServer({ beside: owner, env: { DATABASE_URL: url } });
});
afterAll(async () => {
  await server.stop();
  await owner.db.script(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
  await owner.stop();
});

it('the server signs people in under the role and records it', async () => {
  const person = await signedInAs(server, owner.person.email);
  expect((await person.request('/account/apps')).status).toBe(200);
  const [last] = await rowsOf(owner.db, 'SELECT action FROM audit_events ORDER BY seq DESC LIMIT 1');
  expect(last).toEqual({ action: 'account.signed_in' });
});

it('the server seals events under the role, and creates clients', async () => {
  await createClient(server.db, { client_name: 'By the role', type: 'service' } as never, actor);
  const unsealed = async () => (await rowsOf(owner.db, 'SELECT event FROM audit_unsealed')).length;
  await eventually(unsealed).toBe(0);
  expect(await verifyAudit(owner.db, { keys: testKeys })).toMatchObject({ unsealed: 0 });
  expect(server.logged()).not.toContain('could not be sealed');
});

it('the server sends webhooks under the role, and maintains the queue', async () => {
  const receiver = await startReceiver();
  await addWebhook(server, 'web', { url: receiver.url });
  await owner.db.script(`UPDATE vcauth_queue.queue SET monitor_on = NULL, maintain_on = NULL`);
  await sendTestEvent(server.db, 'web', actor);
  await receiver.waitFor(1);
  await receiver.stop();
  expect(server.logged()).not.toContain('the queue of webhooks failed');
});

it.each([
  `UPDATE audit_events SET actor = 'nobody'`,
  'DELETE FROM audit_events',
  'TRUNCATE audit_events',
  `UPDATE audit_seals SET hash = ''`,
  'DELETE FROM audit_seals',
  'TRUNCATE audit_seals',
  'UPDATE audit_anchor SET sealed_seq = 5',
  'DELETE FROM audit_anchor',
  'ALTER TABLE audit_events DISABLE TRIGGER ALL',
  'DROP TABLE audit_events',
  'DELETE FROM schema_migrations',
])('the role may not run %s', async (statement) => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await expect(client.query(statement)).rejects.toMatchObject({ code: '42501' });
  } finally {
    await client.end();
  }
});
