/**
 * A rolling upgrade, and the way back: the release before and this one side by side, on the tables of this one. The code of the
 * release before comes from the history of this checkout: the newest tag, or the commit before the newest migration.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, symlinkSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import type { Standard } from '../support/standard.ts';
import { startInstallation } from './support/installation.ts';
import { startLoad } from './support/ledger.ts';
import { startBalancer } from './support/nodes.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

function git(...words: string[]): string {
  try {
    return execFileSync('git', words, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return '';
  }
}

/** The commit of the release before; '' if the history does not have it. */
function releaseBefore(): string {
  const tag = git('describe', '--tags', '--match', 'v*', '--abbrev=0', 'HEAD^');
  if (tag) return git('rev-parse', `${tag}^{commit}`);
  const newest = readdirSync(join(root, 'migrations')).sort().at(-1) as string;
  const added = git('log', '--diff-filter=A', '--format=%H', '-1', '--', `migrations/${newest}`);
  return added && git('rev-parse', '--verify', '--quiet', `${added}^`);
}

const before = releaseBefore();
const isThere = before !== '' && git('cat-file', '-t', `${before}:src/main.ts`) === 'blob';
const why = isThere ? before.slice(0, 8) : 'no history: clone it whole';

/** Its code in a folder, with our libraries. */
function checkOut(): string {
  const folder = mkdtempSync(join(tmpdir(), 'vcauth-before-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const archive = execFileSync('git', ['archive', before], { cwd: root, maxBuffer: 2 ** 30 });
  execFileSync('tar', ['-x', '-C', folder], { input: archive });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** Adds the person and the clients by the code of the release before, which knows its tables. */
function addStandardBy(folder: string, url: string): Standard {
  const program = `const { openDatabase } = await import('./src/store/database.ts');
    const { addStandard } = await import('./test/support/standard.ts');
    const db = openDatabase({ url: process.argv[1], poolSize: 2 });
    console.log(JSON.stringify(await addStandard(db)));
    await db.close();`;
  const words = ['--input-type=module', '-e', program, url];
  return JSON.parse(execFileSync(process.execPath, words, { cwd: folder, encoding: 'utf8' })) as Standard;
}

it.skipIf(!isThere)(`nodes of the release before (${why}) are replaced one by one under load, and return`, async () => {
  const older = checkOut();
  const { url, db, fill } = await startInstallation();
  const balancer = await startBalancer();
  const nodes = [
    await balancer.add({ databaseUrl: url, root: older }),
    await balancer.add({ databaseUrl: url, root: older }),
  ];
  const load = await startLoad(await fill(balancer.origin, async () => addStandardBy(older, url)));
  const versions = async () =>
    (await db.pgPool.query('SELECT max(version) AS newest FROM schema_migrations')).rows[0].newest as number;
  const atFirst = await versions();
  // It migrates while the older ones serve.
  nodes.push(await balancer.add({ databaseUrl: url }));
  const newest = readdirSync(join(root, 'migrations')).sort().at(-1) as string;
  expect([atFirst < (await versions()), await versions()]).toEqual([true, Number.parseInt(newest, 10)]);
  await load.progress();
  for (let replaced = 0; replaced < 2; replaced += 1) {
    const leaving = nodes.shift();
    leaving?.signal('SIGTERM');
    expect(await leaving?.ended).toBe(0);
    await load.progress();
    nodes.push(await balancer.add({ databaseUrl: url, env: { AUTO_MIGRATE: 'off' } }));
    await load.progress();
  }
  // And back, without a restore: the release before starts on the tables of this one, and then serves alone.
  for (let returned = 0; returned < 2; returned += 1) await balancer.add({ databaseUrl: url, root: older });
  await load.progress();
  for (const leaving of nodes) {
    leaving.signal('SIGTERM');
    expect(await leaving.ended).toBe(0);
  }
  expect(await versions()).toBe(Number.parseInt(newest, 10));
  await load.progress();
  await load.settle(db);
});
