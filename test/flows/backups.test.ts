/**
 * The commands of "Backups and restore" in docs/operations.md, as the page prints them, on a PostgreSQL of the system's packages: a
 * dump that is restored, and a recovery to a moment. Then a server starts, and people and apps meet what the page promises.
 * Only addresses, folders and moments are replaced.
 */
import { execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { appendFile, chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { authorizeUrl, introspect, obtainTokens, post, refresh, type Tokens } from '../support/oauth.ts';
import { patientTimeouts } from '../support/patient-timeouts.ts';
import { newPerson, type Person } from '../support/person.ts';
import { processEnv } from '../support/process-env.ts';
import { secrets, startTestServer, type TestServer, testSecret } from '../support/server.ts';
import { fillTemplate, type Standard } from '../support/standard.ts';
import { createSystemPostgres, postgresBin, type SystemPostgres } from '../support/system-postgres.ts';

const checkout = fileURLToPath(new URL('../..', import.meta.url));
const manual = readFileSync(join(checkout, 'docs/operations.md'), 'utf8');

/** The commands and files of a section. */
function blocksOf(section: string): string[] {
  const text = manual.split(/^## /m).find((one) => one.startsWith(`${section}\n`)) ?? '';
  return [...text.matchAll(/^```(?:sh|ini)\n(.*?)^```$/gms)].map(([, code]) => code as string);
}

const blocks = blocksOf('Backups and restore');
const used = new Set<string>();

/** The one block of the section with these words. */
function block(words: string): string {
  const [found, ...others] = blocks.filter((code) => code.includes(words));
  if (found === undefined || others.length > 0) throw new Error(`not one block with "${words}"`);
  used.add(found);
  return here(found);
}

let folder: string;
let postgres: SystemPostgres;
let databaseUrl: string;
/** The moment that both restores go back to. */
let moment: Date;

/** Puts the folder of backups and the moment of this test in the place of those of the page. */
function here(code: string): string {
  return code
    .replaceAll('/backup/', `${folder}/backup/`)
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?=\+00)/g, () => moment.toISOString().slice(0, -1).replace('T', ' '))
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, () => moment.toISOString());
}

