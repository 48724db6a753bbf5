/** vcauth doctor finds what is wrong, says what to do, and goes on with the rest. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createEmptyDatabase } from '../support/database.ts';
import { secrets, startCli } from './support.ts';
import { vcauthIn } from './vcauth.ts';

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
  expect(text).toMatch(/^problem rights: The role cannot read /m);
  expect(text).toMatch(/^warning database: .* default_transaction_isolation = serializable/m);
});
