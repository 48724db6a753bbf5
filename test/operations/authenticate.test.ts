import { createHash } from 'node:crypto';
import * as argon2 from '@node-rs/argon2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAccount, setPassword, suspendAccount } from '../../src/operations/accounts.ts';
import { authenticate } from '../../src/operations/authenticate.ts';
import { createPasswords, type Passwords } from '../../src/operations/passwords.ts';
import { accountLockout, machineLockout } from '../../src/policy/lockout.ts';
import { pendingAttempts } from '../../src/store/attempts.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { purgeSignInLimits } from '../../src/store/purge-limits.ts';
import { createRateLimits } from '../../src/store/rate-limits.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { patientTimeouts } from '../support/patient-timeouts.ts';
import { auditOf, rowsOf, waitingForLocks } from '../support/rows.ts';

const actor = { id: 'cli' };
const password = 'a long enough password';
// These tests are about limits: no attempt may be refused because many are waiting.
const plain = createPasswords({ maxWaitMs: 60_000 });
const realWaitMs = pendingAttempts.maxWaitMs;
let test: TestDatabase;
let db: Database;
let other: Database;

beforeAll(async () => {
  pendingAttempts.maxWaitMs = 600_000;
  test = await createTestDatabase();
  db = test.database;
  other = openDatabase({ url: test.url, poolSize: 20, timeouts: patientTimeouts });
});
afterAll(async () => {
  pendingAttempts.maxWaitMs = realWaitMs;
  await other.close();
  await test.drop();
});

let people = 0;
const newPerson = () =>
  createAccount(db, plain, { email: `p${++people}@example.com`, name: 'Person', password }, actor);

/** A password hasher that counts its verifications; `before` runs between reading a hash and verifying it. */
function counted(before: () => Promise<unknown> = async () => {}) {
  const calls = { verify: 0 };
  const verify: typeof argon2.verify = async (...given) => {
    calls.verify += 1;
    const answer = await argon2.verify(...given);
    await before();
    return answer;
  };
  return { calls, passwords: createPasswords({ maxWaitMs: 60_000, argon2id: { hash: argon2.hash, verify } }) };
}

let machines = 0;
/** A machine that has not been seen yet. */
const newIp = () => `2001:db8:${(++machines).toString(16)}::1`;

function signIn(
  email: string,
  given: string,
  {
    on = db,
    ip = newIp(),
    passwords = plain,
    off = false,
    device,
  }: { on?: Database; ip?: string; passwords?: Passwords; off?: boolean; device?: string } = {},
) {
  return authenticate(
    { db: on, passwords, limits: createRateLimits(on, { off }) },
    { email, password: given, ip, device },
  );
}

