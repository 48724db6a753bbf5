/** Deleting an account ends everything of it, and the audit log keeps an id without a name. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deleteAccount, findDeletionObstacles } from '../../src/operations/account-deletion.ts';
import { updateAccountFields } from '../../src/operations/account-update.ts';
import { createAccount } from '../../src/operations/accounts.ts';
import { createClient } from '../../src/operations/clients.ts';
import { queueMail } from '../../src/operations/mail.ts';
import { findAccount } from '../../src/store/accounts.ts';
import type { Database } from '../../src/store/database.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { rowsOf } from '../support/rows.ts';
import { addPerson, password, passwords } from '../support/standard.ts';

let own: TestDatabase;
let db: Database;
beforeAll(async () => {
  own = await createTestDatabase();
  db = own.database;
});
afterAll(() => own.drop());

const by = { id: 'cli', reason: 'Asked for.' };
const admin = (name: string) =>
  createAccount(db, passwords, { email: `${name}@example.com`, name, password, role: 'admin' }, by);

describe('deleting an account', () => {
  it('leaves no row that has its id, its name or its address, but in the audit log its id alone', async () => {
    const { id, email } = await addPerson(db, 'leaving@example.com');
    await updateAccountFields(db, id, { name: 'Leaving Person', tier: 'pro' }, { id: `account:${id}` });
    await queueMail(db, { kind: 'password_changed', to: email, accountId: id, facts: { at: '', by: 'person' } });
    await deleteAccount(db, id, { id: `account:${id}`, ip: '192.0.2.1' });
    expect(await rowsOf(db, 'SELECT kind, recipient, account_id, facts FROM mails')).toEqual([
      {
        kind: 'account_deleted',
        recipient: email,
        account_id: null,
        facts: { at: expect.any(String), ip: '192.0.2.1' },
      },
    ]);
    // As when it has been sent, and a month has passed.
    await db.script('DELETE FROM mails');
    const tables = await rowsOf(db, `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`);
    const found: string[] = [];
    for (const { name } of tables) {
      const text = `SELECT 1 FROM ${name} t WHERE to_jsonb(t)::text LIKE ANY (ARRAY['%${id}%', '%${email}%', '%Leaving%', '%Test Person%'])`;
      if ((await rowsOf(db, text)).length > 0) found.push(String(name));
    }
    expect(found).toEqual(['audit_events']);
    const events = await rowsOf(
      db,
      `SELECT actor, action, target, details::text FROM audit_events WHERE target = 'account:${id}'`,
    );
    expect(events.at(-1)).toMatchObject({ actor: `account:${id}`, action: 'account.deleted' });
    expect(JSON.stringify(events)).not.toMatch(/leaving|Test Person/i);
  });

  it('leaves no mail to a former address, unless that belongs to somebody else by now', async () => {
    const { id, email } = await addPerson(db, 'moved@example.com');
    const other = await addPerson(db, 'taken-over@example.com');
    const [former, taken] = ['former@example.com', other.email];
    for (const to of [former, taken]) {
      await queueMail(db, { kind: 'reset_password', to, facts: { at: '' } });
      await queueMail(db, { kind: 'address_changed', to, accountId: id, facts: { at: '', to: email } });
    }
    await deleteAccount(db, id, by);
    const left = `SELECT kind, recipient FROM mails WHERE recipient IN ('${former}', '${taken}')`;
    expect(await rowsOf(db, left)).toEqual([{ kind: 'reset_password', recipient: taken }]);
  });

  it('is refused while the account owns an app, and says which', async () => {
    const { id, email } = await addPerson(db, 'owner@example.com');
    const client = { client_id: 'owned', client_name: 'Owned', type: 'spa', redirect_uris: ['https://a.example/'] };
    await createClient(db, { ...client, owner_email: email } as never, by);
    expect(await findDeletionObstacles(db, id)).toMatchObject({ apps: [{ client_id: 'owned' }], lastAdmin: false });
    await expect(deleteAccount(db, id, by)).rejects.toMatchObject({ kind: 'conflict', message: /owned$/ });
    expect(await findAccount(db, id)).toBeDefined();
  });

  it('is refused for the last admin who can sign in', async () => {
    const one = await admin('only');
    expect((await findDeletionObstacles(db, one.id)).lastAdmin).toBe(true);
    await expect(deleteAccount(db, one.id, by)).rejects.toMatchObject({ kind: 'conflict' });
    const other = await admin('suspended');
    await updateAccountFields(db, other.id, { status: 'suspended' }, { ...by, reason: 'Gone' });
    await expect(deleteAccount(db, one.id, by)).rejects.toMatchObject({ kind: 'conflict' });
    await deleteAccount(db, other.id, by);
    expect(await findAccount(db, other.id)).toBeUndefined();
    const next = await admin('next');
    await deleteAccount(db, one.id, by);
    expect(await findAccount(db, next.id)).toBeDefined();
    await expect(deleteAccount(db, next.id, by)).rejects.toMatchObject({ kind: 'conflict' });
  });

  it('leaves one admin when all of them delete themselves at the same time', async () => {
    await db.pgPool.query(`UPDATE accounts SET role = 'user'`);
    const all = await Promise.all(['a', 'b', 'c', 'd'].map(admin));
    const results = await Promise.allSettled(all.map(({ id }) => deleteAccount(db, id, { id: `account:${id}` })));
    expect(await rowsOf(db, `SELECT id FROM accounts WHERE role = 'admin'`)).toHaveLength(1);
    const refused = results.filter((result) => result.status === 'rejected').map(({ reason }) => reason.kind);
    expect(refused).toEqual(['conflict']);
  });

  it('is refused to another account, and for an account that does not exist', async () => {
    const [one, other] = [await addPerson(db, 'one@example.com'), await addPerson(db, 'two@example.com')];
    await expect(deleteAccount(db, one.id, { id: `account:${other.id}` })).rejects.toMatchObject({ kind: 'forbidden' });
    await expect(deleteAccount(db, 'acc_nobody', by)).rejects.toMatchObject({ kind: 'not_found' });
  });
});
