/** Counts a gateway's report of calls, once. */
import type { UsageReport } from '../policy/usage.ts';
import { addUsage, rememberReport } from '../store/app-usage.ts';
import type { Database } from '../store/database.ts';
import { addKeyUsage, noteLastUses } from '../store/key-usage.ts';

/**
 * Returns how many entries were counted; undefined if this report was counted before. Entries about accounts, clients
 * and keys that are gone are dropped.
 */
export async function countUsage(db: Database, gateway: string, report: UsageReport): Promise<number | undefined> {
  const apps = report.entries.filter((entry) => entry.key_id === undefined);
  const keys = report.entries.filter((entry) => entry.key_id !== undefined);
  const counted = await db.transaction(async (trx) => {
    if (!(await rememberReport(trx, gateway, report.id))) return undefined;
    const ofApps = apps.length === 0 ? 0 : await addUsage(trx, apps);
    return keys.length === 0 ? ofApps : ofApps + (await addKeyUsage(trx, keys));
  });
  // After the commit, so that no revocation of a key waits for it. Also of a report that comes again: the first time may have ended here.
  if (keys.length > 0) await noteLastUses(db, keys);
  return counted;
}
