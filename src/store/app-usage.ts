/** What apps did, by authorization and day (UTC), as gateways report it. */
import { type UsageEntry, usageBounds } from '../policy/usage.ts';
import { listedDays } from '../policy/usage-days.ts';
import type { Db, Statement } from './database.ts';

/** Days for which usage is kept. */
export const usageDays = 90;

const rememberStatement: Statement = {
  name: 'usage-report-remember',
  text: 'INSERT INTO usage_reports (client_id, id) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING 1',
};

/** Returns false if this report of this gateway was counted before. Waits for one that is being counted. */
export async function rememberReport(trx: Db, gateway: string, id: string): Promise<boolean> {
  return (await trx.run(rememberStatement, [gateway, id])).length === 1;
}

/** Adds a reported row to the row `u` of its day. */
export const addedCounts = `read = u.read + excluded.read, changed = u.changed + excluded.changed, generated = u.generated + excluded.generated,
      other = u.other + excluded.other, refused = u.refused + excluded.refused,
      routes = add_counts(u.routes, excluded.routes, ${usageBounds.routes}),
      projects = CASE WHEN u.projects @> excluded.projects THEN u.projects ELSE
        (ARRAY(SELECT p FROM unnest(u.projects || excluded.projects) WITH ORDINALITY AS all_of (p, place)
          GROUP BY p ORDER BY min(place)))[:${usageBounds.projects}] END,
      last_address = CASE WHEN excluded.last_at >= u.last_at THEN coalesce(excluded.last_address, u.last_address) ELSE u.last_address END,
      last_at = greatest(u.last_at, excluded.last_at)`;

// Accounts and clients are locked in the order of their keys, and so are the rows, so that two gateways never wait for each
// other. FOR KEY SHARE waits for a concurrent deletion, whose rows must not come back.
const addStatement: Statement = {
  name: 'usage-add',
  text: `WITH sent AS (
      SELECT CASE WHEN gid IS NULL THEN '' ELSE sub END AS account_id, client_id, coalesce(gid, '') AS grant_id, day,
        read, changed, generated, other, refused, routes, projects, last_address, to_timestamp(last_at) AS last_at
      FROM jsonb_to_recordset($1::jsonb) AS s (sub text, client_id text, gid text, day date, read bigint, changed bigint,
        generated bigint, other bigint, refused bigint, routes jsonb, projects jsonb, last_address text, last_at float8)),
    people AS MATERIALIZED (SELECT id FROM accounts WHERE id IN (SELECT account_id FROM sent) ORDER BY id FOR KEY SHARE),
    apps AS MATERIALIZED (SELECT client_id FROM clients WHERE client_id IN (SELECT client_id FROM sent) ORDER BY client_id FOR KEY SHARE)
    INSERT INTO app_usage AS u (account_id, client_id, grant_id, day, read, changed, generated, other, refused, routes, projects, last_address, last_at)
    SELECT account_id, client_id, grant_id, day, read, changed, generated, other, refused, routes,
      ARRAY(SELECT jsonb_array_elements_text(projects)), last_address, last_at
    FROM sent WHERE client_id IN (SELECT client_id FROM apps) AND (account_id = '' OR account_id IN (SELECT id FROM people))
    ORDER BY account_id, client_id, grant_id, day
    ON CONFLICT (account_id, client_id, grant_id, day) DO UPDATE SET ${addedCounts}
    RETURNING 1`,
};

/**
 * Adds entries, each key once, and returns how many were added. Those of accounts and clients that are gone are dropped.
 */
export async function addUsage(trx: Db, entries: readonly UsageEntry[]): Promise<number> {
  return (await trx.run(addStatement, [JSON.stringify(entries)])).length;
}

/** The calls of a day. Numbers are safe integers. */
export interface DailyUsage {
  /** YYYY-MM-DD, in UTC. */
  readonly day: string;
  readonly read: number;
  readonly changed: number;
  readonly generated: number;
  readonly other: number;
  readonly refused: number;
}

export const sums = ['read', 'changed', 'generated', 'other', 'refused']
  .map((kind) => `sum(${kind})::float8 AS ${kind}`)
  .join();
export const dayColumn = `to_char(day, 'YYYY-MM-DD') AS day`;
export const since = `day > (now() AT TIME ZONE 'UTC')::date - 30`;
export const sinceListed = `day > (now() AT TIME ZONE 'UTC')::date - ${listedDays}`;

