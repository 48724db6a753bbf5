/**
 * A database and a process whose time a test moves on. Statements that ask for the time get it from functions of the same names in
 * `public`, which the connection finds before PostgreSQL's own; so months pass without a row being rewritten.
 */

import pg from 'pg';
import { newClock } from '../../support/advance.ts';
import { createEmptyDatabase } from '../../support/database.ts';

const functions = ['now', 'transaction_timestamp', 'statement_timestamp', 'clock_timestamp'];

/** A sequence is one page with one row, however often it is set, so that the time is read at the same cost on each day. */
const seconds = 'public.simulated_seconds';

export async function createSimulatedDatabase() {
  const empty = await createEmptyDatabase();
  const admin = new pg.Client({ connectionString: empty.url });
  await admin.connect();
  await admin.query(`CREATE SEQUENCE ${seconds} MINVALUE 0 START 0`);
  for (const name of functions) {
    const volatility = name === 'clock_timestamp' ? 'VOLATILE' : 'STABLE';
    await admin.query(`CREATE FUNCTION public.${name}() RETURNS timestamptz LANGUAGE sql ${volatility} PARALLEL SAFE
      AS 'SELECT pg_catalog.${name}() + make_interval(secs => last_value) FROM ${seconds}'`);
  }
  const moveProcess = newClock();
  return {
    /** After the migrations: the queue's library names PostgreSQL's own function in one of its functions. */
    async setQueueClock(): Promise<void> {
      await admin.query(
        `CREATE OR REPLACE FUNCTION vcauth_queue.job_now() RETURNS timestamptz LANGUAGE sql STABLE AS 'SELECT public.now()'`,
      );
    },
    /** With it, names of functions are looked up in `public` first. */
    url: `${empty.url}?options=-c%20search_path%3Dpublic,pg_catalog`,
    /** Runs statements with the database's own time, outside of the server's pool. */
    admin,
    async pass(hours: number): Promise<void> {
      await admin.query(`SELECT setval('${seconds}', last_value + ${hours * 3_600}) FROM ${seconds}`);
      moveProcess(hours * 3_600);
    },
    async drop() {
      await admin.end();
      await empty.drop();
    },
  };
}
