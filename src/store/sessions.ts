/**
 * Browser sessions. The id is a secret: it is stored as a hash, and sealed within the payload. A session that was ended is
 * never restored, because saving an existing session is an UPDATE by uid and never an insert. A session is invalid if it
 * signed in before its account's `sessions_valid_from`. However a session ends, its row is deleted, and a trigger tells the
 * clients that were sent an ID token in it (migrations/0057).
 */
import { type AccountFacts, accountFactsColumn, accountFactsOf } from './account-facts.ts';
import type { Db, Statement } from './database.ts';
import { newParameters, oneRow, type Parameters } from './parameters.ts';

export interface StoredSession {
  readonly uid: string;
  readonly payload: Buffer;
  readonly account: AccountFacts | null;
}

const select = `SELECT s.uid, s.payload,
    CASE WHEN a.id IS NOT NULL THEN ${accountFactsColumn} END AS account
  FROM sessions s LEFT JOIN accounts a ON a.id = s.account_id WHERE ${validity('a')}`;

/** The columns of a session `s` and its account `b` beside something else; null if the session is not valid. */
export const sessionColumns = `CASE WHEN ${validity('b')} THEN s.uid END AS session_uid, s.payload AS session_payload,
    CASE WHEN b.id IS NOT NULL THEN ${accountFactsOf('b')} END AS session_account`;

function validity(account: string): string {
  return `s.expires_at > now()
    AND (s.account_id IS NULL OR (${account}.status = 'active' AND s.signed_in_at >= ${account}.sessions_valid_from))`;
}

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
interface SessionWrite {
  readonly uid: string;
  readonly idHash: Buffer;
  readonly payload: Buffer;
  readonly accountId: string | null;
  readonly signedInAt: number | null;
  readonly expiresAt: number;
  /** The browser and its network address in this request; null keeps what is stored. */
  readonly userAgent: string | null;
  readonly address: string | null;
  /** The client that will get an ID token in it; null for none. The session remembers all of them. */
  readonly relyingParty: string | null;
}

/** A session to save, and whether it is new. A session that was read must never be inserted again. */
export interface SessionSave {
  readonly session: SessionWrite;
  readonly isNew: boolean;
}

/** A part of a statement that saves a session if the table expression `from`, with at most one row, has one. */
export function saveSessionSql({ add }: Parameters, { session, isNew }: SessionSave, from: string): string {
  const [uid, idHash, payload, accountId] = [session.uid, session.idHash, session.payload, session.accountId].map(add);
  const [signedInAt, expiresAt] = [session.signedInAt, session.expiresAt].map((time) => `to_timestamp(${add(time)})`);
  const [userAgent, address] = [session.userAgent, session.address].map(add);
  const party = `${add(session.relyingParty)}::text`;
  if (isNew) {
    return `INSERT INTO sessions (uid, id_hash, payload, account_id, signed_in_at, expires_at, user_agent, address, relying_parties)
      SELECT ${uid}, ${idHash}, ${payload}, ${accountId}, ${signedInAt}, ${expiresAt}, ${userAgent}, ${address}, array_remove(ARRAY[${party}], NULL) FROM ${from} ON CONFLICT (uid) DO NOTHING`;
  }
  return `UPDATE sessions s SET id_hash = ${idHash}, payload = ${payload}, account_id = ${accountId},
      signed_in_at = coalesce(${signedInAt}, s.signed_in_at), expires_at = ${expiresAt}, last_seen_at = statement_timestamp(),
      user_agent = coalesce(${userAgent}, s.user_agent), address = coalesce(${address}, s.address),
      relying_parties = CASE WHEN ${party} = ANY (s.relying_parties) OR ${party} IS NULL THEN s.relying_parties
        ELSE array_append(s.relying_parties, ${party}) END
    FROM ${from} WHERE s.uid = ${uid}`;
}

/** The part of a name that tells how a statement saves a session. */
export function saveSessionName(save: SessionSave | undefined): string {
  return save ? (save.isNew ? '-session-insert' : '-session-update') : '';
}

export async function saveSession(db: Db, save: SessionSave): Promise<void> {
  const parameters = newParameters();
  const text = saveSessionSql(parameters, save, oneRow);
  await db.run({ name: `save${saveSessionName(save)}`, batch: 'write', text }, parameters.values);
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
