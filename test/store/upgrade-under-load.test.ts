/**
 * The migrations to a sealed audit log and a settled revocation list, on a database that servers of the version before use:
 * with events, revocations, and a call of the old function that is waiting for its lock meanwhile.
 */
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import { verifyAudit } from '../../src/operations/verify-audit.ts';
import { openDatabase } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { readFeed } from '../../src/store/revocation-feed.ts';
import { seal, testKeys } from '../support/audit.ts';
import { createEmptyDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { rowsOf, waitingForLocks } from '../support/rows.ts';

/** The migrations before those that this is about. */
async function foldersBefore(version: number): Promise<URL> {
  const path = await mkdtemp(join(tmpdir(), 'vcauth-migrations-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  const landed = new URL('../../migrations/', import.meta.url);
  for (const name of await readdir(landed)) {
    if (Number.parseInt(name, 10) < version) await cp(new URL(name, landed), join(path, name));
  }
  return pathToFileURL(`${path}/`);
}

it('the chain and the list go on where servers of the version before left them, and their running calls succeed', async () => {
  const { url, drop } = await createEmptyDatabase();
  await migrate(url, () => {}, await foldersBefore(26));
  const db = openDatabase({ url, poolSize: 4 });
  const [holder, waiter] = [new pg.Client({ connectionString: url }), new pg.Client({ connectionString: url })];
  onTestFinished(async () => {
    await Promise.all([holder.end(), waiter.end(), db.close()]);
    await drop();
  });
  await Promise.all([holder.connect(), waiter.connect()]);
  const append = (target: string) => `SELECT append_audit('cli', 'thing.done', '${target}', '{}', NULL)`;
  for (const target of ['one', 'two', 'three']) await db.script(append(target));
  await db.script("SELECT revoke_token('jti', ARRAY['before'], now() + interval '1 hour')");
  const [old] = await rowsOf(db, 'SELECT hash FROM audit_events WHERE seq = 3');

  await holder.query('BEGIN; SELECT pg_advisory_xact_lock(7202)');
  const waiting = waiter.query(append('waiting'));
  await eventually(() => waitingForLocks(db)).toBe(1);
  // Later indexes are built when calls that run now have ended.
  await migrate(url, () => {}, await foldersBefore(43));
  await db.script(append('after'));
  await holder.query('COMMIT');
  await waiting;
  await migrate(url);

  const head = { seq: 3n, hash: old?.hash as Buffer };
  expect(await verifyAudit(db, { keys: testKeys, known: head })).toMatchObject({ head, unsealed: 2 });
  await seal(db);
  expect(await verifyAudit(db, { keys: testKeys, known: head })).toMatchObject({ head: { seq: 5n }, unsealed: 0 });
  const targets = (await rowsOf(db, 'SELECT target FROM audit_events ORDER BY seq')).map(({ target }) => target);
  expect(targets).toEqual(['one', 'two', 'three', 'after', 'waiting']);

  await db.script("SELECT revoke_token('jti', ARRAY['after'], now() + interval '1 hour')");
  expect((await readFeed(db, 0, 10)).entries.map(({ value }) => value)).toEqual(['before', 'after']);
});
