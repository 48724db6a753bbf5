/**
 * A grant is one authorization on one device together with its refresh token family, in one row. The engine's Grant and
 * RefreshToken are two views of that row. Nothing is stored per token, so refreshing never grows a table.
 */
import type { ProjectDetails } from '../policy/project-details.ts';
import type { FamilyState, Position } from '../policy/refresh.ts';
import { type AccountFacts, accountFactsColumn } from './account-facts.ts';
import type { Db, Statement } from './database.ts';

/** A token family with what a decision about it needs. Times are by the database's clock. */
export interface Family extends GrantOwner, FamilyState {
  /** The payload of the first refresh token, without identifiers. */
  readonly refresh_payload: Record<string, unknown>;
  readonly issued_at: Date;
  readonly refresh_expires_at: Date;
  /** When the family was read, in epoch seconds: the moment at which a token of it was presented. */
  readonly readAt: number;
  /** The leeway of the client, in seconds; null for that of the server. */
  readonly leeway: number | null;
}

export interface GrantOwner {
  readonly grant_id: string;
  readonly client_id: string;
  readonly account_id: string;
  readonly grant_payload: Record<string, unknown>;
  readonly grant_expires_at: Date;
  /** When the authorization ends, as the person chose; null if only they end it. */
  readonly ends_at: Date | null;
  /** The projects that its tokens are limited to; null: none. */
  readonly authorization_details: ProjectDetails | null;
  readonly account: AccountFacts;
  /** The client's current revision. A cached client with another revision must be read again. */
  readonly client_revision: string;
}

/** Columns and joins of `GrantOwner`, for statements in which `g` is the alias of `grants`. */
export const grantOwnerColumns = `g.id AS grant_id, g.client_id, g.account_id, g.payload AS grant_payload, least(g.expires_at, g.ends_at) AS grant_expires_at, g.ends_at, g.authorization_details,
  ${accountFactsColumn} AS account, c.revision AS client_revision`;
export const activeOwners = `JOIN accounts a ON a.id = g.account_id AND a.status = 'active'
  JOIN clients c ON c.client_id = g.client_id AND c.status = 'active'`;

/**
 * A statement on one grant begins with it: a distributed database fetches that row and joins the rest where accounts and clients
 * are, instead of sending those tables to the grants.
 */
export const grantRow = (condition: string) => `g AS MATERIALIZED (
    SELECT id, client_id, account_id, payload, refresh_payload, issued_at, rotated_at, refresh_expires_at, expires_at, ends_at,
      authorization_details, generation, branch, predecessor_branch, current_used FROM grants WHERE ${condition})`;

const familyOf = (condition: string) => `WITH ${grantRow(condition)}
    SELECT ${grantOwnerColumns}, g.refresh_payload, g.issued_at, least(g.refresh_expires_at, g.ends_at) AS refresh_expires_at, c.refresh_token_leeway AS leeway,
      g.generation, g.branch, g.predecessor_branch AS "predecessorBranch", g.current_used AS used,
      extract(epoch FROM g.rotated_at)::float8 AS "rotatedAt", extract(epoch FROM clock_timestamp())::float8 AS "readAt"
    FROM g ${activeOwners}`;
const findFamilyStatement: Statement = { name: 'family-find', batch: 'read', text: familyOf('handle_hash = $1') };
const findFamilyOfAccountStatement: Statement = {
  name: 'family-find-of-account',
  batch: 'read',
  text: familyOf('handle_hash = $1 AND account_id = $2'),
};

/** The handle of a refresh token, and the account if the token names it: a distributed database then asks one shard only. */
export interface FamilyKey {
  readonly handleHash: Buffer;
  readonly accountId?: string | undefined;
}

/** Returns the family of a refresh token handle, if its account and client are active. */
export async function findFamily(db: Db, { handleHash, accountId }: FamilyKey): Promise<Family | undefined> {
  const [row] =
    accountId === undefined
      ? await db.run<Family>(findFamilyStatement, [handleHash])
      : await db.run<Family>(findFamilyOfAccountStatement, [handleHash, accountId]);
  return row;
}

const findGrantStatement: Statement = {
  name: 'grant-find',
  batch: 'read',
  text: `WITH ${grantRow('id = $1')} SELECT ${grantOwnerColumns} FROM g ${activeOwners}`,
};

