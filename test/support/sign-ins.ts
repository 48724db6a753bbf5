/** Makes sign-ins old, so that no test has to wait. */
import { createSealer } from '../../src/store/sealer.ts';
import { type TestServer, testSecret } from './server.ts';

type Db = Pick<TestServer, 'db'>;

/**
 * Moves every sign-in back by this time. Sessions and open questions hold the moment sealed, so they are sealed again.
 */
export async function ageSignIns(server: Db, seconds: number): Promise<void> {
  const { pgPool } = server.db;
  await pgPool.query("UPDATE accounts SET sessions_valid_from = sessions_valid_from - interval '60 days'");
  await pgPool.query(
    'UPDATE sessions SET signed_in_at = signed_in_at - make_interval(secs => $1), confirmed_at = NULL',
    [seconds],
  );
  await pgPool.query('UPDATE artifacts SET signed_in_at = signed_in_at - make_interval(secs => $1)', [seconds]);
  await changeSessions(server, (session) => {
    session.loginTs -= seconds;
  });
  await reseal(
    server,
    'artifacts',
    "encode(id_hash, 'hex')",
    () => 'Interaction',
    ({ lastSubmission }) => {
      if (lastSubmission?.login) lastSubmission.login.ts -= seconds;
    },
  );
}

// biome-ignore lint/suspicious/noExplicitAny: what the engine stores
type Change = (content: any) => void;

/** Changes the sealed content of every session of a person. */
export function changeSessions(server: Db, change: Change): Promise<void> {
  return reseal(server, 'sessions', 'uid', ({ key }) => `Session ${key}`, change);
}

type Sealed = { key: string; payload: Buffer };

/** Changes the sealed content of each row of a table that belongs to a person. */
async function reseal(
  { db }: Db,
  table: string,
  key: string,
  contextOf: (row: Sealed) => string,
  change: Change,
): Promise<void> {
  const sealer = createSealer([testSecret]);
  const where = table === 'sessions' ? 'account_id IS NOT NULL' : `model = 'Interaction'`;
  const { rows } = await db.pgPool.query<Sealed>(`SELECT ${key} AS key, payload FROM ${table} WHERE ${where}`);
  for (const row of rows) {
    const content = JSON.parse(sealer.open(row.payload, contextOf(row)).toString());
    change(content);
    const sealed = sealer.seal(JSON.stringify(content), contextOf(row));
    await db.pgPool.query(`UPDATE ${table} SET payload = $2 WHERE ${key} = $1`, [row.key, sealed]);
  }
}
