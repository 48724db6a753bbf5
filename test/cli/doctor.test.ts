/** vcauth doctor finds what is wrong, says what to do, and goes on with the rest. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEmptyDatabase, createTestDatabase } from '../support/database.ts';
import { noPgBouncer, startPgBouncer } from '../support/pgbouncer.ts';
import { transactionPooler } from '../support/transaction-pooler.ts';
import { secrets, startCli } from './support.ts';
import { startNode, vcauthIn } from './vcauth.ts';

let own: Awaited<ReturnType<typeof startCli>>['own'];
let dataDir = '';
beforeAll(async () => {
  ({ own } = await startCli());
  dataDir = await mkdtemp(join(tmpdir(), 'doctor-'));
});
afterAll(() => own.drop());

const deadPort = 9;

async function examine(env: Record<string, string> = {}) {
  const vcauth = vcauthIn({ DATABASE_URL: own.url, SECRETS: secrets, DATA_DIR: dataDir, ...env });
  const { code, stdout } = await vcauth(['doctor', '--json']);
  expect(stdout).not.toContain(secrets);
  const { findings } = JSON.parse(stdout) as { findings: { check: string; state: string; says: string }[] };
  const lines = findings.map(({ check, state, says }) => `${state} ${check}: ${says}`);
  return { code, lines, text: lines.join('\n') };
}

test('A sound installation has no problem', async () => {
  const { code, text } = await examine();
  expect({ code, text }).toMatchObject({ code: 0, text: expect.not.stringMatching(/^problem/m) });
  for (const line of ['ok database: PostgreSQL', 'ok rights', 'ok migrations', 'ok clock', 'ok disk', 'warning mail']) {
    expect(text).toContain(line);
  }
});

test('The connections of a node are counted, with that of the audit stream', async () => {
  const env = { WORKERS: '2', DATABASE_POOL_SIZE: '20' };
  expect((await examine(env)).text).toContain('a node with these settings opens up to 54');
  const streaming = { ...env, AUDIT_STREAM_URL: 'https://siem.example/events' };
  expect((await examine(streaming)).text).toContain('a node with these settings opens up to 56');
});

test('A dead database is a problem, and the rest is checked', async () => {
  const url = new URL(own.url);
  url.port = String(deadPort);
  url.password = 'a-password-of-the-database';
  const { code, text } = await examine({ DATABASE_URL: url.href });
  expect(code).toBe(1);
  expect(text).toMatch(/^problem database: Cannot use the database/m);
  expect(text).toContain('ok disk');
  expect(text).not.toContain(url.password);
});

describe('The pooler of DATABASE_URL, beside DATABASE_DIRECT_URL,', () => {
  const behind = (url: string, direct = own.url) => examine({ DATABASE_URL: url, DATABASE_DIRECT_URL: direct });

  test('is tried', async () => {
    const { code, text } = await behind(await transactionPooler(own.url));
    expect({ code, text }).toMatchObject({
      code: 0,
      text: expect.stringMatching(/^ok pooler: DATABASE_URL leads to a pooler in transaction mode, which works\.$/m),
    });
  });

  test('may be away or keep sessions', async () => {
    const away = new URL(own.url);
    [away.port, away.password] = [String(deadPort), 'a-password-of-the-pooler'];
    const { code, text } = await behind(away.href);
    expect(code).toBe(1);
    expect(text).toMatch(
      /^problem pooler: Servers can’t connect by DATABASE_URL\. Cannot use the database at .+:9: .+\. Start the pooler, or correct DATABASE_URL\.$/m,
    );
    expect(text).toContain('ok database: PostgreSQL');
    expect(text).not.toContain(away.password);
    expect((await behind(own.url)).text).toMatch(/^ok pooler: DATABASE_URL works; no pooler/m);
    expect((await examine()).text).not.toContain('pooler');
  });

  test('is tried without the direct way, which must not be a pooler', async () => {
    const away = new URL(own.url);
    away.port = String(deadPort);
    const { text } = await behind(own.url, away.href);
    expect(text).toMatch(/^problem database: Cannot use the database/m);
    expect(text).toMatch(/^ok pooler: /m);
    const pooled = await behind(own.url, await transactionPooler(own.url));
    expect(pooled.text).toMatch(
      /^problem pooler: DATABASE_DIRECT_URL leads to a pooler .* name the database itself\.$/m,
    );
    expect(pooled.text).not.toContain('in between, and works');
  });

  test('must lead to the same database, with a role that may do what servers do', async () => {
    const other = await createTestDatabase();
    await other.database.script(`UPDATE settings SET value = 'another feed' WHERE name = 'feed_id'`);
    const { text } = await behind(other.url);
    await other.drop();
    expect(text).toMatch(/^problem pooler: .* lead to different databases: correct one of them\.$/m);
    const name = `${new URL(own.url).pathname.slice(1)}_pooled`;
    await own.database.script(`CREATE ROLE ${name} LOGIN PASSWORD 'pooled-password';
      GRANT SELECT ON schema_migrations, settings TO ${name}`);
    const url = new URL(own.url);
    [url.username, url.password] = [name, 'pooled-password'];
    const limited = await behind(url.href);
    await own.database.script(`DROP OWNED BY ${name}; DROP ROLE ${name}`);
    expect(limited.text).toMatch(/^problem rights: The role \w+_pooled lacks SELECT on account_identities/m);
  });

  test.skipIf(noPgBouncer)(`must not pool statements (${noPgBouncer ?? 'PgBouncer'})`, async () => {
    const pooler = await startPgBouncer(own.url, { poolMode: 'statement' });
    const { code, text } = await behind(pooler.url);
    await pooler.stop();
    expect(code).toBe(1);
    expect(text).toMatch(/^problem pooler: Servers can’t connect .* Use pool_mode = transaction\.$/m);
  });
});

test('A folder of data that is missing is made by the server, if it may', async () => {
  const { text } = await examine({ DATA_DIR: join(dataDir, 'some', 'where') });
  expect(text).toMatch(/^warning disk: .+where does not exist yet: the server makes it when it starts\.$/m);
});

test.skipIf(process.getuid?.() !== 0)('A folder of data that the server can’t make is a problem', async () => {
  await chmod(dataDir, 0o755);
  const env = { DATABASE_URL: own.url, SECRETS: secrets, DATA_DIR: join(dataDir, 'some', 'where') };
  const nobody = { uid: 65_534, gid: 65_534 };
  const program = startNode(['src/cli.ts', 'doctor', '--json'], env, nobody);
  let stdout = '';
  program.stdout.on('data', (chunk) => (stdout += chunk));
  await once(program, 'close');
  const { findings } = JSON.parse(stdout) as { findings: { check: string; state: string; says: string }[] };
  expect(findings.find(({ check }) => check === 'disk')).toMatchObject({
    state: 'problem',
    says: expect.stringContaining(`does not exist, and ${dataDir} cannot be written (EACCES): make it`),
  });
});

test('A database without migrations is a problem', async () => {
  const empty = await createEmptyDatabase();
  const { code, text } = await examine({ DATABASE_URL: empty.url });
  await empty.drop();
  expect(code).toBe(1);
  expect(text).toMatch(/^problem migrations: .* Run vcauth migrate/m);
});

test('An SMTP server that is away is a problem, told without its password', async () => {
  const { code, text } = await examine({ SMTP_URL: `smtp://mailer:a-mail-password@127.0.0.1:${deadPort}` });
  expect(code).toBe(1);
  expect(text).toMatch(/^problem mail: 127\.0\.0\.1:9 takes no mail/m);
  expect(text).not.toContain('a-mail-password');
});

test('An audit log that is not trimmed is found, unless it is kept for ever', async () => {
  await own.database.script(`INSERT INTO audit_events (at, actor, action, target, details)
    VALUES (now() - interval '500 days', 'cli', 'a.b', 'c:d', '{}')`);
  const { code, text } = await examine();
  expect({ code, text }).toMatchObject({
    code: 0,
    text: expect.stringMatching(
      /^warning audit log: The oldest event is 500 days old, and AUDIT_RETENTION_DAYS is 400 here\. See/m,
    ),
  });
  expect((await examine({ AUDIT_RETENTION_DAYS: '498' })).text).not.toContain('audit log');
  expect((await examine({ AUDIT_RETENTION_DAYS: '0' })).text).not.toContain('audit log');
  await own.database.script('TRUNCATE audit_events, audit_unsealed, audit_seals');
});

test('A role without rights, and a hostile setting, are found', async () => {
  const name = new URL(own.url).pathname.slice(1);
  await own.database.script(`CREATE ROLE ${name}_bare LOGIN PASSWORD 'bare-password';
    GRANT SELECT ON schema_migrations TO ${name}_bare;
    ALTER ROLE ${name}_bare IN DATABASE ${name} SET default_transaction_isolation = 'serializable'`);
  const url = new URL(own.url);
  [url.username, url.password] = [`${name}_bare`, 'bare-password'];
  const { code, text } = await examine({ DATABASE_URL: url.href });
  await own.database.script(`DROP OWNED BY ${name}_bare; DROP ROLE ${name}_bare`);
  expect(code).toBe(1);
  expect(text).toMatch(
    /^problem rights: The role \w+_bare lacks SELECT on account_identities, .* and \d+ more: repeat the grants/m,
  );
  expect(text).toMatch(
    /^warning rights: The role \w+_bare lacks the ownership of the tables, so it can’t migrate: before/m,
  );
  expect(text).toMatch(/^warning database: .* default_transaction_isolation = serializable/m);
});

test('The role of docs/admin.md is enough, and its owner migrates', async () => {
  const name = new URL(own.url).pathname.slice(1);
  const sql = /```sql\n([\s\S]*?)```/.exec(readFileSync('docs/admin.md', 'utf8'))?.[1] as string;
  await own.database.script(sql.replaceAll('vcauth_server', `${name}_server`));
  const url = new URL(own.url);
  [url.username, url.password] = [`${name}_server`, 'choose one'];
  const limited = async (env = {}) => (await examine({ DATABASE_URL: url.href, ...env })).text;
  const sound = await limited({ AUTO_MIGRATE: 'off' });
  expect(sound).toMatch(/^ok rights: The role \w+_server can read and write what a server needs\.$/m);
  expect(sound).toMatch(/^ok rights: .* so it can’t migrate; run vcauth migrate as the owner\.$/m);
  expect(sound).not.toMatch(/^problem/m);
  await own.database.script(
    `REVOKE UPDATE ON grants FROM ${name}_server; ALTER ROLE ${name}_server CREATEDB BYPASSRLS`,
  );
  const worse = await limited();
  expect(worse).toContain(`lacks UPDATE and DELETE on grants: repeat the grants`);
  expect(worse).toContain('has CREATEDB, BYPASSRLS, which it does not need: ALTER ROLE … NOCREATEDB NOBYPASSRLS.');
  expect(worse).toContain('set AUTO_MIGRATE=off for servers');
  await own.database.script(`DROP OWNED BY ${name}_server; DROP ROLE ${name}_server`);
});

test('A superuser, and one who owns the database, are told apart', async () => {
  const name = new URL(own.url).pathname.slice(1);
  expect((await examine()).text).toMatch(/^warning rights: The role \w+ is a superuser/m);
  await own.database.script(`CREATE ROLE ${name}_owner LOGIN PASSWORD 'owner-password'`);
  const empty = await createEmptyDatabase();
  await own.database.script(`ALTER DATABASE ${new URL(empty.url).pathname.slice(1)} OWNER TO ${name}_owner`);
  const url = new URL(empty.url);
  [url.username, url.password] = [`${name}_owner`, 'owner-password'];
  await vcauthIn({ DATABASE_URL: url.href, SECRETS: secrets })(['migrate']);
  const { text } = await examine({ DATABASE_URL: url.href });
  expect(text).toMatch(/^ok rights: The role \w+_owner can read and write what a server needs\.$/m);
  expect(text).toMatch(/^ok rights: The role \w+_owner can migrate\.$/m);
  await empty.drop();
  await own.database.script(`DROP ROLE ${name}_owner`);
});
