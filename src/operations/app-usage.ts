/** Counts a gateway's report of calls, once. */
import type { UsageReport } from '../policy/usage.ts';
import { addUsage, rememberReport } from '../store/app-usage.ts';
import type { Database } from '../store/database.ts';

/**
 * Returns how many entries were counted; undefined if this report was counted before. Entries about accounts and clients
 * that are gone are dropped.
 */
export async function countUsage(db: Database, gateway: string, report: UsageReport): Promise<number | undefined> {
  return db.transaction(async (trx) => {
    if (!(await rememberReport(trx, gateway, report.id))) return undefined;
    return report.entries.length === 0 ? 0 : addUsage(trx, report.entries);
  });
}
