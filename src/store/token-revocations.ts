/**
 * Revocations of access tokens that have not expired. JWTs themselves are never stored. An entry names a token (`jti`), a
 * token family (`gid`) or a client (`client_id`), and is kept as long as such a token could be valid.
 */
import { AppError } from '../errors.ts';
import type { ProjectDetails } from '../policy/project-details.ts';
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
  name: 'token-and-origin-is-live',
  batch: 'read',
  text: `SELECT NOT EXISTS (SELECT 1 FROM token_revocation
        WHERE value IN ($1, $2, $3) AND (kind, value) IN (('jti', $1), ('gid', $2), ('client_id', $3))
          AND (expires_at IS NULL OR expires_at > now()))
      AND ($5::text[] IS NULL OR NOT EXISTS (SELECT 1 FROM token_revocation
        WHERE value = ANY ($5 || $6) AND (kind = 'jti' AND value = ANY ($5) OR kind = 'client_id' AND value = ANY ($6))
          AND (expires_at IS NULL OR expires_at > now())))
      AND ($2::text IS NULL OR g.id IS NOT NULL) AS live,
    g.generation, g.branch, g.current_used AS used, g.client_id AS origin, g.authorization_details AS details,
    (SELECT revision FROM clients WHERE client_id = $3) AS revision,
    (SELECT revision FROM clients WHERE client_id = $4) AS asker_revision,
    (SELECT revision FROM clients WHERE client_id = g.client_id) AS origin_revision,
    pg_is_in_recovery() AS standby
    FROM (VALUES (1)) one LEFT JOIN grants g ON g.id = $2 AND g.account_id = $7`,
};

export interface LiveToken {
  /** The current revisions of the token's client, and of the client that asks. */
  readonly revision: string;
  readonly askerRevision: string | null;
  /** The client that the person has allowed, if another one has the token by exchange. */
  readonly origin?: { readonly clientId: string; readonly revision: string };
  /** The projects of its grant; null if they are not limited. */
  readonly details: ProjectDetails | null;
  /** Whether its use must be noted (`noteUse`). */
  readonly isFirstUse: boolean;
}

/**
 * Returns undefined if the token, its grant or its client was deleted or revoked, or a fork has replaced the answer that it
 * came with. `issued` is the position of the refresh token that it came with. An exchanged token is revoked too if one of
 * `ancestors`, the ids of tokens, or of `actors`, client ids, is. Throws if the database is a standby, which may not have
 * received a revocation yet.
 */
export async function findLiveToken(
  db: Db,
  token: {
    jti: string;
    gid?: string | undefined;
    /** Its subject: the account of the grant, if it has one. */
    accountId: string;
    issued: Position;
    clientId: string;
    askerId?: string | undefined;
    ancestors?: readonly string[];
    actors?: readonly string[];
  },
): Promise<LiveToken | undefined> {
  const { ancestors = [], actors = [] } = token;
  const isExchanged = ancestors.length + actors.length > 0;
  const values = [
    token.jti,
    token.gid ?? null,
    token.clientId,
    token.askerId ?? null,
    ...(isExchanged ? [ancestors, actors] : [null, null]),
    token.accountId,
  ];
  const [row] = await db.run<{
    live: boolean;
    standby: boolean;
    revision: string | null;
    asker_revision: string | null;
    origin: string | null;
    origin_revision: string | null;
    generation: number | null;
    branch: number;
    used: boolean;
    details: ProjectDetails | null;
  }>(isLiveStatement, values);
  if (row?.standby) throw new AppError('unavailable', 'Token revocations can’t be read from a standby');
  if (!row?.live || row.revision === null) return undefined;
  const use = row.generation === null ? 'later' : accessTokenUse({ ...row, generation: row.generation }, token.issued);
  if (use === 'replaced') return undefined;
  const { revision, asker_revision: askerRevision, origin: clientId, origin_revision: originRevision } = row;
  const origin =
    clientId !== null && originRevision !== null && clientId !== token.clientId
      ? { origin: { clientId, revision: originRevision } }
      : {};
  return { revision, askerRevision, details: row.details, isFirstUse: use === 'first', ...origin };
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