describe('signing in', () => {
  it('returns who signed in and when, and is recorded', async () => {
    const { id, email } = await newPerson();
    const [{ now }] = (await rowsOf(db, 'SELECT clock_timestamp() AS now')) as [{ now: Date }];
    const result = await signIn(` ${email.toUpperCase()} `, password);
    expect(result).toEqual({
      account: { id, email, name: 'Person', tier: 'free' },
      verifiedAt: expect.any(Date),
      factors: { totp: false, recoveryCodes: 0, passkeys: false },
      done: true,
    });
    const { verifiedAt } = result as { verifiedAt: Date };
    const [{ later }] = (await rowsOf(db, 'SELECT clock_timestamp() AS later')) as [{ later: Date }];
    expect(verifiedAt.getTime()).toBeGreaterThanOrEqual(now.getTime());
    expect(verifiedAt.getTime()).toBeLessThanOrEqual(later.getTime());
    const [, event] = await auditOf(db, `account:${id}`);
    expect(event).toMatchObject({ action: 'account.signed_in', actor: `account:${id}` });
  });

  it('gives the same answer, with one verification, whatever is wrong', async () => {
    const { email } = await newPerson();
    const suspended = await newPerson();
    await suspendAccount(db, suspended.id, actor);
    const without = await newPerson();
    await db.script(`UPDATE accounts SET password_hash = NULL WHERE id = '${without.id}'`);
    const wrong: [string, string][] = [
      [email, 'a wrong password here'],
      [email, ''],
      [email, `${password}\0`],
      [email, 'x'.repeat(5000)],
      ['nobody@example.com', password],
      ['nobody\0@example.com', password],
      ['', password],
      [suspended.email, password],
      [suspended.email, 'a wrong password here'],
      [without.email, password],
    ];
    for (const [address, given] of wrong) {
      const { calls, passwords } = counted();
      expect([address, await signIn(address, given, { passwords })]).toEqual([address, { problem: 'mismatch' }]);
      expect([address, calls.verify]).toEqual([address, 1]);
    }
  });

  it('fails after a new password or a suspension that comes in between', async () => {
    for (const end of [
      (id: string) => setPassword(other, plain, id, 'another long password', actor),
      (id: string) => suspendAccount(other, id, actor),
    ]) {
      const { id, email } = await newPerson();
      let once: Promise<unknown> | undefined;
      const { passwords } = counted(() => {
        once ??= end(id);
        return once;
      });
      expect(await signIn(email, password, { passwords })).toEqual({ problem: 'mismatch' });
    }
  });

  it('waits for a suspension in progress, and fails', async () => {
    const { id, email } = await newPerson();
    const holder = await other.pgPool.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT 1 FROM accounts WHERE id = $1 FOR UPDATE', [id]);
    await holder.query(
      "UPDATE accounts SET status = 'suspended', sessions_valid_from = clock_timestamp() WHERE id = $1",
      [id],
    );
    const { calls, passwords } = counted();
    const result = signIn(email, password, { passwords });
    await eventually(() => waitingForLocks(db)).toBe(1);
    expect(calls.verify).toBe(1);
    await holder.query('COMMIT');
    holder.release();
    expect(await result).toEqual({ problem: 'mismatch' });
  });

  it('either fails or comes before a suspension at the same moment', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { id, email } = await newPerson();
      const [results] = await Promise.all([
        Promise.all(Array.from({ length: 3 }, () => signIn(email, password, { on: other, off: true }))),
        suspendAccount(db, id, actor),
      ]);
      const [row] = await rowsOf(db, `SELECT sessions_valid_from FROM accounts WHERE id = '${id}'`);
      for (const result of results) {
        if ('verifiedAt' in result) expect(result.verifiedAt <= (row?.sessions_valid_from as Date)).toBe(true);
      }
    }
  });

  it('hashes the password again when its parameters are old', async () => {
    const { id, email } = await newPerson();
    const old = await argon2.hash(password, { memoryCost: 8192 });
    await db.pgPool.query('UPDATE accounts SET password_hash = $2 WHERE id = $1', [id, old]);
    expect(await signIn(email, password)).toHaveProperty('account');
    const [row] = await rowsOf(db, `SELECT password_hash FROM accounts WHERE id = '${id}'`);
    expect(plain.needsRehash(row?.password_hash as string)).toBe(false);
    expect(await signIn(email, password)).toHaveProperty('account');
  });

  it('succeeds although another sign-in hashes the same password again meanwhile', async () => {
    const { id, email } = await newPerson();
    let once: Promise<unknown> | undefined;
    const { passwords } = counted(async () => {
      once ??= plain
        .hash(password)
        .then((fresh) => other.pgPool.query('UPDATE accounts SET password_hash = $2 WHERE id = $1', [id, fresh]));
      await once;
    });
    expect(await signIn(email, password, { passwords })).toHaveProperty('account');
  });
});

