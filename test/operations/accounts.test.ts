import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  changeOwnPassword,
  createAccount,
  restoreAccount,
  setPassword,
  setRole,
  signOutEverywhere,
  suspendAccount,
} from '../../src/operations/accounts.ts';
import { createClient } from '../../src/operations/clients.ts';
import { createPasswords } from '../../src/operations/passwords.ts';
import { findActiveAccount } from '../../src/store/account-facts.ts';
import { searchAccounts } from '../../src/store/account-search.ts';
import { getAccount } from '../../src/store/accounts.ts';
import { insertCodeWithGrant } from '../../src/store/authorization-codes.ts';
import { findClientForEngine } from '../../src/store/clients.ts';
import { saveConsent } from '../../src/store/consents.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { patientTimeouts } from '../support/patient-timeouts.ts';
import { auditOf, rowsOf } from '../support/rows.ts';

const actor = { id: 'cli' };
/** Refuses nobody, however long a hash takes on this machine. */
const passwords = createPasswords({ maxWaitMs: 600_000 });
const password = 'a long enough password';
let test: TestDatabase;
let db: Database;
let other: Database;

beforeAll(async () => {
  test = await createTestDatabase();
  db = test.database;
  other = openDatabase({ url: test.url, poolSize: 10, timeouts: patientTimeouts });
  const app = { client_id: 'app', client_name: 'App', type: 'spa', redirect_uris: ['https://app.example/'] } as const;
  await createClient(db, app, actor);
});
afterAll(async () => {
  await other.close();
  await test.drop();
});

let people = 0;
const newPerson = () => createAccount(db, passwords, { email: `p${++people}@example.com`, name: 'P', password }, actor);

let grants = 0;
async function authorize(on: Database, accountId: string): Promise<boolean> {
  const n = ++grants;
  const result = await insertCodeWithGrant(on, {
    grantId: `g${n}`,
    accountId,
    clientId: 'app',
    grantPayload: {},
    codeHash: Buffer.from(`c${n}`),
    payload: {},
    expiresAt: Date.now() / 1000 + 60,
    sessionsValidFrom: (await findActiveAccount(on, accountId))?.sessions_valid_from,
    scopes: ['projects:read'],
    clientRevision: (await findClientForEngine(on, 'app'))?.revision ?? '0',
  });
  return result === 'stored';
}

/** An account with a consent, a family and a session. */
async function connectedPerson(): Promise<string> {
  const { id } = await newPerson();
  await saveConsent(db, { accountId: id, clientId: 'app', granted: ['projects:read'], refused: [] });
  expect(await authorize(db, id)).toBe(true);
  await db.script(`INSERT INTO sessions (uid, id_hash, payload, account_id, signed_in_at, expires_at)
    VALUES ('s-${id}', 's-${id}', '', '${id}', clock_timestamp(), now() + interval '1 day')`);
  return id;
}

const count = async (table: string, id: string) =>
  (await rowsOf(db, `SELECT 1 FROM ${table} WHERE account_id = '${id}'`)).length;

describe('createAccount', () => {
  it('stores a lower-case address and no password', async () => {
    const input = { email: ' Ada@Example.COM ', name: ' Ada ', password, role: 'admin', tier: 'pro' } as const;
    const account = await createAccount(db, passwords, input, actor);
    expect(account).toMatchObject({
      email: 'ada@example.com',
      name: 'Ada',
      role: 'admin',
      tier: 'pro',
      status: 'active',
    });
    expect(account).not.toHaveProperty('password_hash');
    const [row] = await rowsOf(db, `SELECT a::text FROM accounts a WHERE id = '${account.id}'`);
    expect(row?.a).toContain('$argon2id$');
    expect(row?.a).not.toContain(password);
    expect(await auditOf(db, `account:${account.id}`)).toMatchObject([{ action: 'account.created', actor: 'cli' }]);
  });

  it('asks why somebody becomes an admin, once there is an admin who can sign in', async () => {
    const make = (by: object) =>
      createAccount(
        db,
        passwords,
        { email: `root${++people}@example.com`, name: 'R', password, role: 'admin' },
        { ...actor, ...by },
      );
    await make({ reason: 'Asked for.' });
    await expect(make({})).rejects.toMatchObject({ kind: 'invalid', details: { reason: 'is required' } });
    await expect(setRole(db, (await newPerson()).id, 'admin', actor)).rejects.toMatchObject({ kind: 'invalid' });
    await db.script(`UPDATE accounts SET status = 'suspended' WHERE role = 'admin'`);
    expect((await make({})).role).toBe('admin');
  });

  it('gives ids of 128 random bits', async () => {
    const ids = [(await newPerson()).id, (await newPerson()).id];
    for (const id of ids) expect(id).toMatch(/^acc_[\w-]{22}$/);
    expect(ids[0]).not.toBe(ids[1]);
  });

  it('lets only one of two have an address, however it is written', async () => {
    const spellings = ['same@example.com', 'SAME@example.com', 'Same@Example.com ', 'same@EXAMPLE.com'];
    const outcomes = await Promise.allSettled(
      spellings.map((email, i) =>
        createAccount([db, other][i % 2] as Database, passwords, { email, name: 'X', password }, actor),
      ),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const one of outcomes) if (one.status === 'rejected') expect(one.reason).toMatchObject({ kind: 'conflict' });
    expect(
      await rowsOf(
        db,
        `SELECT 1 FROM audit_events WHERE details->>'x' IS NULL AND action = 'account.created'
      AND target = (SELECT 'account:' || id FROM accounts WHERE email = 'same@example.com')`,
      ),
    ).toHaveLength(1);
  });

  it.each([
    ['email', { email: 'nobody' }],
    ['name', { name: 'a\u202eb' }],
    ['name', { name: '  ' }],
    ['password', { password: 'too short' }],
    ['role', { role: 'root' }],
    ['tier', { tier: 'gold' }],
  ])('names what is wrong: %s', async (field, wrong) => {
    const input = { email: 'new@example.com', name: 'New', password, ...wrong } as never;
    const refused = createAccount(db, passwords, input, actor);
    await expect(refused).rejects.toMatchObject({ kind: 'invalid', details: { [field]: expect.any(String) } });
  });
});

