/** The statistics that wait to be written: counts by client and day, and the time of each client's last use. */
import { addStatistics, type NewCount, noteClientsUsed } from '../store/client-statistics.ts';
import type { Db } from '../store/database.ts';

export interface ActivityCounts {
  /** Counts one event of today. */
  add(clientId: string, what: string): void;
  /** Records that the client was used now. */
  noteUse(clientId: string): void;
  /** Writes and forgets everything. After an error it is kept for the next call. */
  write(db: Db): Promise<void>;
}

export const dayMs = 24 * 3600 * 1000;

export function createActivityCounts(): ActivityCounts {
  const counts = new Map<string, NewCount & { count: number }>();
  /** Epoch milliseconds. */
  const uses = new Map<string, number>();

  // This runs on nearly every request, so only the first event of a kind in a batch formats a date and creates an object.
  function add(clientId: string, what: string, count = 1, at = Date.now()): void {
    const key = `${Math.floor(at / dayMs)} ${what} ${clientId}`;
    const known = counts.get(key);
    if (known) known.count += count;
    else counts.set(key, { clientId, day: new Date(at).toISOString().slice(0, 10), what, count });
  }

  return {
    add,
    noteUse: (clientId) => void uses.set(clientId, Date.now()),
    async write(db) {
      const added = [...counts.values()];
      const used = new Map([...uses].map(([clientId, at]) => [clientId, new Date(at)]));
      if (added.length === 0 && used.size === 0) return;
      counts.clear();
      uses.clear();
      try {
        await db.transaction(async (trx) => {
          if (added.length > 0) await addStatistics(trx, added);
          if (used.size > 0) await noteClientsUsed(trx, used);
        });
      } catch (error) {
        for (const { clientId, what, count, day } of added) add(clientId, what, count, Date.parse(day));
        for (const [clientId, at] of used) if (!uses.has(clientId)) uses.set(clientId, at.getTime());
        throw error;
      }
    },
  };
}
