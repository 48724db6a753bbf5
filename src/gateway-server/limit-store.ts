/**
 * Where the reference gateway counts calls. If the store is not available, at the start or later, calls are counted in
 * memory until it is.
 */

import type { LimitsUrl } from '../config/gateway.ts';
import type { LimitStore } from '../gateway/limits.ts';
import type { CleanupStack } from '../lifecycle/cleanup-stack.ts';
import type { Logger } from '../log/index.ts';
import { type Database, openDatabase } from '../store/database.ts';
import { migrate } from '../store/migrate.ts';
import { settledWithin } from '../store/settled-within.ts';
import { connectTimeoutMs } from '../store/timeouts.ts';

/** Delay between attempts to migrate the database. */
const retryMs = 15_000;

export async function openLimitStore(limits: LimitsUrl, cleanup: CleanupStack, log: Logger): Promise<LimitStore> {
  if (limits.kind === 'memory') return { kind: 'memory' };
  if (limits.kind === 'postgres') return openPostgres(limits.url, cleanup, log);
  const { Redis } = await import('ioredis');
  const client = new Redis(limits.url, { enableOfflineQueue: false, lazyConnect: true, commandTimeout: 1_000 });
  client.on('error', (err: Error) => log.warn({ err }, 'counts: Redis'));
  cleanup.add(async () => client.disconnect());
  await client.connect().catch(() => {});
  return { kind: 'redis', client };
}

async function openPostgres(url: string, cleanup: CleanupStack, log: Logger): Promise<LimitStore> {
  const onError = (err: Error) => log.warn({ err }, 'counts: the database');
  const db = openDatabase({ url, poolSize: 10, onError });
  cleanup.add(() => db.close());
  cleanup.add(await keepMigrating(db, log, onError));
  return { kind: 'postgres', client: db.pgPool };
}

/**
 * Migrates the database, and retries until that has succeeded. Waits for the first attempt, but neither for a lock that
 * another session holds nor for a database that does not answer, since calls can be counted in memory meanwhile. Returns a
 * function that stops the retries.
 */
async function keepMigrating(db: Database, log: Logger, onError: (error: Error) => void): Promise<() => Promise<void>> {
  let timer: NodeJS.Timeout | undefined;
  const locked = Promise.withResolvers<void>();
  const onWait = (line: string) => {
    log.warn(line);
    locked.resolve();
  };
  const attempt = () =>
    migrate(db, (line) => log.info(line), undefined, onWait).catch((error: Error) => {
      onError(error);
      timer = setTimeout(attempt, retryMs).unref();
    });
  await settledWithin(Promise.race([attempt(), locked.promise]), connectTimeoutMs);
  return async () => clearTimeout(timer);
}
