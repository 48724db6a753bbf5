/** Checks whether the database answers and whether it is writable. */
import type { Db, Statement } from './database.ts';

/** `transaction_read_only` is `on` on a standby, and for a database, role or server that was set read-only. */
const statement: Statement = {
  name: 'ping',
  text: "SELECT current_setting('transaction_read_only') = 'off' AS writable",
};
const timeoutMs = 2_000;

export interface Ping {
  readonly answers: boolean;
  readonly writable: boolean;
}

const noAnswer: Ping = { answers: false, writable: false };

/** Both results are false if the database does not answer within `timeoutMs`. */
export async function pingDatabase(db: Db): Promise<Ping> {
  const timeout = new Promise<Ping>((resolve) => setTimeout(resolve, timeoutMs, noAnswer).unref());
  const answer = db.run<{ writable: boolean }>(statement, []).then(
    ([row]): Ping => ({ answers: true, writable: row?.writable === true }),
    () => noAnswer,
  );
  return Promise.race([answer, timeout]);
}
