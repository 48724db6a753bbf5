/** Answers that are given again to a repeated request with the same key. They stand and fall with the caller's transaction. */
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

/**
 * Takes the key until the transaction ends, waiting for whoever holds it. Returns the earlier request when the key has
 * served already.
 */
export async function claimRequestKey(
  trx: Db,
  { clientId, keyHash }: RequestKey,
  requestMac: Buffer,
  seconds: number,
): Promise<EarlierRequest | undefined> {
  if ((await trx.run(claimStatement, [clientId, keyHash, requestMac, seconds])).length > 0) return undefined;
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

/** Whoever gets the same client_id later must not be answered with what was this client's. */
export async function forgetRequestsOf(trx: Db, clientId: string): Promise<void> {
  await trx.run(forgetStatement, [clientId]);
}

const purgeStatement: Statement = {
  name: 'idempotent-purge',
  text: `DELETE FROM idempotent_requests WHERE (client_id, key_hash) IN (
      SELECT client_id, key_hash FROM idempotent_requests WHERE expires_at < now() LIMIT $1 FOR UPDATE SKIP LOCKED) RETURNING 1`,
};

/** Deletes up to `limit` answers that are no longer given; returns how many. */
export async function purgeIdempotentRequests(db: Db, limit: number): Promise<number> {
  return (await db.run(purgeStatement, [limit])).length;
}
