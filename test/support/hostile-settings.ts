/** Settings that a database administrator may give to a role or a database, and that would change what our statements mean. */
import type { Database } from '../../src/store/database.ts';

export const hostileSettings: Readonly<Record<string, string>> = {
  default_transaction_isolation: 'serializable',
  DateStyle: 'German',
  IntervalStyle: 'iso_8601',
  TimeZone: 'Pacific/Kiritimati',
  client_encoding: 'LATIN1',
  bytea_output: 'escape',
  extra_float_digits: '-15',
  standard_conforming_strings: 'off',
  array_nulls: 'off',
  transform_null_equals: 'on',
  search_path: 'nowhere',
  exit_on_error: 'on',
  gin_fuzzy_search_limit: '1',
  idle_session_timeout: '1000',
  idle_in_transaction_session_timeout: '0',
  statement_timeout: '0',
  lock_timeout: '0',
};

/** Applies `settings` to all further connections to this database: to the database, and to our role in it. */
export async function applySettings(db: Database, settings: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, value] of Object.entries(settings)) {
    await db.pgPool.query(`DO $$ BEGIN
      EXECUTE format('ALTER DATABASE %I SET ${name} = %L', current_database(), '${value}');
      EXECUTE format('ALTER ROLE %I IN DATABASE %I SET ${name} = %L', current_user, current_database(), '${value}');
    END $$`);
  }
}
