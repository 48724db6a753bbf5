/** Checks whether the database answers, whether it takes writes, and what time it has. */
import type { Db, Statement } from './database.ts';
import { settledWithin } from './settled-within.ts';

/**
 * A message in the write-ahead log is the smallest write that is committed as every other: to disk, and to replicas that a
 * commit waits for. `transaction_read_only` is `on` on a standby, and for a database, role or server that was set read-only.
 */
const statement: Statement = {
  name: 'ping',
  text: `SELECT CASE WHEN current_setting('transaction_read_only') = 'off'
    THEN pg_logical_emit_message(true, 'vibecaas-auth', 'heartbeat') IS NOT NULL ELSE false END AS writable,
    extract(epoch FROM clock_timestamp())::float8 AS now`,
};
const timeoutMs = 2_000;

/** Tells the heartbeat from the statements of requests. */
export const isPing = (text: string): boolean => text === statement.text;

export interface Ping {
  readonly answers: boolean;
  readonly writable: boolean;
  /** How far the clock of this process is ahead of the database's, to half of the time that the answer took. */
  readonly aheadSeconds: number | undefined;
}

const noAnswer: Ping = { answers: false, writable: false, aheadSeconds: undefined };

/** The results are false and undefined if the database does not answer within `timeoutMs`. */
export async function pingDatabase(db: Db): Promise<Ping> {
  let result = noAnswer;
  const sentMs = performance.now();
  const answer = db.run<{ writable: boolean; now: number }>(statement, []).then(
    ([row]) => {
      const halfWayMs = Date.now() - (performance.now() - sentMs) / 2;
      const aheadSeconds = row && halfWayMs / 1000 - row.now;
      result = { answers: true, writable: row?.writable === true, aheadSeconds };
    },
    () => {},
  );
  await settledWithin(answer, timeoutMs);
  return result;
}
