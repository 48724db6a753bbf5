/** Checks whether the database answers and whether it takes writes. */
import type { Db, Statement } from './database.ts';
import { settledWithin } from './settled-within.ts';

/**
 * A message in the write-ahead log is the smallest write that is committed as every other: to disk, and to replicas that a
 * commit waits for. `transaction_read_only` is `on` on a standby, and for a database, role or server that was set read-only.
 */
const statement: Statement = {
  name: 'ping',
  text: `SELECT CASE WHEN current_setting('transaction_read_only') = 'off'
    THEN pg_logical_emit_message(true, 'vibecaas-auth', 'heartbeat') IS NOT NULL ELSE false END AS writable`,
};
const timeoutMs = 2_000;

/** Tells the heartbeat from the statements of requests. */
export const isPing = (text: string): boolean => text === statement.text;

export interface Ping {
  readonly answers: boolean;
  readonly writable: boolean;
}

const noAnswer: Ping = { answers: false, writable: false };

/** Both results are false if the database does not answer within `timeoutMs`. */
export async function pingDatabase(db: Db): Promise<Ping> {
  let result = noAnswer;
  const answer = db.run<{ writable: boolean }>(statement, []).then(
    ([row]) => {
      result = { answers: true, writable: row?.writable === true };
    },
    () => {},
  );
  await settledWithin(answer, timeoutMs);
  return result;
}
