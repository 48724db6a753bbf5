/**
 * Settings of every connection. A role, a database or the address may have others, which would change what our SQL and the
 * driver's parsers mean. One statement sets them, because poolers refuse or ignore most parameters of the startup packet.
 * Behind a pooler in transaction mode, it is sent with each transaction (shared-session.ts).
 */
import pg from 'pg';
import { keepAliveProbes, livenessMs, type Timeouts } from './timeouts.ts';

export type SessionSettings = Readonly<Record<string, string>>;

const meaning: SessionSettings = {
  // Conflicts are resolved by locks and conditions of our statements, which read what was committed last.
  default_transaction_isolation: 'read committed',
  // How values are written: the driver parses only these forms.
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  TimeZone: 'UTC',
  client_encoding: 'UTF8',
  bytea_output: 'hex',
  extra_float_digits: '1',
  // How texts are read.
  standard_conforming_strings: 'on',
  array_nulls: 'on',
  transform_null_equals: 'off',
  gin_fuzzy_search_limit: '0',
  // An error or a pause is not the end of a connection.
  exit_on_error: 'off',
  idle_session_timeout: '0',
};

/** PostgreSQL's default. Another schema is named in the address; a role's setting is ignored like its other settings. */
const searchPath = '"$user", public';

/** PostgreSQL supports it on some systems only, and refuses it on others. */
const linuxOnly = 'client_connection_check_interval';

/** @param options those of the address, in which an operator may name the schema */
export function sessionSettings(timeouts: Timeouts, options: string | undefined): SessionSettings {
  return {
    ...meaning,
    ...(namesSchema.test(options ?? '') ? {} : { search_path: searchPath }),
    ...timeoutSettings(timeouts),
    idle_in_transaction_session_timeout: String(timeouts.idleInTransactionTimeoutMs),
    tcp_keepalives_idle: String(livenessMs.keepAliveIdle / 1000),
    tcp_keepalives_interval: String(livenessMs.keepAliveInterval / 1000),
    tcp_keepalives_count: String(keepAliveProbes),
    tcp_user_timeout: String(livenessMs.unacknowledged),
    [linuxOnly]: String(livenessMs.clientCheckInterval),
  };
}

const namesSchema = /\bsearch[_-]path\s*=/i;

/** The settings that limit one statement. PostgreSQL reads numbers as milliseconds. */
export function timeoutSettings({ lockTimeoutMs, statementTimeoutMs }: Timeouts): SessionSettings {
  return { lock_timeout: String(lockTimeoutMs), statement_timeout: String(statementTimeoutMs) };
}

/** $1 names, $2 values. Citus finds the shards of a statement by its values, so it can't do with a plan for all values. */
export const setSettingsSql = `SELECT set_config(name, value, false) FROM unnest($1::text[], $2::text[]) AS s (name, value)
  WHERE CASE name WHEN '${linuxOnly}' THEN version() ~ 'linux'
    WHEN 'plan_cache_mode' THEN current_setting('citus.shard_count', true) IS NULL ELSE true END`;

/** About the connection of the pooler, which others use too. */
const ofConnection = ['exit_on_error', 'idle_session_timeout', /^tcp_/];

/**
 * Returns a statement that makes these settings for the transaction in which it runs. It fails in a transaction whose isolation a role has
 * changed, since that can't be set once a statement runs.
 * @param options those of the address, which a pooler does not pass on
 */
export function transactionSettingsSql(settings: SessionSettings, options: string | undefined): string {
  const all = { ...settingsIn(options), ...settings, transaction_isolation: 'read committed' };
  const calls = Object.entries(all)
    .filter(([name]) => !ofConnection.some((one) => (typeof one === 'string' ? one === name : one.test(name))))
    .map(([name, value]) => {
      const call = `set_config(${pg.escapeLiteral(name)}, ${pg.escapeLiteral(value)}, true)`;
      return name === linuxOnly ? `CASE WHEN version() ~ 'linux' THEN ${call} END` : call;
    });
  return `SELECT ${calls.join(', ')}`;
}

/** The settings in `-c name=value` and `--name=value`, as PostgreSQL reads the option of the same name. */
function settingsIn(options = ''): SessionSettings {
  const words = options.match(/(?:\\.|\S)+/g)?.map((word) => word.replace(/\\(.)/g, '$1')) ?? [];
  const settings = words.join(' ').matchAll(/(?:^|\s)(?:-c\s*|--)([\w.-]+)=(.*?)(?=\s(?:-c|--)|$)/g);
  return Object.fromEntries(Array.from(settings, ([, name = '', value = '']) => [name.replaceAll('-', '_'), value]));
}
