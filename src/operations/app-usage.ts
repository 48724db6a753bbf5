/** Counts a gateway's report of calls, once. */
import type { KeyUsageEntry, UsageReport } from '../policy/usage.ts';
import { type KeyUse, noteApiKeysUsed } from '../store/api-keys.ts';
import { addUsage, rememberReport } from '../store/app-usage.ts';
import type { Database } from '../store/database.ts';
import { addKeyUsage } from '../store/key-usage.ts';

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
    return { ofApps, keyIds: keys.length === 0 ? [] : await addKeyUsage(trx, keys) };
  });
  if (!counted) return undefined;
  // Lists of keys read the last use from the keys. It is noted after the commit, so that no revocation of a key waits for it.
  const uses = lastUses(keys, new Set(counted.keyIds));
  if (uses.length > 0) await noteApiKeysUsed(db, uses);
  return counted.ofApps + counted.keyIds.length;
}

function lastUses(entries: readonly KeyUsageEntry[], counted: ReadonlySet<string>): KeyUse[] {
  const uses = new Map<string, KeyUse>();
  for (const { key_id: keyId, last_at: at, last_address: address } of entries) {
    if (!counted.has(keyId) || at <= (uses.get(keyId)?.at ?? 0)) continue;
    uses.set(keyId, { keyId, at, address: address ?? null });
  }
  return [...uses.values()];
}
