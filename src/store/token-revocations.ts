/**
 * Revocations of access tokens that have not expired. JWTs themselves are never stored. An entry names a token (`jti`), a
 * token family (`gid`) or a client (`client_id`), and is kept as long as such a token could be valid.
 */
import { AppError } from '../errors.ts';
import { accessTokenUse, type Position } from '../policy/refresh.ts';
import type { Db, Statement } from './database.ts';
import type { RevocationKind } from './schema.ts';

const revokeStatement: Statement = { name: 'token-revoke', text: 'SELECT revoke_token($1, $2, to_timestamp($3))' };

/** Revokes until `expiresAt` (epoch seconds); null means forever. */
export async function revokeToken(
  db: Db,
  kind: RevocationKind,
  value: string,
  expiresAt: number | null,
): Promise<void> {
  await db.run(revokeStatement, [kind, [value], expiresAt]);
}

const isLiveStatement: Statement = {
  name: 'token-is-live',
  text: `SELECT NOT EXISTS (SELECT 1 FROM token_revocation
        WHERE value IN ($1, $2, $3) AND (kind, value) IN (('jti', $1), ('gid', $2), ('client_id', $3))
          AND (expires_at IS NULL OR expires_at > now()))
      AND ($2::text IS NULL OR g.id IS NOT NULL) AS live,
    g.generation, g.branch, g.current_used AS used,
    (SELECT revision FROM clients WHERE client_id = $3) AS revision,
    (SELECT revision FROM clients WHERE client_id = $4) AS asker_revision,
    pg_is_in_recovery() AS standby
    FROM (VALUES (1)) one LEFT JOIN grants g ON g.id = $2`,
};

/**
 * Returns undefined if the token, its grant or its client was deleted or revoked, or a fork has replaced the answer that it
 * came with; otherwise the current revisions of its client and of the client that asks, and whether its use must be noted
 * (`noteUse`). `issued` is the position of the refresh token that it came with. Throws if the database is a standby, which may not have received a revocation yet.
 */
export async function findLiveToken(
  db: Db,
  token: { jti: string; gid?: string; issued: Position; clientId: string; askerId?: string },
): Promise<{ revision: string; askerRevision: string | null; isFirstUse: boolean } | undefined> {
  const values = [token.jti, token.gid ?? null, token.clientId, token.askerId ?? null];
  const [row] = await db.run<{
    live: boolean;
    standby: boolean;
    revision: string | null;
    asker_revision: string | null;
    generation: number | null;
    branch: number;
    used: boolean;
  }>(isLiveStatement, values);
  if (row?.standby) throw new AppError('unavailable', 'Token revocations can’t be read from a standby');
  if (!row?.live || row.revision === null) return undefined;
  const use = row.generation === null ? 'later' : accessTokenUse({ ...row, generation: row.generation }, token.issued);
  if (use === 'replaced') return undefined;
  return { revision: row.revision, askerRevision: row.asker_revision, isFirstUse: use === 'first' };
}

// An entry stays until it is in the list. It may lift an earlier one, and if readers pass its number before this commits, they
// never learn that it is gone.
const purgeStatement: Statement = {
  name: 'token-revocations-purge-settled',
  text: `WITH gone AS (DELETE FROM token_revocation WHERE seq IN (
        SELECT t.seq FROM token_revocation t, revocation_list l WHERE t.expires_at < now() AND t.seq <= l.through
          AND NOT is_unsettled(t.written_by, l.as_of) AND t.seq <> ALL (l.skipped)
          LIMIT $1 FOR UPDATE OF t SKIP LOCKED) RETURNING seq),
      noted AS (INSERT INTO settings AS s SELECT 'feed_purged', max(seq)::text FROM gone HAVING count(*) > 0
        ON CONFLICT (name) DO UPDATE SET value = greatest(s.value::bigint, excluded.value::bigint)::text)
    SELECT seq FROM gone`,
};

/**
 * Deletes up to `limit` expired entries and returns their number; those that are not settled stay. The same statement records
 * the highest purged seq: readers of the feed whose cursor is before it get a new snapshot.
 */
export async function purgeTokenRevocations(db: Db, limit: number): Promise<number> {
  return (await db.run(purgeStatement, [limit])).length;
}
