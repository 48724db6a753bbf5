/**
 * The engine's short-lived objects that are found only by a secret id: interactions, pushed authorization requests
 * (RFC 9126), replay marks, registration tokens. Ids are stored as hashes and payloads are sealed.
 */
import { type AccountFacts, accountFactsColumn } from './account-facts.ts';
import type { Db, Statement } from './database.ts';
import type { Parameters } from './parameters.ts';
import { sha256 } from './sealer.ts';

export interface StoredArtifact {
  readonly payload: Buffer;
  readonly consumed: boolean;
  /** The account whose finished sign-in the artifact holds, if that account is active. */
  readonly account: AccountFacts | null;
}

export interface ArtifactWrite {
  readonly model: string;
  readonly idHash: Buffer;
  readonly payload: Buffer;
  readonly grantId: string | null;
  readonly accountId: string | null;
  /** The hash of a second key, a uid. */
  readonly lookupHash: Buffer | null;
  /** Epoch seconds. */
  readonly expiresAt: number;
}

const select = `SELECT f.payload, f.consumed_at IS NOT NULL AS consumed,
    CASE WHEN a.id IS NOT NULL THEN ${accountFactsColumn} END AS account
  FROM artifacts f LEFT JOIN accounts a ON a.id = f.account_id AND a.status = 'active'
  WHERE f.expires_at > now() AND f.model = $1`;
const findStatement: Statement = { name: 'artifact-find', batch: 'read', text: `${select} AND f.id_hash = $2` };
const findByLookupStatement: Statement = {
  name: 'artifact-find-by-lookup',
  batch: 'read',
  text: `${select} AND f.lookup_hash = $2`,
};

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
  batch: 'write',
  rowAt: 1,
  text: `INSERT INTO artifacts ${columns} ON CONFLICT (model, id_hash) DO UPDATE SET payload = excluded.payload,
      grant_id = excluded.grant_id, account_id = excluded.account_id, lookup_hash = excluded.lookup_hash, expires_at = excluded.expires_at`,
};
/**
 * A part of a statement that deletes what an owner has of a model beyond the newest `kept`, except rows that are locked. It is
 * written so that there is one way to run it: the owner's index, and then the rows by their place. After most rows were purged,
 * the planner believes that the table is empty, and would otherwise repeat the inner query for each row of it.
 */
export function makeRoom(names: { model: string; owner: string; kept: string; others?: string }): string {
  const { model, owner, kept, others = '' } = names;
  return `room AS (
      DELETE FROM artifacts WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM artifacts WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM artifacts WHERE owner = ${owner} AND model || '' = ${model} AND consumed_at IS NULL ${others}
          ORDER BY expires_at DESC OFFSET ${kept}))
        FOR UPDATE SKIP LOCKED))
    )`;
}

const insertOwnedStatement: Statement = {
  name: 'artifact-insert-owned',
  batch: 'write',
  rowAt: 1,
  text: `WITH ${makeRoom({ model: '$1', owner: '$8', kept: '$9' })}
    INSERT INTO artifacts (model, id_hash, payload, grant_id, account_id, lookup_hash, expires_at, owner)
    VALUES ($1, $2, $3, $4, $5, $6, to_timestamp($7), $8) ON CONFLICT (model, id_hash) DO NOTHING RETURNING 1`,
};

/**
 * Inserts the artifact and keeps only the owner's newest `limit` of this model. Rows that another request has locked
 * are not deleted. Returns false if the artifact already exists, which means a replay.
 */
export async function insertOwnedArtifact(
  db: Db,
  artifact: ArtifactWrite,
  { owner, limit }: { owner: string; limit: number },
): Promise<boolean> {
  return (await db.run(insertOwnedStatement, [...values(artifact), sha256(owner), limit - 1])).length === 1;
}

const insertStatement: Statement = {
  name: 'artifact-insert',
  batch: 'write',
  rowAt: 1,
  text: `INSERT INTO artifacts ${columns} ON CONFLICT (model, id_hash) DO NOTHING RETURNING 1`,
};

export async function upsertArtifact(db: Db, artifact: ArtifactWrite): Promise<void> {
  await db.run(upsertStatement, values(artifact));
}

/** Inserts the artifact. Returns false if it already exists, which means a replay. */
export async function insertArtifact(db: Db, artifact: ArtifactWrite): Promise<boolean> {
  return (await db.run(insertStatement, values(artifact))).length === 1;
}

function values(artifact: ArtifactWrite): unknown[] {
  const { model, idHash, payload, grantId, accountId, lookupHash, expiresAt } = artifact;
  return [model, idHash, payload, grantId, accountId, lookupHash, expiresAt];
}

/** A part of a statement that consumes an artifact, if it exists and was not consumed before. */
export function consumeArtifactSql({ add }: Parameters, model: string, idHash: Buffer): string {
  return `UPDATE artifacts SET consumed_at = statement_timestamp() WHERE model = ${add(model)} AND id_hash = ${add(idHash)} AND consumed_at IS NULL`;
}

const removeStatement: Statement = {
  name: 'artifact-remove',
  batch: 'write',
  rowAt: 1,
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

/** Deletes up to `limit` expired artifacts and returns their number. */
export async function purgeArtifacts(db: Db, limit: number): Promise<number> {
  return (await db.run(purgeStatement, [limit])).length;
}
