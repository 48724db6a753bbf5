/** vcauth accounts import: whole files, broken lines of each kind, and a process that is killed in the middle. */
import { spawnSync } from 'node:child_process';
import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { authenticate } from '../../src/operations/authenticate.ts';
import { createPasswords } from '../../src/operations/passwords.ts';
import { createRateLimits } from '../../src/store/rate-limits.ts';
import { eventually } from '../support/eventually.ts';
import { foreignHashes } from '../support/foreign-hashes.ts';
import { rowsOf } from '../support/rows.ts';
import { secrets, startCli } from './support.ts';
import { startNode } from './vcauth.ts';

let cli: Awaited<ReturnType<typeof startCli>>;
let folder: string;
beforeAll(async () => {
  cli = await startCli();
  folder = await mkdtemp(join(tmpdir(), 'vcauth-import-'));
});
afterAll(async () => {
  await cli.own.drop();
  await rm(folder, { recursive: true });
});
beforeEach(() =>
  cli.own.database.script(`TRUNCATE accounts, account_imports, imported_accounts CASCADE;
    DELETE FROM settings WHERE name LIKE 'decoys%'`),
);

const password = 'the password from before';
const salt = randomBytes(16);
/** passlib's form of PBKDF2, with few iterations: these tests import thousands. */
const password_hash = `$pbkdf2-sha256$1000$${ab64(salt)}$${ab64(pbkdf2Sync(password, salt, 1000, 32, 'sha256'))}`;

function ab64(data: Buffer): string {
  return data.toString('base64').replace(/=+$/, '').replaceAll('+', '.');
}

let files = 0;
/** Writes a file with these lines and returns its path. Lines that are objects become JSON. */
async function fileOf(lines: readonly (object | string | Buffer)[]): Promise<string> {
  const path = join(folder, `accounts-${++files}.ndjson`);
  const bytes = lines.map((line) => (Buffer.isBuffer(line) || typeof line === 'string' ? line : JSON.stringify(line)));
  await writeFile(path, Buffer.concat(bytes.flatMap((line) => [Buffer.from(line), Buffer.from('\n')])));
  return path;
}
const person = (n: number, more: object = {}) => ({ email: `p${n}@old.example`, name: `Person ${n}`, ...more });
const people = (count: number) =>
  Array.from({ length: count }, (_, n) => person(n, { password_hash, external_id: `u${n}` }));
const run = (path: string, ...options: string[]) => cli.vcauth.json(['accounts', 'import', path, ...options]);
const accounts = (columns = 'email') => rowsOf(cli.own.database, `SELECT ${columns} FROM accounts ORDER BY email`);
/** The audit events of the import, one for each batch. */
const batchEvents = () =>
  rowsOf(
    cli.own.database,
    `SELECT actor, target, details FROM audit_events
      WHERE action = 'account.imported' AND target = (SELECT 'import:' || id FROM account_imports) ORDER BY seq`,
  );
