/** Mails that wait, were sent, or could not be sent. SQL functions insert them (migrations/0034 and 0044). */
import type { Mail, MailKind } from '../policy/mails.ts';
import type { Db, Statement } from './database.ts';

export interface MailLimit {
  /** What is counted, hashed. */
  readonly key: Buffer;
  readonly halfAnHour: number;
  readonly anHour: number;
}

const queueStatement: Statement = {
  name: 'mail-queue',
  text: 'SELECT queue_mail($1, $2, $3, $4, $5, NULL, NULL) AS queued',
};
const queueLimitedStatement: Statement = {
  name: 'mail-queue-limited',
  text: 'SELECT queue_limited_mail($1, $2, $3, $4, $5, $6, $7, $8) AS queued',
};

/** Queues a mail in the transaction of what it tells. Returns false if the limit is reached. */
export async function insertMail(trx: Db, mail: Mail, limit?: MailLimit): Promise<boolean> {
  const { kind, to, accountId, facts, language } = mail;
  const values = [kind, to, accountId ?? null, JSON.stringify(facts), language ?? null];
  const [row] = limit
    ? await trx.run<{ queued: boolean }>(queueLimitedStatement, [...values, limit.key, limit.halfAnHour, limit.anHour])
    : await trx.run<{ queued: boolean }>(queueStatement, values);
  return row?.queued === true;
}

const queueAllStatement: Statement = {
  name: 'mails-queue',
  text: `SELECT queue_mail(m.kind, m.recipient, m.account_id, m.facts, NULL, NULL, NULL)
    FROM jsonb_to_recordset($1::jsonb) m(kind text, recipient text, account_id text, facts jsonb)`,
};

/** Queues many mails in one statement, in the transaction of what they tell. */
export async function insertMails(trx: Db, mails: readonly Mail[]): Promise<void> {
  const rows = mails.map(({ kind, to, accountId, facts }) => ({ kind, recipient: to, account_id: accountId, facts }));
  await trx.run(queueAllStatement, [JSON.stringify(rows)]);
}

const queueDailyStatement: Statement = {
  name: 'mail-queue-daily',
  text: 'SELECT queue_daily_mail($1, $2, $3, $4) AS queued',
};

/** Queues a mail unless one of its kind went to the same mailbox in the last day. */
export async function insertDailyMail(
  db: Db,
  mail: { kind: Mail['kind']; to?: string | undefined; accountId?: string | undefined; facts: object },
): Promise<void> {
  const { kind, to, accountId, facts } = mail;
  await db.run(queueDailyStatement, [kind, to ?? null, accountId ?? null, JSON.stringify(facts)]);
}

/** A mail that waits, with the number of attempts that were made. */
export interface WaitingMail {
  readonly seq: string;
  readonly messageId: string;
  readonly mail: Mail;
  readonly attempts: number;
  readonly createdAt: Date;
  readonly ageSeconds: number;
}

const findStatement: Statement = {
  name: 'mail-find',
  text: `SELECT message_id, kind, recipient, account_id, facts, language, attempts, created_at,
      extract(epoch FROM clock_timestamp() - created_at)::float8 AS age
    FROM mails WHERE seq = $1 AND attempts = $2 AND status = 'pending'`,
};

interface MailRow {
  readonly message_id: string;
  readonly kind: string;
  readonly recipient: string;
  readonly account_id: string | null;
  readonly facts: object;
  readonly language: string | null;
  readonly attempts: number;
  readonly created_at: Date;
  readonly age: number;
}

/** Returns the mail; undefined if this attempt was already made. */
export async function findWaitingMail(db: Db, seq: string, attempts: number): Promise<WaitingMail | undefined> {
  const [row] = await db.run<MailRow>(findStatement, [seq, attempts]);
  if (!row) return undefined;
  const { kind, recipient, account_id: accountId, facts, language } = row;
  return {
    seq,
    messageId: row.message_id,
    // Only insertMail writes these columns, with the types of Mail.
    mail: {
      kind,
      to: recipient,
      facts,
      ...(accountId !== null && { accountId }),
      ...(language !== null && { language }),
    } as Mail,
    attempts: row.attempts,
    createdAt: row.created_at,
    ageSeconds: row.age,
  };
}

