/** Asks the database whether it answers, and whether it can be written. */
import type { Db, Statement } from './database.ts';

/** A standby says `on`, and so does a database, a role or a server that was set read-only. */
const statement: Statement = {
  name: 'ping',
  text: "SELECT current_setting('transaction_read_only') = 'off' AS writable",
};
const timeoutMs = 2_000;

export interface Ping {
  readonly answers: boolean;
  readonly writable: boolean;
}

const silent: Ping = { answers: false, writable: false };

/** Neither, if it does not answer within two seconds. */
export async function pingDatabase(db: Db): Promise<Ping> {
  const silence = new Promise<Ping>((resolve) => setTimeout(resolve, timeoutMs, silent).unref());
  const answer = db.run<{ writable: boolean }>(statement, []).then(
    ([row]): Ping => ({ answers: true, writable: row?.writable === true }),
    () => silent,
  );
  return Promise.race([answer, silence]);
}
