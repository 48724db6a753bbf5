/**
 * Removes the beginning of the audit log, in one process at a time: it announces in the log what will go, waits until that event is
 * sealed, and deletes in bounded steps. Each step is whole by itself, so whoever ends in between leaves a log that `vcauth audit
 * verify` accepts, and the next run goes on (docs/decisions/0126).
 */

import type { ChainHead, SealKey } from '../policy/audit-chain.ts';
import { checkBeginning, removalAction, removalDetails } from '../policy/audit-removal.ts';
import { signalBounds } from '../policy/shared-signals.ts';
import { appendAudit } from '../store/audit.ts';
import { findRemovalEnd, readBeginning, readRetentionState, removeEvents } from '../store/audit-removal.ts';
import type { Database, Db } from '../store/database.ts';
import { underPurgeLock } from '../store/purge-lock.ts';
import { sealAll } from './seal-audit.ts';

export interface AuditRetention {
  /** Keys of seals, newest first; at least one. */
  readonly keys: readonly SealKey[];
  /** Events stay for at least so long, and for a day longer at most while there is one step a minute. */
  readonly days: number;
  /** Whether this node sends the audit stream. What the receiver does not have is not removed. */
  readonly streamed: boolean;
  /** The actor who vouches for the beginning as it is, since SECRETS that could do so were lost. Undefined if nobody does. */
  readonly acceptedBy?: string | undefined;
  /** Told of each run of this node. */
  onRun(run: AuditRetentionRun): void;
}

export interface AuditRetentionRun {
  readonly removed: number;
  /** Age of the oldest event that is left; 0 for an empty log. */
  readonly oldestSeconds: number;
  /** Why nothing was removed, if the beginning of the log is not as servers left it. */
  readonly problem?: string | undefined;
}

/** Rows of one statement, and statements of one run: each process removes at most 100,000 rows a minute. */
const limits = { rows: 5_000, steps: 20 };

/** Receivers of Shared Signals read the log so far back. */
const minDays = Math.ceil(signalBounds.keptSeconds / 86_400);

/** Returns the number of rows that were removed; undefined if another node is cleaning up. */
export async function trimAudit(db: Database, retention: AuditRetention): Promise<number | undefined> {
  const { mayRemove } = await readRetentionState(db);
  const announced = mayRemove ? await underPurgeLock(db, (trx) => announce(trx, retention)) : {};
  if (announced === undefined) return undefined;
  let { problem } = announced;
  if (announced.unsealed) await sealAll(db, retention.keys);
  let removed = 0;
  for (let step = 0; mayRemove && problem === undefined && step < limits.steps; step += 1) {
    const done = await underPurgeLock(db, (trx) => removeStep(trx, retention));
    removed += done?.removed ?? 0;
    problem = done?.problem;
    if (!done || done.removed < limits.rows) break;
  }
  const { oldestSeconds } = await readRetentionState(db);
  retention.onRun({ removed, oldestSeconds, problem });
  return removed;
}

interface Announced {
  /** Whether an event tells of it that has to be sealed. */
  readonly unsealed?: boolean;
  readonly problem?: string;
}

/** Writes into the log which rows will go: if some are old enough, nothing announced is left to do, and none was written for a day. */
async function announce(trx: Db, { keys, days, streamed, acceptedBy }: AuditRetention): Promise<Announced> {
  const [key] = keys as [SealKey];
  const { anchor, follows, removal, pending, problem } = await lookAt(trx, keys);
  if (problem !== undefined && acceptedBy !== undefined && follows) {
    await tell(trx, { removed: 0, accepted_by: acceptedBy }, anchor, key);
    return { unsealed: true };
  }
  if (problem !== undefined) return { problem };
  if (pending) return { unsealed: true };
  // After a rotation of SECRETS, the new secret vouches for the beginning too.
  const renewed = removal !== undefined && removal.keyId !== key.id.toString('hex');
  const underWay = removal !== undefined && anchor.seq < removal.upTo;
  if (!renewed && (underWay || removal?.row.due === false)) return {};
  const known = removal && { seq: removal.upTo, hash: removal.hash };
  const end = await findRemovalEnd(trx, { days: Math.max(days, minDays), streamed });
  const from = known?.seq ?? anchor.seq;
  const next = end && end.seq > from ? end : undefined;
  const place = next ?? (renewed ? known : undefined);
  if (!place) return {};
  const facts = next ? { removed: Number(next.seq - from), before: next.before.toISOString(), days } : { removed: 0 };
  await tell(trx, facts, place, key);
  return { unsealed: true };
}

function tell(trx: Db, facts: object, place: ChainHead, key: SealKey): Promise<void> {
  const details = { ...facts, ...removalDetails(place, key) };
  return appendAudit(trx, { actor: 'system', action: removalAction, target: 'audit', details });
}

async function removeStep(trx: Db, { keys, days }: AuditRetention): Promise<{ removed: number; problem?: string }> {
  const { anchor, removal, problem } = await lookAt(trx, keys);
  if (problem !== undefined) return { removed: 0, problem };
  if (!removal || removal.upTo <= anchor.seq) return { removed: 0 };
  return { removed: await removeEvents(trx, { upTo: removal.upTo, days, limit: limits.rows }) };
}

/** Nobody removes rows behind a beginning that is wrong: it would cover who made it so. */
async function lookAt(trx: Db, keys: readonly SealKey[]) {
  const beginning = await readBeginning(trx);
  const { anchor, follows, pending } = beginning;
  const { removal, fault } = checkBeginning(beginning, keys);
  const missing = `The row after place ${anchor.seq} of the chain is missing, or does not follow it.`;
  const problem = fault?.problem ?? (follows ? undefined : missing);
  return { anchor, follows, removal, pending, ...(problem !== undefined && { problem }) };
}