// A dropped mail may name an address that has nothing to do with this server, so it goes as soon as no limit counts it.
const noteStatement: Statement = {
  name: 'mail-note',
  text: `WITH noted AS (
      UPDATE mails SET attempts = attempts + 1, status = $3, error = $4,
        due_at = CASE WHEN $3 = 'pending' THEN clock_timestamp() + make_interval(secs => $5) END,
        delete_at = CASE $3 WHEN 'pending' THEN NULL WHEN 'dropped' THEN clock_timestamp() + interval '2 hours'
          ELSE clock_timestamp() + interval '30 days' END
      WHERE seq = $1 AND attempts = $2 AND status = 'pending' RETURNING seq)
    SELECT count(*)::integer AS noted, queue_mails(coalesce(array_agg(seq) FILTER (WHERE $3 = 'pending'), '{}')) FROM noted`,
};

/** Records an attempt. With `pauseSeconds`, the next one is queued. Returns false if it was recorded already. */
export async function noteMailAttempt(
  db: Db,
  { seq, attempts }: WaitingMail,
  outcome: { status: 'sent' | 'failed' | 'dropped' | 'pending'; error?: string; pauseSeconds?: number },
): Promise<boolean> {
  const { status, error = null, pauseSeconds = 0 } = outcome;
  const [row] = await db.run<{ noted: number }>(noteStatement, [seq, attempts, status, error, pauseSeconds]);
  return row?.noted === 1;
}

const dropStatement: Statement = {
  name: 'mails-drop',
  text: `UPDATE mails SET status = 'dropped', due_at = NULL, delete_at = clock_timestamp() + interval '2 hours'
    WHERE account_id = $1 AND kind = $2 AND status = 'pending'`,
};

/** Drops the mails of this kind that wait. Call it under `lockAccount`: an attempt that has begun then saves no link. */
export async function dropWaitingMails(trx: Db, accountId: string, kind: MailKind): Promise<void> {
  await trx.run(dropStatement, [accountId, kind]);
}

const backlogStatement: Statement = {
  name: 'mail-backlog',
  text: `SELECT count(*)::integer AS waiting,
    coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)::float8 AS "oldestSeconds"
  FROM mails WHERE status = 'pending'`,
};

/** Mails that wait, and the age of the oldest of them. */
export interface MailBacklog {
  readonly waiting: number;
  readonly oldestSeconds: number;
}

export async function countMails(db: Db): Promise<MailBacklog> {
  const [row] = await db.run<MailBacklog>(backlogStatement, []);
  return row ?? { waiting: 0, oldestSeconds: 0 };
}

const purgeStatement: Statement = {
  name: 'mails-purge',
  text: `DELETE FROM mails WHERE seq IN (
      SELECT seq FROM mails WHERE delete_at < now() ORDER BY delete_at LIMIT $1 FOR UPDATE SKIP LOCKED) RETURNING 1`,
};

/** Deletes up to `limit` old mails and returns their number. */
export async function purgeMails(db: Db, limit: number): Promise<number> {
  return (await db.run(purgeStatement, [limit])).length;
}

/** What the recipient of a mail may see of it. */
export interface ListedMail {
  readonly seq: string;
  readonly kind: string;
  readonly to: string;
  readonly status: string;
  readonly facts: object;
  readonly created_at: Date;
}

const listStatement: Statement = {
  name: 'mails-of-account',
  text: `SELECT seq::text, kind, recipient AS to, status, facts, created_at FROM mails
    WHERE (account_id = $1 OR account_id IS NULL AND status = 'sent' AND recipient = (SELECT email FROM accounts WHERE id = $1))
      AND seq > $2 ORDER BY seq LIMIT $3`,
};

/** Lists the mails to an account that follow `after`, oldest first; a link for a new password belongs to its address. */
export async function listMailsAfter(db: Db, accountId: string, after: string, limit: number): Promise<ListedMail[]> {
  return db.run<ListedMail>(listStatement, [accountId, after, limit]);
}

const removeOfStatement: Statement = {
  name: 'mails-of-account-remove',
  text: `WITH addresses AS (
      SELECT $2 AS address
      UNION SELECT recipient FROM mails m WHERE account_id = $1 AND NOT EXISTS (SELECT FROM accounts a WHERE a.email = m.recipient)),
    links AS (DELETE FROM account_links WHERE address IN (SELECT address FROM addresses)),
    invited AS (DELETE FROM invitations WHERE address IN (SELECT address FROM addresses))
    DELETE FROM mails WHERE account_id = $1 OR recipient IN (SELECT address FROM addresses)`,
};

/**
 * Deletes the mails of an account, and those to its present and former addresses with their links and invitations, whether or not they were
 * sent. An address that belongs to another account by now keeps its mails.
 */
export async function removeMailsOf(trx: Db, { id, email }: { id: string; email: string }): Promise<void> {
  await trx.run(removeOfStatement, [id, email]);
}
