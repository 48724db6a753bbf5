/** Browsers that are at another provider. Each row is taken by the answer, once on all nodes. */
import type { Db, Statement } from './database.ts';

export interface UpstreamSignIn {
  /** The uid of the authorization that the person signs in for. */
  readonly interaction: string | null;
  /** Whose account the identity is to be connected to; null for a sign-in. */
  readonly accountId: string | null;
  readonly sealed: Buffer;
}

interface Key {
  readonly idHash: Buffer;
  readonly upstream: string;
  readonly browserHash: Buffer;
}

const insertStatement: Statement = {
  name: 'upstream-sign-in-insert',
  text: `INSERT INTO upstream_sign_ins (id_hash, upstream, browser_hash, purpose, interaction, account_id, sealed, expires_at)
    VALUES ($1, $2, $3, CASE WHEN $5::text IS NULL THEN 'sign-in' ELSE 'connect' END, $4, $5, $6,
      clock_timestamp() + $7 * interval '1 second')`,
};

export async function insertUpstreamSignIn(
  db: Db,
  { idHash, upstream, browserHash, interaction, accountId, sealed }: Key & UpstreamSignIn,
  ttlSeconds: number,
): Promise<void> {
  await db.run(insertStatement, [idHash, upstream, browserHash, interaction, accountId, sealed, ttlSeconds]);
}

const takeStatement: Statement = {
  name: 'upstream-sign-in-take',
  text: `DELETE FROM upstream_sign_ins WHERE id_hash = $1 AND upstream = $2 AND browser_hash = $3 AND expires_at > now()
    RETURNING interaction, account_id AS "accountId", sealed`,
};

/** Ends it and returns it. Undefined if it is over, or is of another browser or provider: then it stays. */
export async function takeUpstreamSignIn(
  db: Db,
  { idHash, upstream, browserHash }: Key,
): Promise<UpstreamSignIn | undefined> {
  const [row] = await db.run<UpstreamSignIn>(takeStatement, [idHash, upstream, browserHash]);
  return row;
}

const purgeStatement: Statement = {
  name: 'upstream-sign-ins-purge',
  text: `DELETE FROM upstream_sign_ins WHERE id_hash IN (
      SELECT id_hash FROM upstream_sign_ins WHERE expires_at < now() LIMIT $1 FOR UPDATE SKIP LOCKED) RETURNING 1`,
};

/** Deletes up to `limit` expired rows and returns their number. */
export async function purgeUpstreamSignIns(db: Db, limit: number): Promise<number> {
  return (await db.run(purgeStatement, [limit])).length;
}