/** Returns a grant by id, if its account and client are active. */
export async function findGrant(db: Db, id: string): Promise<GrantOwner | undefined> {
  const [row] = await db.run<GrantOwner>(findGrantStatement, [id]);
  return row;
}

const findOwnerStatement: Statement = {
  name: 'grant-owner',
  text: 'SELECT client_id, account_id FROM grants WHERE id = $1',
};

/** Returns account and client of a grant, even if they are not active, so that they can be notified of its end. */
export async function findGrantOwner(
  db: Db,
  id: string,
): Promise<Pick<GrantOwner, 'client_id' | 'account_id'> | undefined> {
  const [row] = await db.run<Pick<GrantOwner, 'client_id' | 'account_id'>>(findOwnerStatement, [id]);
  return row;
}

/**
 * A grant is kept while an access token may be valid, for introspection: two hours, or as long as its refresh token, and never
 * beyond the end that the person chose. Its row is locked before the code's, as when a grant ends.
 */
const startFamilyStatement: Statement = {
  name: 'family-start',
  batch: 'write',
  text: `WITH locked AS MATERIALIZED (
      SELECT id, account_id, client_id FROM grants WHERE id = $1 AND account_id = $6 FOR NO KEY UPDATE),
    active AS MATERIALIZED (SELECT g.id FROM locked g ${activeOwners}),
    spent AS (
      UPDATE authorization_codes SET consumed_at = statement_timestamp()
      WHERE code_hash = $5 AND grant_id = $1 AND consumed_at IS NULL AND EXISTS (SELECT FROM active) RETURNING grant_id
    )
    UPDATE grants g SET handle_hash = $2, generation = 0, refresh_payload = $3, issued_at = statement_timestamp(),
      refresh_expires_at = to_timestamp($4), expires_at = greatest(to_timestamp($4), g.expires_at),
      expires_on = (greatest(to_timestamp($4), g.expires_at) AT TIME ZONE 'UTC')::date
    FROM spent WHERE g.id = spent.grant_id AND g.account_id = $6 RETURNING 1`,
};

/**
 * Consumes a code and gives its grant a refresh token. `expiresAt` is in epoch seconds. Returns false, and does neither, if
 * the code was consumed before, the grant has ended, or its account or client is no longer active.
 */
export async function startFamily(
  db: Db,
  family: {
    grantId: string;
    accountId: string;
    handleHash: Buffer;
    payload: unknown;
    expiresAt: number;
    codeHash: Buffer;
  },
): Promise<boolean> {
  const { grantId, accountId, handleHash, payload, expiresAt, codeHash } = family;
  const values = [grantId, handleHash, JSON.stringify(payload), expiresAt, codeHash, accountId];
  return (await db.run(startFamilyStatement, values)).length === 1;
}

/**
 * What `presentRefreshToken` decides, in one statement. Parameters: handle, generation and branch of the presented token, the
 * moment at which its family was read, the leeway, the expiry of the next token, account and client, generation and branch of
 * the family as it was read. Whatever changed the family since then is within the leeway, however long its commit or this
 * statement takes. The row is locked before the clock is read, so that a wait for it takes nothing from the next leeway; in a
 * part of its own, since a distributed database can't read a clock while it writes.
 */
const isCurrent = '(g.generation = $2 AND g.branch = $3)';
const isPredecessor = '(g.generation = $2 + 1 AND g.predecessor_branch = $3 AND $5 > 0)';
const isWithinLeeway =
  '((g.generation, g.branch) <> ($9, $10) OR g.rotated_at > to_timestamp($4::float8 - $5::float8))';
