/** Lists the live sessions of an account, for its owner and admins. The uid identifies a session but is not a credential. */
import type { Db, Statement } from './database.ts';

export interface ListedSession {
  readonly id: string;
  readonly signed_in_at: Date | null;
  readonly last_seen_at: Date;
  readonly expires_at: Date;
  /** The browser and its network address when the session was last saved; null in sessions from before they were kept. */
  readonly user_agent: string | null;
  readonly address: string | null;
}

const listStatement: Statement = {
  name: 'sessions-of-account',
  text: `SELECT s.uid AS id, s.signed_in_at, s.last_seen_at, s.expires_at, s.user_agent, s.address
    FROM sessions s JOIN accounts a ON a.id = s.account_id
    WHERE s.account_id = $1 AND s.expires_at > now() AND a.status = 'active' AND s.signed_in_at >= a.sessions_valid_from
    ORDER BY s.last_seen_at DESC, s.uid LIMIT $2 OFFSET $3`,
};
const countStatement: Statement = {
  name: 'sessions-of-account-count',
  text: `SELECT count(*)::integer AS total FROM sessions s JOIN accounts a ON a.id = s.account_id
    WHERE s.account_id = $1 AND s.expires_at > now() AND a.status = 'active' AND s.signed_in_at >= a.sessions_valid_from`,
};

/** Lists sessions, most recently used first. */
export async function pageOfSessions(
  db: Db,
  accountId: string,
  { page, per_page: size }: { page: number; per_page: number },
): Promise<{ rows: ListedSession[]; total: number }> {
  const rows = await db.run<ListedSession>(listStatement, [accountId, size, (page - 1) * size]);
  const [count] = await db.run<{ total: number }>(countStatement, [accountId]);
  return { rows, total: count?.total ?? 0 };
}

const afterStatement: Statement = {
  name: 'sessions-of-account-after',
  text: `SELECT s.uid AS id, s.signed_in_at, s.last_seen_at, s.expires_at, s.user_agent, s.address
    FROM sessions s JOIN accounts a ON a.id = s.account_id
    WHERE s.account_id = $1 AND s.uid > $2 AND s.expires_at > now() AND a.status = 'active' AND s.signed_in_at >= a.sessions_valid_from
    ORDER BY s.uid LIMIT $3`,
};

/** Lists the sessions that follow `after`, by id: all of them are read once, whatever is seen or ended meanwhile. */
export async function listSessionsAfter(
  db: Db,
  accountId: string,
  after: string,
  limit: number,
): Promise<ListedSession[]> {
  return db.run<ListedSession>(afterStatement, [accountId, after, limit]);
}

const findStatement: Statement = {
  name: 'session-of-account',
  text: `SELECT s.uid AS id, s.signed_in_at, s.last_seen_at, s.expires_at, s.user_agent, s.address
    FROM sessions s JOIN accounts a ON a.id = s.account_id
    WHERE s.account_id = $1 AND s.uid = $2 AND s.expires_at > now() AND a.status = 'active' AND s.signed_in_at >= a.sessions_valid_from`,
};

/** Returns a live session of the account; undefined if it has none with this id. */
export async function findSessionOf(db: Db, accountId: string, uid: string): Promise<ListedSession | undefined> {
  return (await db.run<ListedSession>(findStatement, [accountId, uid]))[0];
}

const removeStatement: Statement = {
  name: 'session-of-account-remove',
  text: 'DELETE FROM sessions WHERE uid = $2 AND account_id = $1 RETURNING 1',
};

/** Deletes a session of the account. Returns false if it does not exist. */
export async function removeSessionOf(trx: Db, accountId: string, uid: string): Promise<boolean> {
  return (await trx.run(removeStatement, [accountId, uid])).length > 0;
}

const removeOthersStatement: Statement = {
  name: 'sessions-of-account-remove-others',
  text: 'DELETE FROM sessions WHERE account_id = $1 AND uid <> $2 RETURNING 1',
};

/** Deletes every session of the account but one, and returns their number. */
export async function removeOtherSessions(trx: Db, accountId: string, kept: string): Promise<number> {
  return (await trx.run(removeOthersStatement, [accountId, kept])).length;
}

const listSealedStatement: Statement = {
  name: 'sessions-of-account-sealed',
  text: `SELECT s.uid AS id, s.signed_in_at, s.last_seen_at, s.expires_at, s.user_agent, s.address, s.payload
    FROM sessions s JOIN accounts a ON a.id = s.account_id
    WHERE s.account_id = $1 AND s.expires_at > now() AND a.status = 'active' AND s.signed_in_at >= a.sessions_valid_from
    ORDER BY s.last_seen_at DESC, s.uid LIMIT $2`,
};

/** Lists sessions with their sealed payloads, most recently used first: for the person who has them. */
export async function listSealedSessions(
  db: Db,
  accountId: string,
  limit: number,
): Promise<(ListedSession & { readonly payload: Buffer })[]> {
  return db.run(listSealedStatement, [accountId, limit]);
}
