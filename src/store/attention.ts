/**
 * Short lists of what needs an admin's attention, most urgent first, for the start page of the admin area. Each has an
 * index of its own (migrations/0021), so that its cost does not grow with the number of clients and grants.
 */

import { failingApp, secretEndingDays } from '../policy/attention.ts';
import { logoutDelivery } from '../policy/backchannel-logout.ts';
import type { Db, Statement } from './database.ts';

/** Entries of each list. */
const maxListed = 5;
/** Counting stops at this number. */
export const maxCounted = 1_000;

const today = `(now() AT TIME ZONE 'UTC')::date`;

export interface FailingApp {
  readonly client_id: string;
  readonly client_name: string;
  /** Today's failed requests; `issued` is the number of tokens issued today. */
  readonly failed: number;
  readonly issued: number;
}

// Only the apps with the most failures are examined. Whether one counts as failing depends on how many tokens it got.
const failingStatement: Statement = {
  name: 'attention-failing',
  text: `SELECT f.client_id, c.client_name, f.count::float8 AS failed, t.issued
    FROM (SELECT client_id, count FROM client_figures WHERE what = 'error' AND day = ${today} AND count >= ${failingApp.minFailures}
      ORDER BY count DESC, client_id LIMIT 100) f
    JOIN clients c ON c.client_id = f.client_id AND c.status = 'active'
    CROSS JOIN LATERAL (SELECT coalesce(sum(count), 0)::float8 AS issued FROM client_figures
      WHERE client_id = f.client_id AND day = ${today} AND what NOT IN ('error', 'stranger', 'theft')) t
    WHERE f.count >= ${failingApp.minShare} * (f.count + t.issued)
    ORDER BY f.count DESC, f.client_id LIMIT ${maxListed}`,
};

export async function listFailingApps(db: Db): Promise<FailingApp[]> {
  return db.run<FailingApp>(failingStatement, []);
}

export interface FailingWebhook {
  readonly client_id: string;
  readonly client_name: string;
  readonly url: string;
  /** Why the server disabled the webhook; null while it still sends. */
  readonly disabled_reason: 'gone' | 'failing' | null;
  readonly succeeded_at: Date | null;
  /** Events that were not delivered, counted up to `maxCounted`. */
  readonly undelivered: number;
  /** HTTP status and error of the last attempt. */
  readonly last_status: number | null;
  readonly last_error: string | null;
}

/** Logout tokens are among the deliveries, and say nothing about the webhook. */
const isEvent = `d.type <> '${logoutDelivery}'`;

const webhooksStatement: Statement = {
  name: 'attention-webhooks',
  text: `SELECT w.client_id, c.client_name, w.url, w.disabled_reason, w.succeeded_at, n.undelivered,
      a.status AS last_status, a.error AS last_error
    FROM (
      SELECT client_id FROM webhooks WHERE disabled_reason IS NOT NULL
      UNION
      SELECT d.client_id FROM webhook_deliveries d JOIN webhooks w USING (client_id)
        WHERE d.status = 'pending' AND d.attempts > 2 AND d.attempts - d.attempts_before > 2 AND ${isEvent}
          AND (w.succeeded_at IS NULL OR w.succeeded_at < d.created_at)) troubled
    JOIN webhooks w ON w.client_id = troubled.client_id
    JOIN clients c ON c.client_id = w.client_id AND c.status = 'active'
    CROSS JOIN LATERAL (SELECT count(*)::integer AS undelivered FROM (
      SELECT FROM webhook_deliveries d WHERE d.client_id = w.client_id AND d.status <> 'delivered' AND ${isEvent} LIMIT ${maxCounted}) counted) n
    LEFT JOIN LATERAL (SELECT a.status, a.error FROM webhook_deliveries d
      JOIN webhook_attempts a ON a.delivery = d.seq AND a.number = d.attempts
      WHERE d.client_id = w.client_id AND d.status <> 'delivered' AND ${isEvent} ORDER BY d.seq DESC LIMIT 1) a ON true
    ORDER BY w.succeeded_at NULLS FIRST, w.client_id LIMIT ${maxListed}`,
};

export async function listFailingWebhooks(db: Db): Promise<FailingWebhook[]> {
  return db.run<FailingWebhook>(webhooksStatement, []);
}

/** A client that does not accept logout tokens. */
export interface FailingLogout {
  readonly client_id: string;
  readonly client_name: string;
  readonly url: string;
  /** Logout tokens that it did not accept, counted up to `maxCounted`. */
  readonly undelivered: number;
  readonly last_status: number | null;
  readonly last_error: string | null;
}