const isRepeated = `(${isPredecessor} AND ${isWithinLeeway})`;
const expiry = 'least(greatest(to_timestamp($6), t.in_two_hours), g.ends_at)';
const rotateFamilyStatement: Statement = {
  name: 'family-rotate',
  batch: 'write',
  text: `WITH locked AS MATERIALIZED (SELECT id FROM grants
      WHERE handle_hash = $1 AND account_id = $7 AND client_id = $8 FOR NO KEY UPDATE),
    t AS MATERIALIZED (SELECT clock_timestamp() AS now, clock_timestamp() + interval '2 hours' AS in_two_hours
      FROM locked, accounts a, clients c WHERE a.id = $7 AND a.status = 'active' AND c.client_id = $8 AND c.status = 'active')
    UPDATE grants g SET
      generation = $2 + 1,
      predecessor_branch = $3,
      branch = CASE WHEN ${isCurrent} OR ${isRepeated} THEN g.branch ELSE g.branch + 1 END,
      current_used = ${isRepeated} AND g.current_used,
      rotated_at = CASE WHEN ${isRepeated} THEN g.rotated_at ELSE t.now END,
      refresh_expires_at = CASE WHEN ${isRepeated} THEN g.refresh_expires_at ELSE to_timestamp($6) END,
      expires_at = CASE WHEN ${isRepeated} THEN g.expires_at ELSE ${expiry} END,
      expires_on = CASE WHEN ${isRepeated} THEN g.expires_on ELSE (${expiry} AT TIME ZONE 'UTC')::date END
    FROM t WHERE g.handle_hash = $1 AND g.account_id = $7 AND g.client_id = $8
      AND (${isCurrent} OR ${isRepeated} OR (${isPredecessor} AND NOT g.current_used))
    RETURNING g.generation, g.branch`,
};

/**
 * Rotates the family of a presented refresh token, repeats its last rotation, or forks. `seen` is the family as it was read
 * when the token came. Returns the position of the token that is current now, which the caller gets; undefined if the token
 * no longer leads to one. Times are in epoch seconds.
 */
export async function rotateFamily(
  db: Db,
  presented: Position & {
    handleHash: Buffer;
    seen: Pick<Family, 'account_id' | 'client_id' | 'readAt' | 'generation' | 'branch'>;
    leewaySeconds: number;
    expiresAt: number;
  },
): Promise<Position | undefined> {
  const { handleHash, generation, branch, seen, leewaySeconds, expiresAt } = presented;
  const token = [handleHash, generation, branch, seen.readAt, leewaySeconds, expiresAt];
  const family = [seen.account_id, seen.client_id, seen.generation, seen.branch];
  const [row] = await db.run<Position>(rotateFamilyStatement, [...token, ...family]);
  return row;
}

/** A family that has moved on needs no note, but its branch must still be the same. */
const noteUseStatement: Statement = {
  name: 'family-note-use',
  batch: 'write',
  text: `UPDATE grants SET current_used = current_used OR generation = $2 WHERE id = $1 AND branch = $3 AND account_id = $4
    RETURNING generation = $2 AS current`,
};

/**
 * Notes that the answer with the refresh token of this position arrived, since somebody uses it: its predecessor leads
 * nowhere from now on. Returns what became of that token: it is still the current one, it was rotated, or undefined if a
 * fork replaced it or the family has ended.
 */
export async function noteUse(
  db: Db,
  { grantId, accountId }: { grantId: string; accountId: string },
  { generation, branch }: Position,
): Promise<'current' | 'rotated' | undefined> {
  const [row] = await db.run<{ current: boolean }>(noteUseStatement, [grantId, generation, branch, accountId]);
  return row && (row.current ? 'current' : 'rotated');
}

const endGrantsStatement: Statement = { name: 'grants-end', text: 'SELECT end_grants($1) AS ended' };

/**
 * Ends token families and returns their number: deletes the grants with their dependent rows and revokes every token that
 * carries their id. See migrations/0001.
 */
export async function endGrants(db: Db, ids: readonly string[]): Promise<number> {
  const [row] = await db.run<{ ended: number }>(endGrantsStatement, [ids]);
  return row?.ended ?? 0;
}

// The account keeps a distributed database from calling the function where the grants are.
const endGrantsOfStatement: Statement = {
  name: 'grants-end-of',
  text: 'SELECT end_grants(ARRAY(SELECT id FROM grants WHERE account_id = $1 AND client_id = $2)) AS ended FROM accounts WHERE id = $1',
};

/** Ends every family of an account with a client and returns their number. */
export async function endGrantsOf(db: Db, accountId: string, clientId: string): Promise<number> {
  const [row] = await db.run<{ ended: number }>(endGrantsOfStatement, [accountId, clientId]);
  return row?.ended ?? 0;
}
