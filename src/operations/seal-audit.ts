/**
 * Puts events of the audit log into the hash chain. Every server does so, and commands that need a complete chain. Events
 * are read, sealed in memory and written in a second statement; nothing is locked between the two, so a process that
 * freezes there stops nobody.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type SealKey, sealKeys, sealsAfter } from '../policy/audit-chain.ts';
import { countUnsealedUpTo, lastUnsealed, readUnsealed, writeSeals } from '../store/audit-seals.ts';
import type { Db } from '../store/database.ts';
import type { Sealer } from '../store/sealer.ts';

/** Few enough that the message with their seals fits into a buffer of the network. */
const batchSize = 200;

/** The keys of seals, newest first. The first one seals; all of them verify. */
export function auditKeys(sealer: Sealer): SealKey[] {
  return sealKeys(sealer.keys('audit log'));
}

/**
 * Seals one batch, or loses to another process that does the same. Returns whether more may wait, and the age of the oldest
 * event that was read.
 */
export async function sealBatch(db: Db, keys: readonly SealKey[]): Promise<{ more: boolean; oldestSeconds: number }> {
  const batch = await readUnsealed(db, batchSize);
  if (!batch) return { more: false, oldestSeconds: 0 };
  const { head, events, oldestSeconds } = batch;
  const [key] = keys as [SealKey];
  await writeSeals(db, head, sealsAfter(head, events, key), key);
  return { more: events.length === batchSize, oldestSeconds };
}

const waitTimeoutMs = 5_000;
const pauseMs = 20;

/**
 * Seals all events that have been committed by now. Returns how many are left without a seal after `waitTimeoutMs`. Without
 * keys, waits for a server to do it.
 */
export async function sealAll(db: Db, keys: readonly SealKey[]): Promise<number> {
  const last = await lastUnsealed(db);
  if (last === '0') return 0;
  const giveUpAt = performance.now() + waitTimeoutMs;
  for (;;) {
    if (keys.length > 0) await sealBatch(db, keys);
    const left = await countUnsealedUpTo(db, last);
    if (left === 0 || performance.now() > giveUpAt) return left;
    await sleep(pauseMs);
  }
}
