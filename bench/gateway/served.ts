/** A real server on an embedded PostgreSQL, for measurements that need both. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { startEmbeddedPostgres } from '../../src/store/embedded/index.ts';
import { startOurs } from '../ours.ts';

export interface Served {
  readonly origin: string;
  readonly credentials: { readonly clientId: string; readonly clientSecret: string };
  readonly db: Database;
  /** Runs before the server stops, the last one first. */
  readonly cleanup: (() => Promise<unknown>)[];
}

export async function withServer<T>(work: (served: Served) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'vcauth-bench-'));
  const cleanup: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  try {
    // PostgreSQL may run as another user.
    await chmod(folder, 0o711);
    const places = { dataDir: join(folder, 'data'), systemDir: join(folder, 'system') };
    const postgres = await startEmbeddedPostgres({ ...places, onLog: () => {} });
    cleanup.push(() => postgres.stop());
    const ours = await startOurs({ databaseUrl: postgres.url, env: {}, execArgv: [] });
    cleanup.push(() => ours.stop());
    const db = openDatabase({ url: postgres.url, poolSize: 1 });
    cleanup.push(() => db.close());
    const credentials = { clientId: ours.gateway.id, clientSecret: ours.gateway.secret };
    return await work({ origin: ours.origin, credentials, db, cleanup });
  } finally {
    for (const step of cleanup.reverse()) await step();
  }
}

/** `share` of the values are not above the result. */
export function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length * share) - 1] as number;
}
