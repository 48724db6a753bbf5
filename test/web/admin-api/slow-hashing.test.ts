/** Hashing a password may wait for a flood of sign-ins. Meanwhile nothing is locked, and no transaction is idle. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createPasswords } from '../../../src/operations/passwords.ts';
import { rowsOf } from '../../support/rows.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';
import { addAdmin, adminToken, call, type Reply } from './support.ts';

const real = createPasswords({ maxWaitMs: 600_000 });
let asked = Promise.withResolvers<void>();
let held = Promise.withResolvers<void>();
let hashes = 0;
const passwords = {
  ...real,
  async hash(password: string) {
    hashes += 1;
    asked.resolve();
    await held.promise;
    return real.hash(password);
  },
};

let server: TestServer;
let token: string;
beforeAll(async () => {
  server = await startTestServer({ passwords });
  await addAdmin(server, 'admin');
  token = await adminToken(server, 'admin');
});
afterAll(() => server.stop());

const idleTransactions = `SELECT query FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid() AND state LIKE 'idle in transaction%'`;

/** Sends a request, and returns its answer with the transactions that were idle while it hashed. */
async function whileHashing(send: () => Promise<Reply>): Promise<{ reply: Reply; idle: unknown[] }> {
  asked = Promise.withResolvers();
  held = Promise.withResolvers();
  const sent = send();
  await asked.promise;
  const idle = await rowsOf(server.db, idleTransactions);
  held.resolve();
  return { reply: await sent, idle };
}

const account = { email: 'slow@example.com', name: 'Slow', password: 'a long password nobody guesses' };
const create = (key?: string) =>
  call(server, '/accounts', { method: 'POST', body: account, token, headers: key ? { 'idempotency-key': key } : {} });

it('an account is created without a transaction that waits for the hash', async () => {
  const { reply, idle } = await whileHashing(() => create('one'));
  expect([reply.status, idle]).toEqual([201, []]);
  const hashed = hashes;
  const again = await create('one');
  expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([201, 'true']);
  expect(hashes).toBe(hashed);
  const { reply: taken, idle: none } = await whileHashing(() => create());
  expect([taken.status, none]).toEqual([409, []]);
});

it('a new password is hashed without a lock of its account', async () => {
  const body = { password: 'another long password nobody guesses', reason: 'They asked' };
  const path = `/accounts/${server.person.id}/password`;
  const { reply, idle } = await whileHashing(() => call(server, path, { method: 'POST', body, token }));
  expect([reply.status, idle]).toEqual([200, []]);
});

it('the same request, twice at once under one key, has one effect', async () => {
  asked = Promise.withResolvers();
  const other = { ...account, email: 'twice@example.com' };
  const send = () =>
    call(server, '/accounts', { method: 'POST', body: other, token, headers: { 'idempotency-key': 'two' } });
  const replies = await Promise.all([send(), send()]);
  expect(replies.map(({ status }) => status)).toEqual([201, 201]);
  expect(new Set(replies.map(({ body }) => body.data.account_id)).size).toBe(1);
});
