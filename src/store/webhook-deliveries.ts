/**
 * Deliveries to the servers of clients and their attempts: events of webhooks, and logout tokens. Only the SQL functions
 * tell_webhooks and tell_session_ends insert deliveries.
 */
import type { Selectable } from 'kysely';
import { logoutDelivery } from '../policy/backchannel-logout.ts';
import type { SigningAlgorithm } from '../policy/signing-algorithms.ts';
import { webhookDeliveryColumns } from './columns.ts';
import { countUpTo } from './counts.ts';
import type { Db, Statement } from './database.ts';
import { keysetPage, type Page, type PageRequest } from './keyset.ts';
import type { Schema } from './schema.ts';

export type WebhookDelivery = Selectable<Schema['webhook_deliveries']>;
export type WebhookAttempt = Omit<Selectable<Schema['webhook_attempts']>, 'delivery'>;

/** A delivery whose next attempt is due. */
export interface DueDelivery {
  readonly id: string;
  readonly client_id: string;
  readonly body: string;
  readonly attempts: number;
  readonly attempts_before: number;
  readonly created_at: Date;
}

/** An event for a webhook. */
export interface DueEvent extends DueDelivery {
  readonly url: string;
  readonly enabled: boolean;
}

/** A logout token for a client. */
export interface DueLogout extends DueDelivery {
  /** Null if the client has no address for it any more. */
  readonly url: string | null;
  /** What signs the client's ID tokens. */
  readonly alg: SigningAlgorithm;
}

const dueColumns = 'd.id, d.client_id, d.body, d.attempts, d.attempts_before, d.created_at';
const isDue = "d.seq = $1 AND d.attempts = $2 AND d.status = 'pending'";
const dueEventStatement: Statement = {
  name: 'webhook-due',
  text: `SELECT ${dueColumns}, w.url, w.enabled FROM webhook_deliveries d JOIN webhooks w USING (client_id) WHERE ${isDue}`,
};
const dueLogoutStatement: Statement = {
  name: 'logout-due',
  text: `SELECT ${dueColumns}, c.backchannel_logout_uri AS url, c.id_token_signed_response_alg AS alg
    FROM webhook_deliveries d JOIN clients c USING (client_id) WHERE ${isDue}`,
};

/** Returns the event; undefined if the attempt was already made or the delivery is no longer pending. */
export async function findDueEvent(db: Db, seq: string, attempts: number): Promise<DueEvent | undefined> {
  const [row] = await db.run<DueEvent>(dueEventStatement, [seq, attempts]);
  return row;
}

/** Returns what a logout token is made from; undefined as for an event. */
export async function findDueLogout(db: Db, seq: string, attempts: number): Promise<DueLogout | undefined> {
  const [row] = await db.run<DueLogout>(dueLogoutStatement, [seq, attempts]);
  return row;
}

const attemptedStatement: Statement = {
  name: 'webhook-attempted',
  text: `WITH moved AS (
      UPDATE webhook_deliveries SET attempts = attempts + 1, status = $3,
        due_at = CASE WHEN $3 = 'pending' THEN clock_timestamp() + make_interval(secs => $4) END
      WHERE seq = $1 AND attempts = $2 AND status = 'pending' RETURNING seq, client_id, type),
    logged AS (
      INSERT INTO webhook_attempts (delivery, number, at, duration_ms, status, error, response)
        SELECT seq, $2 + 1, $5, $6, $7, $8, $9 FROM moved),
    heard AS (
      UPDATE webhooks w SET succeeded_at = clock_timestamp() FROM moved
      WHERE w.client_id = moved.client_id AND $3 = 'delivered' AND moved.type <> '${logoutDelivery}')
    SELECT seq FROM moved`,
};
const queueStatement: Statement = { name: 'webhook-queue', text: 'SELECT queue_webhooks(ARRAY[$1]::bigint[])' };

/**
 * Records the attempt and the new status. If the status stays `pending`, the next attempt is queued after `pauseSeconds`.
 * Returns false and records nothing if another process has made the same attempt meanwhile.
 */
export async function noteAttempt(
  trx: Db,
  seq: string,
  attempts: number,
  outcome: { status: WebhookDelivery['status']; pauseSeconds?: number | undefined },
  attempt: Omit<WebhookAttempt, 'number'>,
): Promise<boolean> {
  const values = [seq, attempts, outcome.status, outcome.pauseSeconds ?? 0, attempt.at, attempt.duration_ms];
  const rows = await trx.run(attemptedStatement, [...values, attempt.status, attempt.error, attempt.response]);
  if (rows.length === 1 && outcome.status === 'pending') await trx.run(queueStatement, [seq]);
  return rows.length === 1;
}

const succeededSinceStatement: Statement = {
  name: 'webhook-succeeded-since',
  text: 'SELECT 1 FROM webhooks WHERE client_id = $1 AND succeeded_at >= $2',
};

/** Reports whether any delivery to the client has succeeded since then. */
export async function succeededSince(db: Db, clientId: string, since: Date): Promise<boolean> {
  return (await db.run(succeededSinceStatement, [clientId, since])).length > 0;
}

const replayStatement: Statement = {
  name: 'webhook-replay',
  text: `WITH again AS (
      UPDATE webhook_deliveries SET status = 'pending', due_at = clock_timestamp(), attempts_before = attempts
      WHERE seq IN (
        SELECT seq FROM webhook_deliveries WHERE client_id = $1
          AND CASE WHEN $2::text IS NULL THEN status = 'failed' AND created_at >= $3 ELSE id = $2 END
          AND CASE type WHEN '${logoutDelivery}' THEN $5::boolean ELSE $6::boolean END
        ORDER BY seq LIMIT $4 FOR UPDATE)
      RETURNING seq)
    SELECT count(*)::integer AS replayed, queue_webhooks(coalesce(array_agg(seq), '{}')) FROM again`,
};