/** What an app did for one person on one day. */
export interface DailyUsageOfApp extends DailyUsage {
  readonly projects: string[];
  readonly routes: Record<string, number>;
  readonly last_address: string | null;
  readonly last_at: Date;
}

const ofAppStatement: Statement = {
  name: 'usage-of-app',
  text: `SELECT ${dayColumn}, ${sums},
      ARRAY(SELECT DISTINCT p FROM app_usage o, unnest(o.projects) p
        WHERE o.account_id = u.account_id AND o.client_id = u.client_id AND o.day = u.day ORDER BY p) AS projects,
      (SELECT coalesce(jsonb_object_agg(name, total), '{}') FROM (
        SELECT r.key AS name, sum(r.value::bigint) AS total FROM app_usage o, jsonb_each_text(o.routes) r
        WHERE o.account_id = u.account_id AND o.client_id = u.client_id AND o.day = u.day GROUP BY r.key) routes) AS routes,
      (array_agg(last_address ORDER BY last_at DESC))[1] AS last_address, max(last_at) AS last_at
    FROM app_usage u WHERE account_id = $1 AND client_id = $2 AND ${since}
    GROUP BY account_id, client_id, day ORDER BY day DESC`,
};

/** What an app did for an account in the last thirty days, the newest first. Days without calls have no row. */
export async function listUsageOfApp(db: Db, accountId: string, clientId: string): Promise<DailyUsageOfApp[]> {
  return db.run<DailyUsageOfApp>(ofAppStatement, [accountId, clientId]);
}

const ofClientStatement: Statement = {
  name: 'usage-of-client',
  text: `SELECT ${dayColumn}, ${sums}, count(DISTINCT account_id) FILTER (WHERE account_id <> '')::int AS people
    FROM app_usage WHERE client_id = $1 AND ${since} GROUP BY day ORDER BY day DESC`,
};

/** What an app did for everybody in the last thirty days, and for how many people, the newest day first. */
export async function listUsageOfClient(db: Db, clientId: string): Promise<(DailyUsage & { people: number })[]> {
  return db.run<DailyUsage & { people: number }>(ofClientStatement, [clientId]);
}

const everythingStatement: Statement = {
  name: 'usage-of-account',
  text: `SELECT client_id, ${dayColumn}, ${sums}, max(last_at) AS last_at FROM app_usage
    WHERE account_id = $1 GROUP BY client_id, day ORDER BY client_id, day`,
};

/** Everything that is kept about the calls of apps for an account. */
export async function listUsageOfAccount(
  db: Db,
  accountId: string,
): Promise<(DailyUsage & { client_id: string; last_at: Date })[]> {
  return db.run(everythingStatement, [accountId]);
}

const removeOfAccountStatement: Statement = {
  name: 'usage-remove-of-account',
  text: 'DELETE FROM app_usage WHERE account_id = $1',
};

/** Call this with the account locked, so that no report adds to it any more. */
export async function removeUsageOfAccount(trx: Db, accountId: string): Promise<void> {
  await trx.run(removeOfAccountStatement, [accountId]);
}

const purgeStatement: Statement = {
  name: 'usage-purge',
  text: `DELETE FROM app_usage WHERE ctid = ANY (ARRAY(
      SELECT ctid FROM app_usage u
      WHERE day <= (now() AT TIME ZONE 'UTC')::date - ${usageDays + 1} LIMIT $1 FOR UPDATE SKIP LOCKED)) RETURNING 1`,
};

/** Deletes up to `limit` rows that are too old and returns their number. */
export async function purgeUsage(db: Db, limit: number): Promise<number> {
  return (await db.run(purgeStatement, [limit])).length;
}

const purgeReportsStatement: Statement = {
  name: 'usage-reports-purge',
  text: `DELETE FROM usage_reports WHERE ctid = ANY (ARRAY(
      SELECT ctid FROM usage_reports
      WHERE received_at < now() - make_interval(days => ${usageBounds.days + 2}) LIMIT $1 FOR UPDATE SKIP LOCKED)) RETURNING 1`,
};

/** Forgets up to `limit` reports that no gateway sends again and returns their number. */
export async function purgeUsageReports(db: Db, limit: number): Promise<number> {
  return (await db.run(purgeReportsStatement, [limit])).length;
}
