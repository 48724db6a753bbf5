/**
 * API keys of people. A trigger puts every change of a key, and of what its owner may do, on the revocation list
 * (migrations/0060), so no function here has to.
 */
import type { KeyEnvironment } from '../policy/api-keys.ts';
import type { Db, Statement } from './database.ts';

export interface ApiKey {
  readonly id: string;
  readonly account_id: string;
  readonly environment: KeyEnvironment;
  readonly last_four: string;
  readonly name: string;
  readonly scope: readonly string[];
  /** Null for all of them. */
  readonly projects: readonly string[] | null;
  readonly networks: readonly string[] | null;
  /** Null: it does not end. */
  readonly expires_at: Date | null;
  /** The id of the key that it replaces. */
  readonly rotated_from: string | null;
  readonly created_at: Date;
  readonly revoked_at: Date | null;
  /** Up to a minute late, because gateways report uses in batches. */
  readonly last_used_at: Date | null;
  readonly last_used_address: string | null;
}

const columns = `id, account_id, environment, last_four, name, scope, projects, networks, expires_at, rotated_from, created_at,
  revoked_at, last_used_at, last_used_address`;
const works = '(revoked_at IS NULL AND (expires_at IS NULL OR expires_at > clock_timestamp()))';

export type NewApiKey = Omit<ApiKey, 'created_at' | 'revoked_at' | 'last_used_at' | 'last_used_address'> & {
  readonly key_hash: Buffer;
};

const insertStatement: Statement = {
  name: 'api-key-insert',
  text: `INSERT INTO api_keys (id, account_id, environment, last_four, name, scope, projects, networks, expires_at, rotated_from, key_hash)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING ${columns}`,
};

export async function insertApiKey(trx: Db, key: NewApiKey): Promise<ApiKey> {
  const { id, account_id, environment, last_four, name, scope, projects, networks, expires_at, rotated_from } = key;
  const values = [id, account_id, environment, last_four, name, scope, projects, networks, expires_at, rotated_from];
  const [row] = await trx.run<ApiKey>(insertStatement, [...values, key.key_hash]);
  return row as ApiKey;
}

const findStatement: Statement = { name: 'api-key-find', text: `SELECT ${columns} FROM api_keys WHERE id = $1` };

export async function findApiKey(db: Db, id: string): Promise<ApiKey | undefined> {
  const [row] = await db.run<ApiKey>(findStatement, [id]);
  return row;
}

const byHashStatement: Statement = {
  name: 'api-key-by-hash',
  text: `SELECT ${columns} FROM api_keys WHERE key_hash = $1`,
};

export async function findApiKeyByHash(db: Db, keyHash: Buffer): Promise<ApiKey | undefined> {
  const [row] = await db.run<ApiKey>(byHashStatement, [keyHash]);
  return row;
}

const byLastFourStatement: Statement = {
  name: 'api-keys-by-last-four',
  text: `SELECT ${columns} FROM api_keys WHERE last_four = $1 ORDER BY created_at DESC, id LIMIT $2`,
};

/** Strangers' keys may end alike. */
export async function findApiKeysByLastFour(db: Db, lastFour: string, limit: number): Promise<ApiKey[]> {
  return db.run<ApiKey>(byLastFourStatement, [lastFour, limit]);
}

const listStatement: Statement = {
  name: 'api-keys-of-account',
  text: `SELECT ${columns} FROM api_keys WHERE account_id = $1 ORDER BY ${works} DESC, created_at DESC, id LIMIT 1000`,
};

/** Those that work come first, then the newest. Ended keys are listed until they are purged. */
export async function listApiKeys(db: Db, accountId: string): Promise<ApiKey[]> {
  return db.run<ApiKey>(listStatement, [accountId]);
}

const standingStatement: Statement = {
  name: 'api-keys-standing',
  text: `SELECT (SELECT count(*)::integer FROM api_keys WHERE account_id = $1 AND ${works}) AS working,
    (SELECT count(*)::integer FROM api_keys WHERE account_id = $1 AND created_at > now() - interval '1 day') AS made_today,
    EXISTS (SELECT FROM api_keys WHERE account_id = $1 AND rotated_from = $2 AND ${works}) AS replaced`,
};

export interface KeysStanding {
  readonly working: number;
  /** Made within the last 24 hours. */
  readonly made_today: number;
  readonly replaced: boolean;
}

/** How many keys of the account work, and whether one of them replaces the key `id`. Call it under `lockAccount`. */
export async function keysStanding(trx: Db, accountId: string, id: string | null): Promise<KeysStanding> {
  const [row] = await trx.run<KeysStanding>(standingStatement, [accountId, id]);
  return row as KeysStanding;
}

const updateStatement: Statement = {
  name: 'api-key-update',
  text: `UPDATE api_keys SET name = $2, scope = $3, projects = $4, networks = $5, expires_at = $6 WHERE id = $1 RETURNING ${columns}`,
};

/** Call it under `lockAccount`, with all of the key. */
export async function saveApiKey(
  trx: Db,
  {
    id,
    name,
    scope,
    projects,
    networks,
    expires_at,
  }: Pick<ApiKey, 'id' | 'name' | 'scope' | 'projects' | 'networks' | 'expires_at'>,
): Promise<ApiKey> {
  const [row] = await trx.run<ApiKey>(updateStatement, [id, name, scope, projects, networks, expires_at]);
  return row as ApiKey;
}

const endStatement: Statement = {
  name: 'api-key-end',
  text: `UPDATE api_keys SET revoked_at = CASE WHEN $2 = 0 THEN clock_timestamp() END,
      expires_at = CASE WHEN $2 = 0 THEN expires_at ELSE least(expires_at, clock_timestamp() + make_interval(secs => $2)) END
    WHERE id = $1 AND ${works} RETURNING 1`,
};

