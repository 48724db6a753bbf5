/**
 * Finishing an interaction, which only one request may do: it takes the row, completes the authorization, and replaces the
 * row with the resulting redirect, for a browser that asks again. All nodes share the rows. Interactions are artifacts.
 */
import { type AccountFacts, accountFactsColumn } from './account-facts.ts';
import type { StoredArtifact } from './artifacts.ts';
import type { Db, Statement } from './database.ts';

const takeStatement: Statement = {
  name: 'interaction-take',
  batch: 'write',
  text: `WITH taken AS (
      UPDATE artifacts SET consumed_at = clock_timestamp()
      WHERE model = 'Interaction' AND id_hash = $1 AND consumed_at IS NULL AND expires_at > now()
      RETURNING payload, account_id
    )
    SELECT t.payload, false AS consumed, CASE WHEN a.id IS NOT NULL THEN ${accountFactsColumn} END AS account
    FROM taken t LEFT JOIN accounts a ON a.id = t.account_id AND a.status = 'active'`,
};

/** Takes the interaction for this request. Returns undefined if it has ended or another request has taken it. */
export async function takeInteraction(db: Db, idHash: Buffer): Promise<StoredArtifact | undefined> {
  const [row] = await db.run<{ payload: Buffer; consumed: boolean; account: AccountFacts | null }>(takeStatement, [
    idHash,
  ]);
  return row;
}

const releaseStatement: Statement = {
  name: 'interaction-release',
  batch: 'write',
  text: `UPDATE artifacts SET consumed_at = NULL WHERE model = 'Interaction' AND id_hash = $1`,
};

/** Gives back an interaction that was taken but not finished. */
export async function releaseInteraction(db: Db, idHash: Buffer): Promise<void> {
  await db.run(releaseStatement, [idHash]);
}

const answerStatement: Statement = {
  name: 'interaction-answer',
  batch: 'write',
  text: `UPDATE artifacts SET model = 'Answer', payload = $2, account_id = NULL, grant_id = NULL,
      expires_at = clock_timestamp() + interval '30 seconds'
    WHERE model = 'Interaction' AND id_hash = $1`,
};

/** Replaces an interaction that was taken with a sealed answer, for 30 seconds. */
export async function answerInteraction(db: Db, idHash: Buffer, sealed: Buffer): Promise<void> {
  await db.run(answerStatement, [idHash, sealed]);
}

const findStatement: Statement = {
  name: 'interaction-answer-find',
  batch: 'read',
  text: `SELECT CASE WHEN model = 'Answer' THEN payload END AS sealed FROM artifacts
    WHERE model IN ('Answer', 'Interaction') AND id_hash = $1 AND consumed_at IS NOT NULL AND expires_at > now()`,
};

/** Returns the sealed answer; null while the request that took the interaction is running; undefined if there is neither. */
export async function findAnswer(db: Db, idHash: Buffer): Promise<Buffer | null | undefined> {
  const [row] = await db.run<{ sealed: Buffer | null }>(findStatement, [idHash]);
  return row?.sealed;
}