describe('limits', () => {
  const guesses = (email: string, count: number, passwords: Passwords, ip: () => string) =>
    Promise.all(
      Array.from({ length: count }, (_, i) =>
        signIn(email, `wrong ${i}`, { on: [db, other][i % 2] as Database, passwords, ip: ip() }),
      ),
    );

  it.each([
    ['an account', 'known'],
    ['an address that nobody has', 'unknown'],
  ])('are never exceeded by parallel guesses at %s, from however many machines', async (_name, kind) => {
    const email = kind === 'known' ? (await newPerson()).email : 'unknown@example.com';
    const { calls, passwords } = counted();
    const results = await guesses(email, 40, passwords, newIp);
    expect(calls.verify).toBe(accountLockout.freeFailures);
    const refused = results.filter((result) => 'problem' in result && result.problem === 'throttled');
    expect(refused).toHaveLength(40 - accountLockout.freeFailures);
    for (const result of refused) {
      const { retryAfterSeconds } = result as { retryAfterSeconds: number };
      expect(retryAfterSeconds).toBeGreaterThanOrEqual(1);
      expect(retryAfterSeconds).toBeLessThanOrEqual(accountLockout.maxWaitSeconds);
    }
    // Not even the right one, and no hash is computed.
    expect(await signIn(email, password, { passwords })).toMatchObject({ problem: 'throttled' });
    expect(calls.verify).toBe(accountLockout.freeFailures);
  });

  it('are never exceeded by parallel guesses of one machine at many addresses', async () => {
    const { calls, passwords } = counted();
    const ip = newIp();
    const network = ip.replace('::1', '::');
    const before = await rowsOf(db, 'SELECT 1 FROM sign_in_limits');
    await Promise.all(
      Array.from({ length: machineLockout.freeFailures + 40 }, (_, i) =>
        signIn(`many${i}@example.com`, 'x', { on: other, passwords, ip: `${network}${i}` }),
      ),
    );
    expect(calls.verify).toBe(machineLockout.freeFailures);
    // One row for each address that was tried, and one for the machine.
    expect((await rowsOf(db, 'SELECT 1 FROM sign_in_limits')).length - before.length).toBe(
      machineLockout.freeFailures + 1,
    );
  });

  const keyOf = (text: string) => createHash('sha256').update(text).digest('base64url');
  const openGate = (email: string) =>
    db.script(`UPDATE sign_in_limits SET shut_until = now() WHERE key = 'account:${keyOf(email)}'`);

  it('end by themselves, let one try through each time, and grow longer', async () => {
    const { email } = await newPerson();
    const { calls, passwords } = counted();
    for (let i = 0; i < accountLockout.freeFailures; i += 1) await signIn(email, 'wrong', { passwords });
    const waits: number[] = [];
    for (let i = 0; i < 3; i += 1) {
      const answer = await signIn(email, password);
      waits.push((answer as { retryAfterSeconds: number }).retryAfterSeconds);
      await openGate(email);
      calls.verify = 0;
      await guesses(email, 6, passwords, newIp);
      expect(calls.verify).toBe(1);
    }
    expect(waits[0]).toBeLessThanOrEqual(accountLockout.firstWaitSeconds);
    for (const [i, wait] of waits.slice(1).entries()) expect(wait).toBeGreaterThan(waits[i] as number);
    await openGate(email);
    expect(await signIn(email, password)).toHaveProperty('account');
    // A person with the right password is not kept waiting by their own success.
    expect(await signIn(email, password)).toHaveProperty('account');
  });

  it('do not count a refused try: trying a locked account does not lock the machine', async () => {
    const { email } = await newPerson();
    await guesses(email, accountLockout.freeFailures, plain, newIp);
    const ip = newIp();
    for (let i = 0; i < machineLockout.freeFailures + 5; i += 1) {
      expect(await signIn(email, password, { ip })).toMatchObject({ problem: 'throttled' });
    }
    expect(await signIn((await newPerson()).email, password, { ip })).toHaveProperty('account');
  });

  it('delay a known browser of the account only for its own failures, whatever strangers do', async () => {
    const { email } = await newPerson();
    await guesses(email, accountLockout.freeFailures, plain, newIp);
    expect(await signIn(email, password)).toMatchObject({ problem: 'throttled' });
    expect(await signIn(email, password, { device: 'mine' })).toHaveProperty('account');
    const { calls, passwords } = counted();
    await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        signIn(email, `wrong ${i}`, { on: [db, other][i % 2] as Database, passwords, device: 'stolen' }),
      ),
    );
    expect(calls.verify).toBe(accountLockout.freeFailures);
    expect(await signIn(email, password, { device: 'stolen' })).toMatchObject({ problem: 'throttled' });
    expect(await signIn(email, password, { device: 'mine' })).toHaveProperty('account');
  });

  it('never count a success', async () => {
    const { email } = await newPerson();
    const ip = newIp();
    for (let i = 0; i < accountLockout.freeFailures + 5; i += 1) {
      expect(await signIn(email, password, { ip })).toHaveProperty('account');
    }
    expect(await rowsOf(db, `SELECT * FROM sign_in_limits WHERE key LIKE '%${keyOf(email)}'`)).toEqual([]);
  });

  it('delay nobody whose password is right, however many sign in at once on two nodes', async () => {
    const { email } = await newPerson();
    const ip = newIp();
    const results = await Promise.all(
      Array.from({ length: 3 * accountLockout.freeFailures }, (_, i) =>
        signIn(email, password, { on: [db, other][i % 2] as Database, ip }),
      ),
    );
    expect(results.filter((result) => 'account' in result)).toHaveLength(results.length);
    expect(await rowsOf(db, `SELECT 1 FROM sign_in_limits WHERE key LIKE '%${keyOf(email)}'`)).toEqual([]);
  });

  it('count each wrong password exactly once among right ones at the same time', async () => {
    const { email } = await newPerson();
    const ip = newIp();
    const wrong = accountLockout.freeFailures - 1;
    const count = () =>
      rowsOf(db, `SELECT failures, tries, shut_until FROM sign_in_limits WHERE key = 'account:${keyOf(email)}'`);
    const sent = Array.from({ length: 4 * wrong }, (_, i) => (i % 4 === 0 ? `wrong ${i}` : password));
    const results = await Promise.all(
      sent.map((given, i) => signIn(email, given, { on: [db, other][(i >> 2) % 2] as Database, ip })),
    );
    expect(results.map((result) => ('account' in result ? password : result.problem))).toEqual(
      sent.map((given) => (given === password ? password : 'mismatch')),
    );
    expect(await count()).toEqual([{ failures: wrong, tries: {}, shut_until: Number.NEGATIVE_INFINITY }]);
    expect(await signIn(email, 'the last free one')).toEqual({ problem: 'mismatch' });
    expect(await signIn(email, password)).toMatchObject({ problem: 'throttled' });
  });

  it('forget a try whose process crashed, and then let others through', async () => {
    const { email } = await newPerson();
    const never = createRateLimits(db, { off: false });
    for (let i = 0; i < accountLockout.freeFailures; i += 1) await never.signIn({ email, ip: newIp() });
    const late = signIn(email, password);
    await db.script(`UPDATE sign_in_limits SET tries = (SELECT jsonb_object_agg(id, 1) FROM jsonb_object_keys(tries) id)
      WHERE key = 'account:${keyOf(email)}'`);
    expect(await late).toHaveProperty('account');
  });

  it('do not count a try that could not be verified', async () => {
    const { email } = await newPerson();
    const passwords = createPasswords({ concurrency: 1, maxWaitMs: 0 });
    const outcomes = await Promise.allSettled(
      Array.from({ length: accountLockout.freeFailures }, () => signIn(email, 'wrong', { passwords })),
    );
    const judged = outcomes.filter(({ status }) => status === 'fulfilled').length;
    expect(judged).toBeLessThan(accountLockout.freeFailures);
    expect(await signIn(email, password)).toHaveProperty('account');
    const { calls, passwords: others } = counted();
    await guesses(email, 40, others, newIp);
    expect(calls.verify).toBe(accountLockout.freeFailures - judged);
  });

  it('store nothing when they are off', async () => {
    const { email } = await newPerson();
    const before = await rowsOf(db, 'SELECT 1 FROM sign_in_limits');
    for (let i = 0; i < accountLockout.freeFailures + 2; i += 1) await signIn(email, 'wrong', { off: true });
    expect(await signIn(email, password, { off: true })).toHaveProperty('account');
    expect(await rowsOf(db, 'SELECT 1 FROM sign_in_limits')).toHaveLength(before.length);
  });

  it('store no address in clear, and are purged when they have expired', async () => {
    await signIn('visible@example.com', 'wrong', { ip: '192.0.2.77' });
    const rows = JSON.stringify(await rowsOf(db, 'SELECT * FROM sign_in_limits'));
    expect(rows).not.toContain('visible');
    expect(rows).not.toContain('192.0.2');
    await db.script('UPDATE sign_in_limits SET expires_at = now()');
    const total = (await rowsOf(db, 'SELECT 1 FROM sign_in_limits')).length;
    expect(await purgeSignInLimits(db, 1)).toBe(1);
    expect(await purgeSignInLimits(db, 1000)).toBe(total - 1);
  });
});
