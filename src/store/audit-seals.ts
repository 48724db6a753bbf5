/** Seals of the audit log: reading the events that wait for one, and putting them behind the head of the chain. */
import type { ChainHead, EventContent, Seal, SealKey } from '../policy/audit-chain.ts';
import { contentColumns, waiting } from './audit-chain.ts';
import type { Db, Statement } from './database.ts';

export interface UnsealedBatch {
  /** The end of the chain when the events were read. */
  readonly head: ChainHead;
  readonly events: readonly EventContent[];
  /** Age of the oldest of these events. */
  readonly oldestSeconds: number;
}

// Events that commit late are found like all others: what waits is a row of its own, whatever its number.
const unsealedStatement: Statement = {
  name: 'audit-unsealed',
  text: `SELECT e.seq, ${contentColumns}, h.sealed_seq AS head_seq, h.hash AS head_hash,
      extract(epoch FROM clock_timestamp() - e.at)::float8 AS age
    FROM (SELECT u.event FROM ${waiting} ORDER BY u.event LIMIT $1) u JOIN audit_events e ON e.seq = u.event, audit_head() h
    ORDER BY e.seq`,
};

/** Returns the first `limit` committed events that are not sealed; undefined if every event is sealed. */
export async function readUnsealed(db: Db, limit: number): Promise<UnsealedBatch | undefined> {
  const rows = await db.run<EventContent & { head_seq: string; head_hash: Buffer; age: number }>(unsealedStatement, [
    limit,
  ]);
  const [first] = rows;
  if (!first) return undefined;
  const head = { seq: BigInt(first.head_seq), hash: first.head_hash };
  return { head, events: rows, oldestSeconds: Math.max(...rows.map(({ age }) => age)) };
}

/**
 * Seals the batch, unless the chain has another head by now or somebody else is sealing: then nothing happens. It is sent as
 * one message of the simple protocol. The database runs that once it has all of it, and commits by itself. A statement with
 * values is several messages, and a process that froze between them would hold the lock until it is killed.
 */
export async function writeSeals(db: Db, head: ChainHead, seals: readonly Seal[], key: SealKey): Promise<void> {
  const list = (values: readonly string[]) => `'{${values.join(',')}}'`;
  const hex = (bytes: Buffer) => bytes.toString('hex');
  const events = list(seals.map(({ event }) => String(BigInt(event))));
  const [hashes, macs] = [list(seals.map(({ hash }) => hex(hash))), list(seals.map(({ mac }) => hex(mac)))];
  await db.script(
    `SELECT seal_audit(${head.seq}, '${hex(head.hash)}', ${events}, ${hashes}, ${macs}, '${hex(key.id)}')`,
  );
}

const lastStatement: Statement = {
  name: 'audit-unsealed-last',
  text: 'SELECT coalesce(max(event), 0) AS last FROM audit_unsealed',
};
const leftStatement: Statement = {
  name: 'audit-unsealed-left',
  text: `SELECT count(*)::integer AS left FROM ${waiting} WHERE u.event <= $1`,
};

/** The number of the newest event that waits for its seal; 0 if every event is sealed. */
export async function lastUnsealed(db: Db): Promise<string> {
  const [row] = await db.run<{ last: string }>(lastStatement, []);
  return row?.last ?? '0';
}

/** Counts the events up to this number that wait for their seal. */
export async function countUnsealedUpTo(db: Db, last: string): Promise<number> {
  const [row] = await db.run<{ left: number }>(leftStatement, [last]);
  return row?.left ?? 0;
}
