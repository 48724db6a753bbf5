/** The lock under which one node at a time deletes what has expired. */
import type { Database, Db } from './database.ts';
import { backgroundTimeouts } from './timeouts.ts';

const lock = { name: 'purge-lock', text: 'SELECT pg_try_advisory_xact_lock(7203) AS mine' };

/**
 * Runs one step in a transaction of its own, and returns undefined if another node has the lock. Each step takes the lock anew, so
 * that a node that freezes holds it for seconds only; another one may then take over between two steps.
 */
export function underPurgeLock<T>(db: Database, work: (trx: Db) => Promise<T>): Promise<T | undefined> {
  return db.transaction(
    async (trx) => {
      const [row] = await trx.run<{ mine: boolean }>(lock, []);
      return row?.mine ? work(trx) : undefined;
    },
    { timeouts: backgroundTimeouts },
  );
}
