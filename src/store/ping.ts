/** Asks the database for a sign of life. */
import type { Db, Statement } from './database.ts';

const statement: Statement = { name: 'ping', text: 'SELECT 1' };
const patienceMs = 2_000;

/** True when it answers within two seconds. */
export async function pingDatabase(db: Db): Promise<boolean> {
  const silence = new Promise<false>((resolve) => setTimeout(resolve, patienceMs, false).unref());
  const answer = db.run(statement, []).then(
    () => true,
    () => false,
  );
  return Promise.race([answer, silence]);
}
