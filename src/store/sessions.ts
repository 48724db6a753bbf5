/**
 * Browser sessions. The id is a secret: it is stored as a hash, and sealed within the payload. A session that was ended is
 * never restored, because saving an existing session is an UPDATE by uid and never an insert. A session is invalid if it
 * signed in before its account's `sessions_valid_from`.
 */
import { type AccountFacts, accountFactsColumn } from './account-facts.ts';
import type { Db, Statement } from './database.ts';

export interface StoredSession {
  readonly uid: string;
  readonly payload: Buffer;
  readonly account: AccountFacts | null;
}

const select = `SELECT s.uid, s.payload,
    CASE WHEN a.id IS NOT NULL THEN ${accountFactsColumn} END AS account
  FROM sessions s LEFT JOIN accounts a ON a.id = s.account_id
  WHERE s.expires_at > now()
    AND (s.account_id IS NULL OR (a.status = 'active' AND s.signed_in_at >= a.sessions_valid_from))`;

const findStatement: Statement = { name: 'session-find', batch: 'read', text: `${select} AND s.id_hash = $1` };
const findByUidStatement: Statement = { name: 'session-find-by-uid', batch: 'read', text: `${select} AND s.uid = $1` };

export async function findSession(db: Db, idHash: Buffer): Promise<StoredSession | undefined> {
  const [row] = await db.run<StoredSession>(findStatement, [idHash]);
  return row;
}

export async function findSessionByUid(db: Db, uid: string): Promise<StoredSession | undefined> {
  const [row] = await db.run<StoredSession>(findByUidStatement, [uid]);
  return row;
}

/** The values that are written. Times are in epoch seconds, with fractions; null for `signedInAt` keeps the stored value. */
export interface SessionWrite {
  readonly uid: string;
  readonly idHash: Buffer;
  readonly payload: Buffer;
  readonly accountId: string | null;
  readonly signedInAt: number | null;
  readonly expiresAt: number;
}

const insertStatement: Statement = {
  name: 'session-insert',
  batch: 'write',
  text: `INSERT INTO sessions (uid, id_hash, payload, account_id, signed_in_at, expires_at)
    VALUES ($1, $2, $3, $4, to_timestamp($5), to_timestamp($6)) ON CONFLICT (uid) DO NOTHING`,
};
const updateStatement: Statement = {
  name: 'session-update',
  batch: 'write',
  text: `UPDATE sessions SET id_hash = $2, payload = $3, account_id = $4, signed_in_at = coalesce(to_timestamp($5), signed_in_at),
      expires_at = to_timestamp($6), last_seen_at = clock_timestamp() WHERE uid = $1`,
};

export async function insertSession(db: Db, session: SessionWrite): Promise<void> {
  await db.run(insertStatement, values(session));
}

export async function updateSession(db: Db, session: SessionWrite): Promise<void> {
  await db.run(updateStatement, values(session));
}

function values(session: SessionWrite): unknown[] {
  return [session.uid, session.idHash, session.payload, session.accountId, session.signedInAt, session.expiresAt];
}

const removeStatement: Statement = {
  name: 'session-remove',
  batch: 'write',
  text: 'DELETE FROM sessions WHERE id_hash = $1',
};

export async function removeSession(db: Db, idHash: Buffer): Promise<void> {
  await db.run(removeStatement, [idHash]);
}

const purgeStatement: Statement = {
  name: 'sessions-purge',
  text: `DELETE FROM sessions WHERE uid IN (
      SELECT uid FROM sessions WHERE expires_at < now() LIMIT $1 FOR UPDATE SKIP LOCKED) RETURNING 1`,
};

/** Deletes up to `limit` expired sessions and returns their number. */
export async function purgeSessions(db: Db, limit: number): Promise<number> {
  return (await db.run(purgeStatement, [limit])).length;
}
