/** Counts a gateway's report of calls, once. */
import type { UsageReport } from '../policy/usage.ts';
import { addUsage, rememberReport } from '../store/app-usage.ts';
import type { Database } from '../store/database.ts';
import { addKeyUsage } from '../store/key-usage.ts';

/**
 * Returns how many entries were counted; undefined if this report was counted before. Entries about accounts, clients
 * and keys that are gone are dropped.
 */
export async function countUsage(db: Database, gateway: string, report: UsageReport): Promise<number | undefined> {
  return db.transaction(async (trx) => {
    if (!(await rememberReport(trx, gateway, report.id))) return undefined;
    const apps = report.entries.filter((entry) => entry.key_id === undefined);
    const keys = report.entries.filter((entry) => entry.key_id !== undefined);
    const ofApps = apps.length === 0 ? 0 : await addUsage(trx, apps);
    return keys.length === 0 ? ofApps : ofApps + (await addKeyUsage(trx, keys));
  });
}