async function reportOf(path: string): Promise<Record<string, unknown>[]> {
  const text = await readFile(`${path}.left-out.ndjson`, 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

describe('a line', () => {
  test('brings an account with everything that it says', async () => {
    const path = await fileOf([
      {
        email: ' Ada@Old.Example ',
        name: 'Ada Lovelace',
        email_verified: true,
        role: 'user',
        tier: 'pro',
        status: 'suspended',
        locale: 'de-AT',
        password_hash,
        created_at: '2019-05-31T12:00:00+02:00',
        external_id: 4711,
      },
      person(2),
    ]);
    expect(await run(path)).toEqual({
      dry_run: false,
      lines: 2,
      resumed_after: 0,
      imported: 2,
      left_out: 0,
      reasons: {},
      report: null,
      seconds: expect.any(Number),
    });
    const columns = `email, name, role, tier, status, created_at, password_hash, password_change_required, locale,
      email_verified_at IS NOT NULL AS verified`;
    const [ada, other] = await accounts(columns);
    expect(ada).toMatchObject({
      email: 'ada@old.example',
      name: 'Ada Lovelace',
      role: 'user',
      tier: 'pro',
      status: 'suspended',
      locale: 'de',
      verified: true,
      created_at: new Date('2019-05-31T10:00:00Z'),
      password_change_required: false,
    });
    expect(ada?.password_hash).toMatch(/^\$pbkdf2-sha256\$i=1000,l=32\$/);
    expect(other).toMatchObject({ status: 'active', tier: 'free', verified: false, locale: null, password_hash: null });
    const shown = await cli.vcauth.json(['accounts', 'show', 'ada@old.example']);
    expect(
      await rowsOf(cli.own.database, 'SELECT account_id, external_id FROM imported_accounts WHERE line = 1'),
    ).toEqual([{ account_id: shown.id, external_id: '4711' }]);
    expect(shown.external_id).toBe('4711');
  });

  test('may be in a file from Windows, with a mark at its start, empty lines and no last line end', async () => {
    const path = join(folder, 'windows.ndjson');
    const lines = [JSON.stringify(person(1)), '', '  ', JSON.stringify(person(2))];
    await writeFile(path, `\ufeff${lines.join('\r\n')}`);
    expect(await run(path)).toMatchObject({ lines: 4, imported: 2, left_out: 0 });
  });

  const broken: [what: string, line: object | string | Buffer, expected: object][] = [
    ['not JSON', '{"email": "x@old.example"', { reason: 'not_json' }],
    ['a list', '[]', { reason: 'not_json' }],
    ['a text', '"x@old.example"', { reason: 'not_json' }],
    ['not UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), { reason: 'not_utf8' }],
    ['longer than any', { ...person(1), name: 'x'.repeat(20_000) }, { reason: 'line_too_long' }],
    ['nested beyond measure', '['.repeat(16_000), { reason: 'not_json' }],
    ['with a misspelt field', person(1, { emailVerified: true }), { reason: 'unknown_field', field: 'emailVerified' }],
    ['with a field that JavaScript has itself', '{"__proto__": 1}', { reason: 'unknown_field', field: '__proto__' }],
    ['without an address', { name: 'X' }, { reason: 'invalid_field', field: 'email' }],
    ['with a wrong address', { email: 'x', name: 'X' }, { reason: 'invalid_field', field: 'email' }],
    ['without a name', { email: 'x@old.example' }, { reason: 'invalid_field', field: 'name', email: 'x@old.example' }],
    ['with an invisible name', person(1, { name: '\u202e' }), { reason: 'invalid_field', field: 'name' }],
    ['with another tier', person(1, { tier: 'gold' }), { reason: 'invalid_field', field: 'tier' }],
    ['with another role', person(1, { role: 'root' }), { reason: 'invalid_field', field: 'role' }],
    ['with another status', person(1, { status: 'x' }), { reason: 'invalid_field', field: 'status' }],
    [
      'that says yes in words',
      person(1, { email_verified: 'yes' }),
      { reason: 'invalid_field', field: 'email_verified' },
    ],
    ['with a wrong locale', person(1, { locale: 5 }), { reason: 'invalid_field', field: 'locale' }],
    ['with a wrong time', person(1, { created_at: 'May 2019' }), { reason: 'invalid_field', field: 'created_at' }],
    [
      'from the future',
      person(1, { created_at: '2999-01-01T00:00:00Z' }),
      { reason: 'invalid_field', field: 'created_at' },
    ],
    ['with a wrong external id', person(1, { external_id: 'a b' }), { reason: 'invalid_field', field: 'external_id' }],
    ['with a password', person(1, { password_hash: password }), { reason: 'invalid_field', field: 'password_hash' }],
    [
      'with a hash that would hold the server up',
      person(1, { password_hash: `$scrypt$ln=30,r=8,p=1$${ab64(salt)}$${ab64(Buffer.alloc(32, 1))}` }),
      { reason: 'invalid_field', field: 'password_hash', problem: 'takes too much time or memory to verify' },
    ],
    ['that makes an admin', person(1, { role: 'admin' }), { reason: 'admin_not_allowed', field: 'role' }],
  ];
  test('that is broken is left out and reported, and the others are imported', async () => {
    const path = await fileOf([person(0), ...broken.map(([, line]) => line), person(2)]);
    const { imported, left_out, reasons, report } = await run(path);
    expect({ imported, left_out }).toEqual({ imported: 2, left_out: broken.length });
    expect(report).toBe(`${path}.left-out.ndjson`);
    const written = await reportOf(path);
    for (const [index, [what, , expected]] of broken.entries()) {
      expect(written[index], what).toMatchObject({ line: index + 2, problem: expect.any(String), ...expected });
    }
    expect(Object.values(reasons as Record<string, number>).reduce((sum, n) => sum + n)).toBe(broken.length);
    const text = JSON.stringify(written);
    expect(text).not.toContain(password);
    expect(text).not.toContain(ab64(salt));
    expect((await stat(report as string)).mode & 0o777).toBe(0o600);
    expect(await accounts()).toHaveLength(2);
  });

  test('makes an admin only with --allow-admins', async () => {
    const path = await fileOf([person(1, { role: 'admin' })]);
    const unreasoned = await cli.vcauth(['accounts', 'import', path, '--allow-admins']);
    expect([unreasoned.code, unreasoned.stderr]).toEqual([2, expect.stringContaining('--reason is missing')]);
    expect(await run(path, '--allow-admins', '--reason', 'We move.')).toMatchObject({ imported: 1 });
    expect(await accounts('role')).toEqual([{ role: 'admin' }]);
    const [event] = await batchEvents();
    expect(event?.details).toMatchObject({ admins: 1, reason: 'We move.' });
  });
});

describe('an address', () => {
  test('that has an account, or comes again in the file, is left out', async () => {
    const create = ['accounts', 'create', '--email', 'p1@old.example', '--name', 'Here', '--password-stdin'];
    await cli.vcauth(create, password);
    const lines = people(600);
    lines[3] = person(2, { name: 'Again' });
    lines[599] = person(0, { email: 'P0@OLD.example' });
    const path = await fileOf(lines);
    expect(await run(path)).toMatchObject({ imported: 597, reasons: { address_taken: 1, duplicate: 2 } });
    expect(await reportOf(path)).toEqual([
      {
        line: 2,
        reason: 'address_taken',
        problem: 'An account with this address exists already',
        email: 'p1@old.example',
      },
      { line: 4, reason: 'duplicate', problem: 'The address is that of line 3', email: 'p2@old.example' },
      { line: 600, reason: 'duplicate', problem: 'The address is that of line 1', email: 'p0@old.example' },
    ]);
    expect(await rowsOf(cli.own.database, `SELECT name FROM accounts WHERE email = 'p1@old.example'`)).toEqual([
      { name: 'Here' },
    ]);
  });

  test('and an external id belong to one account, in one file and in two', async () => {
    const one = await fileOf([person(1, { external_id: 'a' }), person(2, { external_id: 'a' })]);
    expect(await run(one)).toMatchObject({ imported: 1, reasons: { external_id_taken: 1 } });
    const two = await fileOf([person(3, { external_id: 'a' }), person(4, { external_id: 'b' })]);
    expect(await run(two)).toMatchObject({ imported: 1, reasons: { external_id_taken: 1 } });
    expect(await accounts()).toEqual([{ email: 'p1@old.example' }, { email: 'p4@old.example' }]);
  });
});

describe('a rehearsal', () => {
  test('says what the import would do, and changes nothing', async () => {
    await cli.vcauth(
      ['accounts', 'create', '--email', 'p1@old.example', '--name', 'Here', '--password-stdin'],
      password,
    );
    const lines = [...people(700), person(5), 'broken'];
    const path = await fileOf(lines);
    const before = await rowsOf(cli.own.database, 'SELECT count(*) FROM audit_events');
    const rehearsed = await run(path, '--dry-run', '--report', `${path}.left-out.ndjson`);
    expect(rehearsed).toMatchObject({ dry_run: true, imported: 699, left_out: 3 });
    const told = await reportOf(path);
    expect(await accounts()).toHaveLength(1);
    expect(await rowsOf(cli.own.database, 'SELECT 1 FROM account_imports')).toEqual([]);
    expect(await rowsOf(cli.own.database, 'SELECT count(*) FROM audit_events')).toEqual(before);
    const { reasons, imported } = await run(path);
    expect({ reasons, imported }).toEqual({ reasons: rehearsed.reasons, imported: rehearsed.imported });
    expect(await reportOf(path)).toEqual(told);
  });
});

describe('a file', () => {
  test('of a thousand lines is imported in batches, each with one audit event, and people sign in', async () => {
    const { database } = cli.own;
    const path = await fileOf([...people(1_000), 'broken']);
    const { code, stdout } = await cli.vcauth(['accounts', 'import', path]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^imported +1000\nleft out +1\n {2}not_json +1\nreport +\/.*\nseconds +\d/);
    const events = await batchEvents();
    expect(events).toHaveLength(3);
    expect(events[0]).toMatchObject({
      actor: expect.stringMatching(/^cli:/),
      target: expect.stringMatching(/^import:/),
    });
    const details = events.map((event) => event.details as { imported: number; from_line: number; to_line: number });
    expect(details.reduce((sum, { imported }) => sum + imported, 0)).toBe(1_000);
    expect(details.map(({ from_line, to_line }) => [from_line, to_line]).slice(-2)).toEqual([
      [501, 1_000],
      [1_001, 1_001],
    ]);
    const passwords = createPasswords({ maxWaitMs: 60_000 });
    const signIn = (typed: string) =>
      authenticate(
        { db: database, passwords, limits: createRateLimits(database, { off: true }) },
        { email: 'p999@old.example', password: typed, ip: '2001:db8::1' },
      );
    expect(await signIn('another password')).toEqual({ problem: 'mismatch' });
    expect(await signIn(password)).toHaveProperty('account');
    const [{ password_hash: fresh }] = (await rowsOf(
      database,
      `SELECT password_hash FROM accounts WHERE email = 'p999@old.example'`,
    )) as [{ password_hash: string }];
    expect(passwords.needsRehash(fresh)).toBe(false);
    expect(await signIn(password)).toHaveProperty('account');
  });

  const hasJq = spawnSync('which', ['jq']).status === 0;
  test.skipIf(!hasJq)('of Firebase becomes one by the command of the manual, and its people sign in', async () => {
    const [, command] = /```sh\n(jq [\s\S]*?)```/.exec(await readFile('docs/accounts.md', 'utf8')) ?? [];
    const theirs = foreignHashes.find(({ dialect }) => dialect === 'Firebase');
    const [, key, ofAccount, digest] = /sk=([^$]+)\$([^$]+)\$([^$]+)$/.exec(String(theirs?.hash)) ?? [];
    const common = { createdAt: '1486324766123', disabled: false };
    const exported = [
      { ...common, localId: 'a', email: 'ada@old.example', emailVerified: true, salt: ofAccount, passwordHash: digest },
      { ...common, localId: 'b', email: 'off@old.example', displayName: 'Off', disabled: true },
      { ...common, localId: 'c', phoneNumber: '+15555550100' },
    ];
    await writeFile(join(folder, 'firebase.json'), JSON.stringify({ users: exported }));
    const env = { ...process.env, SIGNER_KEY: key };
    expect(spawnSync('sh', ['-c', command as string], { cwd: folder, env })).toMatchObject({ status: 0 });
    expect(await run(join(folder, 'accounts.ndjson'))).toMatchObject({ imported: 2, left_out: 0 });
    expect(await accounts('name, status, email_verified_at IS NOT NULL AS verified')).toEqual([
      { name: 'ada', status: 'active', verified: true },
      { name: 'Off', status: 'suspended', verified: false },
    ]);
    const deps = {
      db: cli.own.database,
      passwords: createPasswords({ maxWaitMs: 60_000 }),
      limits: createRateLimits(cli.own.database, { off: true }),
    };
    const credentials = { email: 'ada@old.example', password: theirs?.password ?? '', ip: '2001:db8::1' };
    expect(await authenticate(deps, credentials)).toHaveProperty('account');
  });

  test('that was imported is not imported again, not even for people who have gone', async () => {
    const path = await fileOf(people(3));
    await run(path);
    await cli.own.database.script(`DELETE FROM accounts WHERE email = 'p1@old.example'`);
    const { code, stderr } = await cli.vcauth(['accounts', 'import', path]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'This file was imported before; nothing was left to do.\n' });
    expect(await accounts()).toHaveLength(2);
  });

  test.each([
    ['does not exist', async () => join(folder, 'nothing'), /cannot be read/],
    ['is a folder', async () => folder, /cannot be read/],
    ['has nothing left when it is read again', async () => '/dev/null', /is read twice/],
  ])('that %s is refused', async (_what, path, says) => {
    const { code, stderr } = await cli.vcauth(['accounts', 'import', await path()]);
    expect(code).toBe(1);
    expect(stderr).toMatch(says);
    expect(stderr).not.toContain('    at ');
  });

  test('is not overwritten by its report', async () => {
    const path = await fileOf(['broken']);
    const { code, stderr } = await cli.vcauth(['accounts', 'import', path, '--report', path]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'The report cannot be the file that is imported\n' });
    expect(await readFile(path, 'utf8')).toBe('broken\n');
  });

  test('that is empty imports nobody', async () => {
    const path = join(folder, 'empty.ndjson');
    await writeFile(path, '');
    expect(await run(path)).toMatchObject({ lines: 0, imported: 0 });
  });
});

describe('an import that is killed', () => {
  /**
   * Starts a process, and kills it before the commit of its second batch. The audit event is written last in a batch, so
   * everything else of it has happened. The second lock waits behind the first batch, and is there before the second one.
   */
  async function killInTheMiddle(path: string): Promise<void> {
    const { pgPool } = cli.own.database;
    const lock = 'BEGIN; LOCK TABLE audit_events IN SHARE MODE';
    const waiting = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    const waits = (number: number) => eventually(async () => (await pgPool.query(waiting)).rowCount).toBe(number);
    const [first, second] = [await pgPool.connect(), await pgPool.connect()];
    await first.query(lock);
    const child = startNode(['src/cli.ts', 'accounts', 'import', path], {
      DATABASE_URL: cli.own.url,
      SECRETS: secrets,
    });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    try {
      await waits(1);
      const locked = second.query(lock);
      await waits(2);
      await first.query('ROLLBACK');
      await locked;
      await waits(1);
      child.kill('SIGKILL');
      await ended;
    } finally {
      await second.query('ROLLBACK');
      for (const client of [first, second]) client.release();
    }
    const { rows } = await pgPool.query('SELECT lines_done::int FROM account_imports');
    expect(rows).toEqual([{ lines_done: 500 }]);
  }

  const withBroken = () => people(1_400).map((line, n) => (n % 100 === 99 ? 'broken' : line));

  test('goes on where it was, does no line twice, and reports no line twice', async () => {
    const path = await fileOf(withBroken());
    await killInTheMiddle(path);
    // The batch that was under way has written its report, but nothing else of it exists.
    expect(await reportOf(path)).toHaveLength(10);
    expect(await accounts()).toHaveLength(495);
    expect(await run(path)).toMatchObject({ resumed_after: 500, lines: 1_400, imported: 1_386, left_out: 14 });
    expect(await accounts()).toHaveLength(1_386);
    expect((await reportOf(path)).map(({ line }) => line)).toEqual(Array.from({ length: 14 }, (_, n) => 100 * n + 100));
    const sizes = (await batchEvents()).map(({ details }) => (details as { imported: number }).imported);
    expect(sizes).toEqual([495, 495, 396]);
  });

  test('goes on with the report of the lines before, or with a new one, but not with another one', async () => {
    const path = await fileOf(withBroken());
    await killInTheMiddle(path);
    await writeFile(`${path}.left-out.ndjson`, 'something else\n');
    const refused = await cli.vcauth(['accounts', 'import', path]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/left-out\.ndjson is not the report of the lines before/);
    expect(await readFile(`${path}.left-out.ndjson`, 'utf8')).toBe('something else\n');
    await rm(`${path}.left-out.ndjson`);
    const { code, stderr } = await cli.vcauth(['accounts', 'import', path]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('the report begins anew') });
    expect(await accounts()).toHaveLength(1_386);
    expect(await reportOf(path)).toHaveLength(9);
  });

  test('twice at the same time imports everything once', async () => {
    const path = await fileOf(people(1_500));
    const ran = await Promise.all([cli.vcauth(['accounts', 'import', path]), cli.vcauth(['accounts', 'import', path])]);
    expect(ran.map(({ code }) => code).sort()).toEqual([0, 1]);
    expect(ran.map(({ stderr }) => stderr).join('')).toContain('Another process imports this file now');
    expect(await accounts()).toHaveLength(1_500);
  });
});