/** Runs commands in one shell, where dumps are. Returns stdout, or throws with stderr if a command fails. */
async function shell(commands: string): Promise<string> {
  const script = `set -e
    vcauth() { (cd '${checkout}' && exec '${process.execPath}' src/cli.ts "$@"); }
    ${commands}`;
  const env = { ...processEnv(), ADMIN_URL: postgres.adminUrl, DATABASE_URL: databaseUrl, SECRETS: testSecret };
  const PATH = `${postgresBin}:${process.env.PATH}`;
  const child = spawn('bash', ['-c', script], {
    cwd: folder,
    env: { ...env, PATH },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [printed, said] = ['', ''];
  child.stdout.on('data', (chunk) => (printed += chunk));
  child.stderr.on('data', (chunk) => (said += chunk));
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`${commands}ended with ${code}: ${said}`);
  return printed;
}

let standard: Standard;
let port: string;
let db: Database | undefined;
let node: TestServer | undefined;

/** Starts a node on the database that is there now, always at the same address. */
async function serve(): Promise<TestServer> {
  db = openDatabase({ url: databaseUrl, poolSize: 4, timeouts: patientTimeouts });
  const beside = { db, databaseUrl, person: standard.person } as TestServer;
  const issuer = `http://localhost:${port}`;
  node = { ...(await startTestServer({ beside, env: { PORT: port, ISSUER: issuer } })), issuer };
  return node;
}

async function stopServing(): Promise<void> {
  await node?.stop();
  await db?.close();
  node = db = undefined;
}

let browser: Person;
let [kept, revoked, newest]: Tokens[] = [];

const worksAt = async (server: TestServer, { access_token: token }: Tokens) =>
  (await introspect(server, token)).body.active;
const refreshAt = async (server: TestServer, { refresh_token: token = '' }: Tokens, clientId = 'spa') => {
  const { status, body } = await refresh(server, token, clientId);
  return status === 200 ? 'tokens' : body.error;
};

describe.skipIf(!postgresBin)(`backups (${postgresBin ?? 'no PostgreSQL here: apt-get install postgresql'})`, () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vcauth-backups-'));
    await chmod(folder, 0o755);
    await mkdir(join(folder, 'backup/wal'), { recursive: true });
    postgres = await createSystemPostgres(tmpdir());
    await postgres.own(join(folder, 'backup/wal'));
    databaseUrl = postgres.adminUrl.replace('postgres@', 'vcauth:vcauth-pw@').replace(/postgres$/, 'vcauth');
    await appendFile(join(postgres.data, 'postgresql.conf'), block('archive_command'));
    await postgres.start();
    await shell(blocksOf('Database role').find((code) => code.includes('CREATE ROLE vcauth ')) as string);
    await migrate(databaseUrl);
    standard = await fillTemplate(databaseUrl);
    Object.assign(secrets, standard.secrets);
    port = String(await freePort());

    const live = await serve();
    await shell(block('pg_basebackup'));
    browser = newPerson(live.issuer);
    kept = await obtainTokens(live, {}, browser);
    revoked = await obtainTokens(live, { client_id: 'web' });
    moment = new Date();
    await shell(block('pg_dump '));
    newest = await obtainTokens(live);
    await post(live, '/oauth/revoke', { token: revoked.refresh_token as string }, 'web');
    expect([await worksAt(live, kept), await worksAt(live, revoked), await worksAt(live, newest)]).toEqual([
      true,
      false,
      true,
    ]);
    await stopServing();
  });
  afterEach(stopServing);
  afterAll(async () => {
    await stopServing();
    await postgres?.remove();
    await rm(folder, { recursive: true, force: true });
  });

  /** What was revoked works again, so that the command is needed; what came after the moment is not there. */
  async function expectPast() {
    const server = await serve();
    expect([await worksAt(server, kept as Tokens), await worksAt(server, revoked as Tokens)]).toEqual([true, true]);
    expect(await refreshAt(server, newest as Tokens)).toBe('invalid_grant');
    await stopServing();
  }

  async function expectEverybodyBegins(server: TestServer) {
    for (const tokens of [kept, revoked, newest] as Tokens[]) expect(await worksAt(server, tokens)).toBe(false);
    const silent = await browser.visit(authorizeUrl(server, { prompt: 'none' }));
    expect(silent.headers.get('location')).toContain('error=login_required');
    const tokens = await obtainTokens(server, {}, newPerson(server.issuer));
    expect([await worksAt(server, tokens), await refreshAt(server, tokens)]).toEqual([true, 'tokens']);
  }

  it('a dump becomes a database again, and what may have been revoked since ends', async () => {
    await shell(block('pg_restore'));
    await expectPast();
    const lost = await shell(block('connect vcauth_lost'));
    expect(lost).toMatch(/grant\.revoked|token\.revoked/);
    await shell(block('00Z\n').replace(/\n$/, ' --yes\n'));
    const server = await serve();
    await expectEverybodyBegins(server);
    expect(await refreshAt(server, kept as Tokens)).toBe('invalid_grant');
    expect(await refreshAt(server, revoked as Tokens, 'web')).toBe('invalid_grant');
  });

  it('a base backup and the archive lead back to a moment, and grants are chosen', async () => {
    await postgres.stop();
    await rm(postgres.data, { recursive: true });
    await promisify(execFile)('cp', ['-a', join(folder, 'backup/base'), postgres.data]);
    await writeFile(join(postgres.data, 'recovery.signal'), '');
    await appendFile(join(postgres.data, 'postgresql.auto.conf'), block('recovery_target_time'));
    await postgres.own(postgres.data);
    await postgres.start();
    const recovers = () => shell('psql "$ADMIN_URL" -Atc "SELECT pg_is_in_recovery()"');
    await eventually(recovers).toBe('f\n');
    await expectPast();

    const listed: { id: string; client_id: string }[] = JSON.parse(
      await shell(block('--list').replace(/\n$/, ' --json\n')),
    );
    expect(listed.map(({ client_id: id }) => id).sort()).toEqual(['spa', 'spa', 'web', 'web']);
    const ids = listed.filter(({ client_id: id }) => id === 'web').map(({ id }) => id);
    await writeFile(join(folder, 'ids.txt'), `${ids.join('\n')}\n`);
    await shell(block('--only-stdin'));
    const server = await serve();
    await expectEverybodyBegins(server);
    expect(await refreshAt(server, kept as Tokens)).toBe('tokens');
    expect(await refreshAt(server, revoked as Tokens, 'web')).toBe('invalid_grant');
  });

  it('every block of the page was run', () => expect(blocks.filter((code) => !used.has(code))).toEqual([]));
});
