/**
 * Statements of servers of the version before, which run while a newer one has migrated already. Their text is copied from that
 * version.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { auditOf, rowsOf } from '../support/rows.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
  await test.database.script(
    `INSERT INTO accounts (id, email, name, password_hash) VALUES ('plain', 'plain@example.com', 'P', 'h'), ('twice', 'twice@example.com', 'T', 'h');
    INSERT INTO account_totp (account_id, secret) VALUES ('twice', 'sealed')`,
  );
});
afterAll(() => test.drop());

const confirm = {
  name: 'account-confirm-sign-in',
  text: `WITH confirmed AS (SELECT clock_timestamp() AS verified_at FROM accounts
      WHERE id = $1 AND password_hash = $2 AND status = 'active' AND NOT password_change_required FOR SHARE) SELECT verified_at, append_audit('account:' || $1, 'account.signed_in', 'account:' || $1,
      jsonb_build_object('ip', $4::text), $3) FROM confirmed`,
};

it('sign in to an account without a second step', async () => {
  expect(await test.database.run(confirm, ['plain', 'h', null, '192.0.2.1'])).toMatchObject([
    { verified_at: expect.any(Date) },
  ]);
  expect(await auditOf(test.database, 'account:plain')).toMatchObject([{ action: 'account.signed_in' }]);
});

it('sign nobody in who has a second step, since they do not ask for it', async () => {
  await expect(test.database.run(confirm, ['twice', 'h', null, '192.0.2.1'])).rejects.toThrow(
    'this account has a second step, which this server does not ask for: update the server',
  );
  expect(await auditOf(test.database, 'account:twice')).toEqual([]);
});

it('keep what newer servers know of a session', async () => {
  await test.database.script(
    `INSERT INTO sessions (uid, id_hash, payload, account_id, signed_in_at, expires_at, user_agent, address)
      VALUES ('s', 'id', 'p', 'plain', now(), now() + interval '1 hour', 'Firefox', '192.0.2.1')`,
  );
  const update = `UPDATE sessions s SET id_hash = $2, payload = $3, account_id = $4,
      signed_in_at = coalesce(to_timestamp($5), s.signed_in_at), expires_at = to_timestamp($6), last_seen_at = clock_timestamp()
    FROM (VALUES (1)) one WHERE s.uid = $1`;
  const values = ['s', Buffer.from('id'), Buffer.from('q'), 'plain', null, Date.now() / 1000 + 60];
  await test.database.run({ name: 'save-session-update', text: update }, values);
  expect(await rowsOf(test.database, 'SELECT user_agent, address FROM sessions')).toEqual([
    { user_agent: 'Firefox', address: '192.0.2.1' },
  ]);
});
