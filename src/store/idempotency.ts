/** Responses that are replayed to repeated requests with the same key. They are written in the caller's transaction. */
import type { Db, Statement } from './database.ts';

export interface RequestKey {
  readonly clientId: string;
  readonly keyHash: Buffer;
}

export interface EarlierRequest {
  readonly request_mac: Buffer;
  /** Sealed. */
  readonly answer: Buffer | null;
}

const claimStatement: Statement = {
  name: 'idempotent-claim',
  text: `INSERT INTO idempotent_requests AS r (client_id, key_hash, request_mac, expires_at)
    VALUES ($1, $2, $3, clock_timestamp() + make_interval(secs => $4))
    ON CONFLICT (client_id, key_hash) DO UPDATE
      SET request_mac = excluded.request_mac, answer = NULL, expires_at = excluded.expires_at
      WHERE r.expires_at <= clock_timestamp()
    RETURNING 1`,
};
const findStatement: Statement = {
  name: 'idempotent-find',
  text: 'SELECT request_mac, answer FROM idempotent_requests WHERE client_id = $1 AND key_hash = $2',
};

const findKeptStatement: Statement = {
  name: 'idempotent-find-kept',
  text: `SELECT request_mac, answer FROM idempotent_requests
    WHERE client_id = $1 AND key_hash = $2 AND expires_at > clock_timestamp()`,
};

/** Returns the earlier request with this key that is committed and not expired. */
export async function findRequestWithKey(
  db: Db,
  { clientId, keyHash }: RequestKey,
): Promise<EarlierRequest | undefined> {
  const [row] = await db.run<EarlierRequest>(findKeptStatement, [clientId, keyHash]);
  return row;
}

/**
 * Claims the key until the transaction ends, waiting for another transaction that holds it. Returns the earlier request
 * if the key was used before.
 */
export async function claimRequestKey(
  trx: Db,
  { clientId, keyHash }: RequestKey,
  requestMac: Buffer,
  ttlSeconds: number,
): Promise<EarlierRequest | undefined> {
  if ((await trx.run(claimStatement, [clientId, keyHash, requestMac, ttlSeconds])).length > 0) return undefined;
  const [row] = await trx.run<EarlierRequest>(findStatement, [clientId, keyHash]);
  return row;
}

const keepStatement: Statement = {
  name: 'idempotent-keep',
  text: 'UPDATE idempotent_requests SET answer = $3 WHERE client_id = $1 AND key_hash = $2',
};

export async function keepAnswer(trx: Db, { clientId, keyHash }: RequestKey, sealed: Buffer): Promise<void> {
  await trx.run(keepStatement, [clientId, keyHash, sealed]);
}

const forgetStatement: Statement = {
  name: 'idempotent-forget',
  text: 'DELETE FROM idempotent_requests WHERE client_id = $1',
};

/** Deletes the responses of a client, so that a later client with the same client_id does not receive them. */
export async function forgetRequestsOf(trx: Db, clientId: string): Promise<void> {
  await trx.run(forgetStatement, [clientId]);
}

const purgeStatement: Statement = {
  name: 'idempotent-purge',
  text: `DELETE FROM idempotent_requests WHERE (client_id, key_hash) IN (
      SELECT client_id, key_hash FROM idempotent_requests WHERE expires_at < now() LIMIT $1 FOR UPDATE SKIP LOCKED) RETURNING 1`,
};

/** Deletes up to `limit` expired responses and returns their number. */
export async function purgeIdempotentRequests(db: Db, limit: number): Promise<number> {
  return (await db.run(purgeStatement, [limit])).length;
}
