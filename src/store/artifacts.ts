/**
 * The engine's short-lived things that are found by a secret id and nothing else: interactions, pushed authorization
 * requests (RFC 9126), device codes, replay marks, registration tokens. Ids are hashes, payloads sealed.
 */
import { type AccountFacts, accountFactsColumn } from './account-facts.ts';
import type { Db, Statement } from './database.ts';
import { sha256 } from './sealer.ts';

export interface StoredArtifact {
  readonly payload: Buffer;
  readonly consumed: boolean;
  /** The account of a finished sign-in that waits in it, if it is active. */
  readonly account: AccountFacts | null;
}

export interface ArtifactWrite {
  readonly model: string;
  readonly idHash: Buffer;
  readonly payload: Buffer;
  readonly grantId: string | null;
  readonly accountId: string | null;
  /** A second way to find it: the hash of a user code or uid. */
  readonly lookupHash: Buffer | null;
  /** Epoch seconds. */
  readonly expiresAt: number;
}

const select = `SELECT f.payload, f.consumed_at IS NOT NULL AS consumed,
    CASE WHEN a.id IS NOT NULL THEN ${accountFactsColumn} END AS account
  FROM artifacts f LEFT JOIN accounts a ON a.id = f.account_id AND a.status = 'active'
  WHERE f.expires_at > now() AND f.model = $1`;
const findStatement: Statement = { name: 'artifact-find', text: `${select} AND f.id_hash = $2` };
const findByLookupStatement: Statement = { name: 'artifact-find-by-lookup', text: `${select} AND f.lookup_hash = $2` };

export async function findArtifact(db: Db, model: string, idHash: Buffer): Promise<StoredArtifact | undefined> {
  const [row] = await db.run<StoredArtifact>(findStatement, [model, idHash]);
  return row;
}

export async function findArtifactByLookup(
  db: Db,
  model: string,
  lookupHash: Buffer,
): Promise<StoredArtifact | undefined> {
  const [row] = await db.run<StoredArtifact>(findByLookupStatement, [model, lookupHash]);
  return row;
}

const columns =
  '(model, id_hash, payload, grant_id, account_id, lookup_hash, expires_at) VALUES ($1, $2, $3, $4, $5, $6, to_timestamp($7))';
const upsertStatement: Statement = {
  name: 'artifact-upsert',
  text: `INSERT INTO artifacts ${columns} ON CONFLICT (model, id_hash) DO UPDATE SET payload = excluded.payload,
      grant_id = excluded.grant_id, account_id = excluded.account_id, lookup_hash = excluded.lookup_hash, expires_at = excluded.expires_at`,
};
const insertOwnedStatement: Statement = {
  name: 'artifact-insert-owned',
  text: `WITH crowd AS (
      SELECT model, id_hash FROM artifacts WHERE owner = $8 AND model = $1 AND consumed_at IS NULL
      ORDER BY expires_at DESC OFFSET $9
    ), room AS (
      DELETE FROM artifacts WHERE (model, id_hash) IN (
        SELECT f.model, f.id_hash FROM artifacts f JOIN crowd USING (model, id_hash) FOR UPDATE OF f SKIP LOCKED)
    )
    INSERT INTO artifacts (model, id_hash, payload, grant_id, account_id, lookup_hash, expires_at, owner)
    SELECT $1, $2, $3, $4, $5, $6, to_timestamp($7), $8
    WHERE NOT EXISTS (SELECT FROM artifacts WHERE model = 'Answer' AND id_hash = $2)
    ON CONFLICT (model, id_hash) DO NOTHING`,
};

/**
 * Stores it once, and makes room first: of its kind the owner keeps the youngest `most` at a time. What is being used is
 * not touched, and an interaction that has become its answer is not begun again.
 */
export async function insertOwnedArtifact(
  db: Db,
  artifact: ArtifactWrite,
  { owner, most }: { owner: string; most: number },
): Promise<void> {
  await db.run(insertOwnedStatement, [...values(artifact), sha256(owner), most - 1]);
}

const insertStatement: Statement = {
  name: 'artifact-insert',
  text: `INSERT INTO artifacts ${columns} ON CONFLICT (model, id_hash) DO NOTHING RETURNING 1`,
};

export async function upsertArtifact(db: Db, artifact: ArtifactWrite): Promise<void> {
  await db.run(upsertStatement, values(artifact));
}

const updateStatement: Statement = {
  name: 'artifact-update',
  text: `UPDATE artifacts SET payload = $3, grant_id = $4, account_id = $5, lookup_hash = $6, expires_at = to_timestamp($7)
    WHERE model = $1 AND id_hash = $2 AND (consumed_at IS NULL OR $8)`,
};

/** Saves again what was read. What was removed in the meantime, or used up by another request, does not come back. */
export async function updateArtifact(db: Db, artifact: ArtifactWrite, { own }: { own: boolean }): Promise<void> {
  await db.run(updateStatement, [...values(artifact), own]);
}

/** Stores it once. False when it is there already: a replay. */
export async function insertArtifact(db: Db, artifact: ArtifactWrite): Promise<boolean> {
  return (await db.run(insertStatement, values(artifact))).length === 1;
}

function values(artifact: ArtifactWrite): unknown[] {
  const { model, idHash, payload, grantId, accountId, lookupHash, expiresAt } = artifact;
  return [model, idHash, payload, grantId, accountId, lookupHash, expiresAt];
}

const consumeStatement: Statement = {
  name: 'artifact-consume',
  text: `UPDATE artifacts SET consumed_at = clock_timestamp() WHERE model = $1 AND id_hash = $2 AND consumed_at IS NULL RETURNING 1`,
};

/** Uses it up. False when another caller did so before, or it is gone. */
export async function consumeArtifact(db: Db, model: string, idHash: Buffer): Promise<boolean> {
  return (await db.run(consumeStatement, [model, idHash])).length === 1;
}

const releaseStatement: Statement = {
  name: 'artifact-release',
  text: 'UPDATE artifacts SET consumed_at = NULL WHERE model = $1 AND id_hash = $2',
};

/** Whoever used it up was refused: it can be used again. */
export async function releaseArtifact(db: Db, model: string, idHash: Buffer): Promise<void> {
  await db.run(releaseStatement, [model, idHash]);
}

const removeStatement: Statement = {
  name: 'artifact-remove',
  text: 'DELETE FROM artifacts WHERE model = $1 AND id_hash = $2',
};

export async function removeArtifact(db: Db, model: string, idHash: Buffer): Promise<void> {
  await db.run(removeStatement, [model, idHash]);
}

const purgeStatement: Statement = {
  name: 'artifacts-purge',
  text: `DELETE FROM artifacts WHERE (model, id_hash) IN (
      SELECT model, id_hash FROM artifacts WHERE expires_at < now() LIMIT $1 FOR UPDATE SKIP LOCKED) RETURNING 1`,
};

/** Deletes up to `limit` expired artifacts; returns how many. */
export async function purgeArtifacts(db: Db, limit: number): Promise<number> {
  return (await db.run(purgeStatement, [limit])).length;
}