describe('an account ends what it has open on', () => {
  it.each([
    ['suspension', (id: string) => suspendAccount(db, id, actor), 'account.suspended', 0],
    [
      'a new password',
      (id: string) => setPassword(db, passwords, id, 'another long password', actor),
      'account.password_set',
      0,
    ],
    [
      'signing out everywhere, apps too',
      (id: string) => signOutEverywhere(db, id, { endGrants: true }, actor),
      'account.signed_out_everywhere',
      0,
    ],
    [
      'signing out everywhere',
      (id: string) => signOutEverywhere(db, id, { endGrants: false }, actor),
      'account.signed_out_everywhere',
      1,
    ],
  ] as const)('%s', async (_name, end, action, families) => {
    const id = await connectedPerson();
    const bystander = await connectedPerson();
    const { sessions_valid_from: before } = await getAccount(db, id);
    await end(id);
    expect([await count('sessions', id), await count('grants', id)]).toEqual([0, families]);
    expect([await count('sessions', bystander), await count('grants', bystander)]).toEqual([1, 1]);
    expect((await getAccount(db, id)).sessions_valid_from.getTime()).toBeGreaterThan(before.getTime());
    expect((await auditOf(db, `account:${id}`)).map((event) => event.action)).toEqual(['account.created', action]);
    const revoked = await rowsOf(
      db,
      `SELECT value FROM token_revocation WHERE kind = 'gid' AND value = 'g${grants - 1}'`,
    );
    expect(revoked).toHaveLength(1 - families);
  });

  it('a restored account gets back nothing but the right to sign in', async () => {
    const id = await connectedPerson();
    await suspendAccount(db, id, actor);
    expect(await authorize(db, id)).toBe(false);
    expect((await restoreAccount(db, id, actor)).status).toBe('active');
    expect([await count('sessions', id), await count('grants', id)]).toEqual([0, 0]);
    expect(await authorize(db, id)).toBe(true);
  });

  it('an unknown account is not found, and leaves no line in the audit log', async () => {
    const end = [
      () => suspendAccount(db, 'acc_nobody', actor),
      () => restoreAccount(db, 'acc_nobody', actor),
      () => setPassword(db, passwords, 'acc_nobody', password, actor),
      () => signOutEverywhere(db, 'acc_nobody', { endGrants: true }, actor),
    ];
    for (const one of end) await expect(one()).rejects.toMatchObject({ kind: 'not_found' });
    expect(await auditOf(db, 'account:acc_nobody')).toEqual([]);
  });

  it('no authorization survives a suspension at the same moment', async () => {
    for (let round = 0; round < 20; round += 1) {
      const id = await connectedPerson();
      const [, ...born] = await Promise.all([
        suspendAccount(db, id, actor),
        ...Array.from({ length: 6 }, () => authorize(other, id)),
      ]);
      expect(await count('grants', id)).toBe(0);
      const dead = await rowsOf(
        db,
        `SELECT 1 FROM token_revocation WHERE value IN (
        SELECT 'g' || n FROM generate_series(${grants - 6}, ${grants}) n)`,
      );
      // The family from before, and each one that began before the suspension locked the account.
      expect(dead).toHaveLength(1 + born.filter(Boolean).length);
    }
  });
});

it('accounts are listed by address, page by page', async () => {
  const { rows: first, next: place } = await searchAccounts(db, {}, { limit: 2 });
  const { rows: next } = await searchAccounts(db, {}, { limit: 2, ...(place && { after: place }) });
  const emails = [...first, ...next].map(({ email }) => email);
  expect(emails).toEqual([...emails].sort());
  expect(new Set(emails).size).toBe(4);
});

it('a password reset wins over a change by someone who still knows the old password', async () => {
  const account = await newPerson();
  const { id } = account;
  const hash = async () =>
    (await rowsOf(db, `SELECT password_hash FROM accounts WHERE id = '${id}'`))[0]?.password_hash;
  const known = { ...account, password_hash: (await hash()) as string };
  await setPassword(db, passwords, id, 'what an admin has set', actor);
  const reset = await hash();
  expect(await changeOwnPassword(db, passwords, known, 'what a thief would like', actor)).toBe(false);
  expect(await hash()).toBe(reset);
  expect((await auditOf(db, `account:${id}`)).map((event) => event.action)).toEqual([
    'account.created',
    'account.password_set',
  ]);
});
