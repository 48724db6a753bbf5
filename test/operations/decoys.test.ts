/** How long a sign-in is refused says nothing about whether an address has an account, imported or not. */
import { pbkdf2Sync } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { authenticate } from '../../src/operations/authenticate.ts';
import { createDecoys, measureDecoysNow } from '../../src/operations/decoys.ts';
import { createPasswords, type Passwords } from '../../src/operations/passwords.ts';
import { readDecoys } from '../../src/store/decoys.ts';
import { createRateLimits } from '../../src/store/rate-limits.ts';
import { createSealer } from '../../src/store/sealer.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { canBeToldApart, mannWhitney } from '../support/mann-whitney.ts';
import { rowsOf } from '../support/rows.ts';

let own: TestDatabase;
beforeAll(async () => {
  own = await createTestDatabase();
});
afterAll(() => own.drop());

const password = 'the password of everybody';
const plain = createPasswords({ maxWaitMs: 600_000 });
const sealer = createSealer(['a secret for the tests of decoys']);

/** Takes a small part of the time of one of ours, so that the test has many samples for little work. */
const iterations = 1_000;
const salt = Buffer.alloc(16, 1);
const base64 = (data: Buffer) => data.toString('base64').replace(/=+$/, '');
const tail = (digest: Buffer, of = salt) => `$pbkdf2-sha256$i=${iterations},l=32$${base64(of)}$${base64(digest)}`;
const foreignHash = tail(pbkdf2Sync(password, salt, iterations, 32, 'sha256'));
const decoyHash = tail(Buffer.alloc(32), Buffer.alloc(16));

const each = 40;
/** As many accounts with a hash of ours as with one of another system. */
async function addPeople(): Promise<void> {
  const ours = await plain.hash(password);
  await own.database.pgPool.query(
    `WITH imported AS (INSERT INTO account_imports (file_hash, file_name, started_by) VALUES ('x', 'x', 'test') RETURNING id),
      made AS (INSERT INTO accounts (id, email, name, password_hash)
        SELECT kind || n, kind || n || '@example.com', 'Person', CASE kind WHEN 'ours' THEN $1 ELSE $2 END
          FROM generate_series(1, ${each}) n, unnest(ARRAY['ours', 'foreign']) kind RETURNING id)
      INSERT INTO imported_accounts (account_id, import_id, line, decoy_hash)
        SELECT 'foreign' || n, imported.id, n, $3 FROM generate_series(1, ${each}) n, imported`,
    [ours, foreignHash, decoyHash],
  );
}

/** Signs in with a wrong password, and returns how long the refusal took. */
async function refusalMs(email: string, passwords = plain): Promise<number> {
  const limits = createRateLimits(own.database, { off: true });
  const started = performance.now();
  const result = await authenticate(
    { db: own.database, passwords, limits },
    { email, password: 'x', ip: '2001:db8::1' },
  );
  expect(result).toEqual({ problem: 'mismatch' });
  return performance.now() - started;
}

it('unknown addresses take as long as accounts of which half were imported', async () => {
  await addPeople();
  await measureDecoysNow(own.database);
  expect(await readDecoys(own.database)).toEqual([{ hash: decoyHash, share: 0.5 }]);
  const decoys = createDecoys(sealer);
  await decoys.read(own.database);
  const withDecoys = createPasswords({ maxWaitMs: 600_000, decoyOf: decoys.of });
  expect(await canBeToldApart(() => timesOfRefusals(withDecoys))).toBe(false);
  expect(mannWhitney(...(await timesOfRefusals(plain)))).toBeLessThan(1e-4);
});

/** Returns how long refusals take for accounts, and for as many unknown addresses, in milliseconds. */
async function timesOfRefusals(passwords: Passwords) {
  const times = { known: [] as number[], unknown: [] as number[] };
  for (let n = 1; n <= each; n += 1) {
    // In turns, so that a busy machine slows all of them alike.
    for (const kind of ['ours', 'foreign']) {
      times.known.push(await refusalMs(`${kind}${n}@example.com`, passwords));
      times.unknown.push(await refusalMs(`nobody-${kind}${n}@example.com`, passwords));
    }
  }
  return [times.known, times.unknown] as const;
}