// Each client that is told of logouts, with the newest of its logout tokens that was accepted, given up, or tried several times.
const logoutsStatement: Statement = {
  name: 'attention-logouts',
  text: `SELECT c.client_id, c.client_name, c.backchannel_logout_uri AS url, n.undelivered, a.status AS last_status, a.error AS last_error
    FROM clients c
    CROSS JOIN LATERAL (SELECT d.seq, d.status, d.attempts FROM webhook_deliveries d
      WHERE d.client_id = c.client_id AND d.type = '${logoutDelivery}' AND (d.status <> 'pending' OR d.attempts - d.attempts_before > 2)
      ORDER BY d.seq DESC LIMIT 1) newest
    CROSS JOIN LATERAL (SELECT count(*)::integer AS undelivered FROM (
      SELECT FROM webhook_deliveries d WHERE d.client_id = c.client_id AND d.type = '${logoutDelivery}' AND d.status <> 'delivered'
      LIMIT ${maxCounted}) counted) n
    LEFT JOIN webhook_attempts a ON a.delivery = newest.seq AND a.number = newest.attempts
    WHERE c.backchannel_logout_uri IS NOT NULL AND c.status = 'active' AND newest.status <> 'delivered'
    ORDER BY n.undelivered DESC, c.client_id LIMIT ${maxListed}`,
};

/** Lists clients whose people stay signed in there when they sign out here. */
export async function listFailingLogouts(db: Db): Promise<FailingLogout[]> {
  return db.run<FailingLogout>(logoutsStatement, []);
}

/** A receiver of signals that does not take them. */
export interface FailingStream {
  readonly client_id: string;
  readonly client_name: string;
  /** Null only for a stream that was polled since. */
  readonly url: string | null;
  /** Whether it was paused because it failed so often. */
  readonly paused: boolean;
  readonly failing_since: Date;
  readonly error: string | null;
}

// There are as many streams as receivers, which are few. One failure may be a restart.
const streamsStatement: Statement = {
  name: 'attention-streams',
  text: `SELECT s.client_id, c.client_name, s.push_url AS url, s.status = 'paused' AS paused, s.failing_since, s.error
    FROM signal_streams s JOIN clients c ON c.client_id = s.client_id AND c.status = 'active'
    WHERE s.failing_since IS NOT NULL AND s.failures > 2 AND s.status <> 'disabled' AND NOT s.admin_paused
    ORDER BY s.failing_since, s.client_id LIMIT ${maxListed}`,
};

/** Lists receivers whose own sessions of people outlive those that ended here. */
export async function listFailingStreams(db: Db): Promise<FailingStream[]> {
  return db.run<FailingStream>(streamsStatement, []);
}

export interface WaitingReview {
  readonly client_id: string;
  readonly client_name: string;
  readonly owner_name: string | null;
  readonly scope: string;
  readonly submitted_at: Date;
  /** Time of the previous verification; null for a first review. */
  readonly checked_at: Date | null;
}

const reviewsStatement: Statement = {
  name: 'attention-reviews',
  text: `SELECT client_id, client_name, owner_name, scope, submitted_at, checked_at FROM clients
    WHERE status = 'active' AND submitted_at IS NOT NULL ORDER BY submitted_at, client_id LIMIT ${maxListed}`,
};
const reviewCountStatement: Statement = {
  name: 'attention-review-count',
  text: `SELECT count(*)::integer AS waiting FROM
    (SELECT FROM clients WHERE status = 'active' AND submitted_at IS NOT NULL LIMIT ${maxCounted}) counted`,
};

/** Lists the clients that have waited longest for a review. */
export async function listWaitingReviews(db: Db): Promise<WaitingReview[]> {
  return db.run<WaitingReview>(reviewsStatement, []);
}

/** Counts the clients that wait for a review, up to `maxCounted`. */
export async function countWaitingReviews(db: Db): Promise<number> {
  const [row] = await db.run<{ waiting: number }>(reviewCountStatement, []);
  return row?.waiting ?? 0;
}

export interface EndingSecret {
  readonly client_id: string;
  readonly client_name: string;
  readonly last_four: string | null;
  readonly expires_at: Date;
  readonly last_used_at: Date;
}

const endingStatement: Statement = {
  name: 'attention-secrets',
  text: `SELECT s.client_id, c.client_name, s.last_four, s.expires_at, s.last_used_at
    FROM client_secrets s JOIN clients c ON c.client_id = s.client_id AND c.status = 'active'
    WHERE s.expires_at BETWEEN now() AND now() + interval '${secretEndingDays} days' AND s.last_used_at > now() - interval '1 day'
    ORDER BY s.expires_at, s.id LIMIT ${maxListed}`,
};

/** Lists secrets that expire soon and are still in use. */
export async function listEndingSecrets(db: Db): Promise<EndingSecret[]> {
  return db.run<EndingSecret>(endingStatement, []);
}

const peopleStatement: Statement = {
  name: 'attention-people',
  text: `SELECT asked.client_id, (SELECT count(*)::integer FROM
      (SELECT FROM consents k WHERE k.client_id = asked.client_id LIMIT ${maxCounted}) counted) AS people
    FROM unnest($1::text[]) AS asked (client_id)`,
};

/** Counts the users of each of these clients, up to `maxCounted`. */
export async function countPeopleOf(db: Db, clientIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await db.run<{ client_id: string; people: number }>(peopleStatement, [clientIds]);
  return new Map(rows.map(({ client_id, people }) => [client_id, people]));
}