/** What the client can be sent: logout tokens, and events of its webhook. */
export interface Receives {
  readonly logouts: boolean;
  readonly events: boolean;
}

/** Queues one delivery again, whatever its status, or all that failed since a time, of those that can be sent. Returns their number. */
export async function replayDeliveries(
  trx: Db,
  clientId: string,
  which: { id: string } | { failedSince: Date },
  { limit, receives: { logouts, events } }: { limit: number; receives: Receives },
): Promise<number> {
  const [id, since] = 'id' in which ? [which.id, null] : [null, which.failedSince];
  const [row] = await trx.run<{ replayed: number }>(replayStatement, [clientId, id, since, limit, logouts, events]);
  return row?.replayed ?? 0;
}

export interface DeliveryFilter {
  readonly status?: WebhookDelivery['status'];
}

/** A delivery with the result of its last attempt. */
export type ListedDelivery = Omit<WebhookDelivery, 'attempts_before' | 'body'> & {
  readonly last_status: number | null;
  readonly last_error: string | null;
  readonly last_ms: number | null;
};

const listed = (db: Db, clientId: string, { status }: DeliveryFilter) => {
  const query = db.builder
    .selectFrom('webhook_deliveries as d')
    .leftJoin('webhook_attempts as a', (join) =>
      join.onRef('a.delivery', '=', 'd.seq').onRef('a.number', '=', 'd.attempts'),
    )
    .select(['d.seq', 'd.id', 'd.client_id', 'd.type', 'd.status', 'd.attempts', 'd.due_at', 'd.created_at'])
    .select(['a.status as last_status', 'a.error as last_error', 'a.duration_ms as last_ms'])
    .where('d.client_id', '=', clientId);
  return status ? query.where('d.status', '=', status) : query;
};

/** Lists deliveries by cursor, newest first. */
export async function pageOfDeliveries(
  db: Db,
  clientId: string,
  filter: DeliveryFilter,
  page: PageRequest,
): Promise<Page<ListedDelivery>> {
  return keysetPage(
    listed(db, clientId, filter),
    { key: 'd.created_at', type: 'timestamptz', id: 'd.id', descending: true },
    page,
  );
}

/** Counts the deliveries, up to `maxCounted`. */
export function countDeliveriesUpTo(db: Db, clientId: string, { status }: DeliveryFilter): Promise<number> {
  let query = db.builder.selectFrom('webhook_deliveries').where('client_id', '=', clientId);
  if (status) query = query.where('status', '=', status);
  return countUpTo(db, query);
}

/** Lists deliveries by page number, newest first, with the total. */
export async function listDeliveries(
  db: Db,
  clientId: string,
  filter: DeliveryFilter,
  { page, per_page: size }: { page: number; per_page: number },
): Promise<{ rows: ListedDelivery[]; total: number }> {
  let counted = db.builder.selectFrom('webhook_deliveries').where('client_id', '=', clientId);
  if (filter.status) counted = counted.where('status', '=', filter.status);
  const { total } = await counted.select(({ fn }) => fn.countAll<string>().as('total')).executeTakeFirstOrThrow();
  const query = listed(db, clientId, filter)
    .orderBy('d.seq', 'desc')
    .limit(size)
    .offset((page - 1) * size);
  return { rows: await query.execute(), total: Number(total) };
}

/** Returns a delivery with its attempts, oldest first. */
export async function findDelivery(
  db: Db,
  clientId: string,
  id: string,
): Promise<{ delivery: WebhookDelivery; attempts: WebhookAttempt[] } | undefined> {
  const delivery = await db.builder
    .selectFrom('webhook_deliveries')
    .select(webhookDeliveryColumns)
    .where('client_id', '=', clientId)
    .where('id', '=', id)
    .executeTakeFirst();
  if (!delivery) return undefined;
  const attempts = await db.builder
    .selectFrom('webhook_attempts')
    .select(['number', 'at', 'duration_ms', 'status', 'error', 'response'])
    .where('delivery', '=', delivery.seq)
    .orderBy('number')
    .execute();
  return { delivery, attempts };
}

const oldStatement: Statement = {
  name: 'webhook-purge-old',
  text: `DELETE FROM webhook_deliveries WHERE seq IN (
      SELECT seq FROM webhook_deliveries WHERE created_at < now() - interval '30 days' LIMIT $1 FOR UPDATE SKIP LOCKED)
    RETURNING 1`,
};
/** Only clients with recent deliveries can exceed the limit. */
const manyStatement: Statement = {
  name: 'webhook-purge-many',
  text: `DELETE FROM webhook_deliveries WHERE seq IN (
      SELECT d.seq FROM (SELECT DISTINCT client_id FROM webhook_deliveries WHERE created_at > now() - interval '1 day') w
        CROSS JOIN LATERAL (
          SELECT seq FROM webhook_deliveries WHERE client_id = w.client_id AND status <> 'pending'
          ORDER BY seq DESC OFFSET $2) d
      LIMIT $1)
    RETURNING 1`,
};

/** Deletes up to `limit` deliveries that are older than 30 days, or finished and beyond the newest 1,000 of their client. */
export async function purgeWebhookDeliveries(db: Db, limit: number): Promise<number> {
  const old = (await db.run(oldStatement, [limit])).length;
  return old + (await db.run(manyStatement, [limit - old, 1000])).length;
}