it('an address takes as long for a password that nobody can have, so that comparing the two times tells nothing', async () => {
  const verified: string[] = [];
  const counted: Passwords = {
    ...plain,
    verify: async (stored) => Boolean(verified.push(stored)) && false,
    verifyNothing: async (_password, email = '') => Boolean(verified.push(`decoy of ${email}`)) && false,
  };
  const limits = createRateLimits(own.database, { off: true });
  for (const email of ['foreign1@example.com', 'ours1@example.com', 'nobody@example.com']) {
    for (const typed of ['x', 'x'.repeat(1_000), 'x\0']) {
      const credentials = { email, password: typed, ip: '2001:db8::1' };
      await authenticate({ db: own.database, passwords: counted, limits }, credentials);
    }
  }
  const [ours] = await rowsOf(own.database, `SELECT password_hash FROM accounts WHERE id = 'ours1'`);
  const thrice = (what: unknown) => [what, what, what];
  expect(verified).toEqual([foreignHash, ours?.password_hash, 'decoy of nobody@example.com'].flatMap(thrice));
});

it('a foreign hash stays for the next sign-in, which succeeds, if there is no time to replace it', async () => {
  const busy: Passwords = {
    ...plain,
    hash: async () => {
      throw new AppError('unavailable', 'Too many people are signing in at this moment');
    },
  };
  const limits = createRateLimits(own.database, { off: true });
  const credentials = { email: 'foreign3@example.com', password, ip: '2001:db8::1' };
  const hash = () => rowsOf(own.database, `SELECT password_hash FROM accounts WHERE id = 'foreign3'`);
  expect(await authenticate({ db: own.database, passwords: busy, limits }, credentials)).toHaveProperty('account');
  expect(await hash()).toEqual([{ password_hash: foreignHash }]);
});

it('the share of an imported hash shrinks as people sign in', async () => {
  const shares = async () => {
    await measureDecoysNow(own.database);
    return (await readDecoys(own.database)).map(({ share }) => share);
  };
  const limits = createRateLimits(own.database, { off: true });
  for (let n = 1; n <= 2; n += 1) {
    const credentials = { email: `foreign${n}@example.com`, password, ip: '2001:db8::1' };
    expect(await authenticate({ db: own.database, passwords: plain, limits }, credentials)).toHaveProperty('account');
  }
  expect(await shares()).toEqual([expect.closeTo((each - 2) / (2 * each))]);
  await own.database.script(`UPDATE accounts SET password_hash = NULL WHERE id LIKE 'foreign%'`);
  expect(await shares()).toEqual([]);
});

it('a file with a kind of hash for each account makes a list of bounded length, with the commonest kinds', async () => {
  await own.database.script(`INSERT INTO account_imports (file_hash, file_name, started_by) VALUES ('many', 'x', 'test');
    INSERT INTO accounts (id, email, name, password_hash)
      SELECT 'many' || n, 'many' || n || '@example.com', 'Person', 'foreign' FROM generate_series(1, 1200) n;
    INSERT INTO imported_accounts (account_id, import_id, line, decoy_hash)
      SELECT 'many' || n, i.id, n, CASE WHEN n > 1190 THEN 'common' ELSE 'rare' || n END
        FROM generate_series(1, 1200) n, account_imports i WHERE i.file_hash = 'many'`);
  await measureDecoysNow(own.database);
  const decoys = await readDecoys(own.database);
  expect(decoys).toHaveLength(1_000);
  expect(decoys.map(({ hash }) => hash)).toContain('common');
  await own.database.script(`DELETE FROM accounts WHERE id LIKE 'many%'`);
});

it('one node measures, and all read the same', async () => {
  const [one, two] = [createDecoys(sealer), createDecoys(sealer)];
  await own.database.script(`UPDATE settings SET value = '2020-01-01' WHERE name = 'decoys_measured_at'`);
  await own.database.script(`UPDATE accounts SET password_hash = '${foreignHash}' WHERE id LIKE 'foreign%'`);
  await Promise.all([one.refresh(own.database), two.refresh(own.database)]);
  await two.read(own.database);
  const emails = Array.from({ length: 200 }, (_, n) => `somebody${n}@example.com`);
  const kinds = emails.map((email) => one.of(email));
  expect(kinds).toEqual(emails.map((email) => two.of(email)));
  expect(new Set(kinds)).toEqual(new Set([undefined, decoyHash]));
  // Measured a moment ago: nobody does it again.
  await own.database.script(`DELETE FROM imported_accounts`);
  await one.refresh(own.database);
  expect(await readDecoys(own.database)).toHaveLength(1);
});

it('another secret chooses other addresses, so that nobody can compute which', async () => {
  const [one, two] = [createDecoys(sealer), createDecoys(createSealer(['quite another secret of a server']))];
  await Promise.all([one.read(own.database), two.read(own.database)]);
  const emails = Array.from({ length: 200 }, (_, n) => `somebody${n}@example.com`);
  expect(emails.filter((email) => one.of(email) !== two.of(email)).length).toBeGreaterThan(40);
});
