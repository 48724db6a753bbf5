/** What was done with API keys, by key and day (UTC), as gateways report it. */
import type { KeyUsageEntry } from '../policy/usage.ts';
import {
  addedCounts,
  type DailyUsage,
  type DailyUsageOfApp,
  dayColumn,
  since,
  sinceListed,
  usageDays,
} from './app-usage.ts';
import type { Db, Statement } from './database.ts';

// Keys are locked in the order of their ids, as in app-usage.ts. A key that is gone, or that belongs to somebody else, counts nothing.
// The lock is one that a revocation of the key does not wait for, because a node can stop before it commits.
const addStatement: Statement = {
  name: 'key-usage-add',
  text: `WITH sent AS (
      SELECT sub, key_id, day, read, changed, generated, other, refused, routes, projects, last_address, to_timestamp(last_at) AS last_at
      FROM jsonb_to_recordset($1::jsonb) AS s (sub text, key_id text, day date, read bigint, changed bigint, generated bigint,
        other bigint, refused bigint, routes jsonb, projects jsonb, last_address text, last_at float8)),
    keys AS MATERIALIZED (SELECT id, account_id FROM api_keys WHERE id IN (SELECT key_id FROM sent) ORDER BY id FOR KEY SHARE),
    counted AS (SELECT key_id, day, read, changed, generated, other, refused, routes, projects, last_address, last_at
      FROM sent WHERE (key_id, sub) IN (SELECT id, account_id FROM keys))
    INSERT INTO api_key_usage AS u (key_id, day, read, changed, generated, other, refused, routes, projects, last_address, last_at)
    SELECT key_id, day, read, changed, generated, other, refused, routes,
      ARRAY(SELECT jsonb_array_elements_text(projects)), last_address, last_at
    FROM counted ORDER BY key_id, day
    ON CONFLICT (key_id, day) DO UPDATE SET ${addedCounts}
    RETURNING 1`,
};

/** Adds entries, each key and day once, and returns how many were added. */
export async function addKeyUsage(trx: Db, entries: readonly KeyUsageEntry[]): Promise<number> {
  return (await trx.run(addStatement, [JSON.stringify(entries)])).length;
}

// A key that somebody changes at this moment is left out: its next call is noted.
const lastUseStatement: Statement = {
  name: 'key-usage-last-use',
  text: `WITH sent AS (SELECT DISTINCT ON (key_id, sub) key_id, sub, least(to_timestamp(last_at), clock_timestamp()) AS at, last_address AS address
      FROM jsonb_to_recordset($1::jsonb) AS s (sub text, key_id text, last_at float8, last_address text) ORDER BY key_id, sub, last_at DESC),
    keys AS MATERIALIZED (SELECT id, account_id FROM api_keys WHERE id IN (SELECT key_id FROM sent) FOR NO KEY UPDATE SKIP LOCKED)
    UPDATE api_keys k SET last_used_at = u.at, last_used_address = coalesce(u.address, k.last_used_address)
    FROM sent u JOIN keys ON keys.id = u.key_id AND keys.account_id = u.sub
    WHERE k.id = keys.id AND (k.last_used_at IS NULL OR k.last_used_at < u.at)`,
};

/** Notes the last call with each key, unless a later one is known. Lists of keys read it from the keys. */
export async function noteLastUses(db: Db, entries: readonly KeyUsageEntry[]): Promise<void> {
  await db.run(lastUseStatement, [JSON.stringify(entries)]);
}

const counts = ['read', 'changed', 'generated', 'other', 'refused'].map((kind) => `${kind}::float8 AS ${kind}`).join();

const ofKeyStatement: Statement = {
  name: 'usage-of-key',
  text: `SELECT ${dayColumn}, ${counts}, projects, routes, last_address, last_at
    FROM api_key_usage WHERE key_id = $1 AND ${since} ORDER BY day DESC`,
};

/** What was done with a key in the last thirty days, the newest first. Days without calls have no row. */
export async function listUsageOfKey(db: Db, keyId: string): Promise<DailyUsageOfApp[]> {
  return db.run<DailyUsageOfApp>(ofKeyStatement, [keyId]);
}

const ofKeysStatement: Statement = {
  name: 'usage-of-keys',
  text: `SELECT key_id AS id, ${dayColumn}, ${counts} FROM api_key_usage u JOIN api_keys k ON k.id = u.key_id
    WHERE k.account_id = $1 AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now()) AND ${sinceListed}
    ORDER BY day`,
};

type UsageOfListedKey = DailyUsage & { readonly id: string };

/** What was done with each key of an account that works, on the days that a list of keys shows, the oldest first. */
export async function listUsageOfKeys(db: Db, accountId: string): Promise<UsageOfListedKey[]> {
  return db.run<UsageOfListedKey>(ofKeysStatement, [accountId]);
}

const ofAccountStatement: Statement = {
  name: 'key-usage-of-account',
  text: `SELECT key_id, ${dayColumn}, ${counts}, u.projects, routes, last_address, last_at
    FROM api_key_usage u JOIN api_keys k ON k.id = u.key_id WHERE k.account_id = $1 ORDER BY key_id, day`,
};

/** Everything that is kept about the calls with an account's keys. */
export async function listKeyUsageOfAccount(
  db: Db,
  accountId: string,
): Promise<(DailyUsageOfApp & { key_id: string })[]> {
  return db.run(ofAccountStatement, [accountId]);
}

const purgeStatement: Statement = {
  name: 'key-usage-purge',
  text: `DELETE FROM api_key_usage WHERE ctid = ANY (ARRAY(
      SELECT ctid FROM api_key_usage
      WHERE day <= (now() AT TIME ZONE 'UTC')::date - ${usageDays + 1} LIMIT $1 FOR UPDATE SKIP LOCKED)) RETURNING 1`,
};

/** Deletes up to `limit` rows that are too old and returns their number. */
export async function purgeKeyUsage(db: Db, limit: number): Promise<number> {
  return (await db.run(purgeStatement, [limit])).length;
}