/** Ends a key after `seconds`, or at once. Returns false if it has ended already. */
export async function endApiKey(trx: Db, id: string, seconds = 0): Promise<boolean> {
  return (await trx.run(endStatement, [id, seconds])).length === 1;
}

/** What gateways may know of a key that works. */
interface WorkingKey extends Pick<ApiKey, 'id' | 'account_id' | 'environment' | 'scope' | 'projects' | 'networks'> {
  /** SHA-256 in base64url. */
  readonly hash: string;
  readonly tier: string;
  /** Epoch seconds with a fraction; null for never. */
  readonly expires_at: number | null;
}

const introspectStatement: Statement = {
  name: 'api-keys-introspect',
  batch: 'read',
  text: `SELECT pg_is_in_recovery() AS standby,
      (SELECT revision FROM clients WHERE client_id = $2 AND status = 'active') AS asker_revision,
      (SELECT coalesce(json_agg(json_build_object('id', k.id, 'account_id', k.account_id, 'environment', k.environment,
          'hash', rtrim(translate(encode(k.key_hash, 'base64'), '+/', '-_'), '='), 'scope', k.scope, 'projects', k.projects, 'networks', k.networks,
          'tier', a.tier, 'expires_at', extract(epoch FROM k.expires_at)::float8)), '[]')
        FROM api_keys k JOIN accounts a ON a.id = k.account_id AND a.status = 'active'
        WHERE k.key_hash = ANY ($1) AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > clock_timestamp())) AS keys`,
};

export interface Introspected {
  readonly keys: readonly WorkingKey[];
  /** The current revision of the client that asks; null if it is gone or disabled. */
  readonly askerRevision: string | null;
  /** A standby may not have received a revocation yet. */
  readonly standby: boolean;
}

/** Returns those of the keys that work, in no order. */
export async function introspectApiKeys(db: Db, hashes: readonly Buffer[], askerId: string): Promise<Introspected> {
  const [row] = await db.run<Omit<Introspected, 'askerRevision'> & { asker_revision: string | null }>(
    introspectStatement,
    [hashes, askerId],
  );
  const { keys = [], asker_revision: askerRevision = null, standby = true } = row ?? {};
  return { keys, askerRevision, standby };
}

export interface KeyUse {
  readonly keyId: string;
  /** Epoch seconds. */
  readonly at: number;
  readonly address: string | null;
}

const usedStatement: Statement = {
  name: 'api-keys-used',
  text: `UPDATE api_keys k SET last_used_at = u.at, last_used_address = coalesce(u.address, k.last_used_address)
    FROM (SELECT id, least(to_timestamp(at), clock_timestamp()) AS at, address FROM unnest($1::text[], $2::float8[], $3::text[]) u(id, at, address)) u
    WHERE k.id = u.id AND (k.last_used_at IS NULL OR k.last_used_at < u.at)`,
};

/** Each key at most once. */
export async function noteApiKeysUsed(db: Db, uses: readonly KeyUse[]): Promise<void> {
  const sorted = uses.toSorted((a, b) => (a.keyId < b.keyId ? -1 : 1));
  await db.run(usedStatement, [
    sorted.map(({ keyId }) => keyId),
    sorted.map(({ at }) => at),
    sorted.map(({ address }) => address),
  ]);
}

// Keys that end soon are few, and the index on the end of keys finds them. A key that was replaced is meant to end, and one that
// was made for a week or less ends as its owner expects. Rows that somebody changes at this moment are left for the next time.
const endingStatement: Statement = {
  name: 'api-keys-ending',
  text: `UPDATE api_keys k SET warned_at = clock_timestamp()
    FROM (SELECT e.id, a.email FROM api_keys e JOIN accounts a ON a.id = e.account_id AND a.status = 'active'
      WHERE (e.revoked_at IS NOT NULL OR e.expires_at IS NOT NULL) AND least(e.revoked_at, e.expires_at) BETWEEN now() AND now() + interval '7 days'
        AND e.revoked_at IS NULL AND e.warned_at IS NULL AND e.created_at < e.expires_at - interval '8 days'
        AND NOT EXISTS (SELECT FROM api_keys s WHERE s.account_id = e.account_id AND s.rotated_from = e.id)
      LIMIT $1 FOR UPDATE OF e SKIP LOCKED FOR KEY SHARE OF a SKIP LOCKED) due
    WHERE k.id = due.id RETURNING k.account_id, k.name, k.environment, k.last_four, k.expires_at, due.email`,
};

export type EndingKey = Pick<ApiKey, 'account_id' | 'name' | 'environment' | 'last_four'> & {
  readonly expires_at: Date;
  readonly email: string;
};

/** Takes up to `limit` keys that end within a week, each once. */
export async function takeEndingKeys(trx: Db, limit: number): Promise<EndingKey[]> {
  return trx.run<EndingKey>(endingStatement, [limit]);
}

/** How long an ended key is listed. */
const keptDays = 90;

const purgeStatement: Statement = {
  name: 'api-keys-purge',
  text: `DELETE FROM api_keys WHERE id IN (SELECT id FROM api_keys
      WHERE (revoked_at IS NOT NULL OR expires_at IS NOT NULL) AND least(revoked_at, expires_at) < now() - interval '${keptDays} days'
      LIMIT $1) RETURNING 1`,
};

export async function purgeApiKeys(db: Db, limit: number): Promise<number> {
  return (await db.run(purgeStatement, [limit])).length;
}
