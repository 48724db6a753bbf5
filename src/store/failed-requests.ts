/**
 * The last failed requests of each client, and of requests that no client made, for developers who look for a mistake. They contain no secrets: see
 * web/oauth/failed-request.ts. Requests of strangers have a quota of their own, and so has each caller, so that nobody
 * can displace the failures of others.
 */
import { type CountedPage, countedPage, type NumberedPage } from './admin-lists.ts';
import { failedRequestColumns, listOf } from './columns.ts';
import { countUpTo } from './counts.ts';
import type { Db, Statement } from './database.ts';
import { sha256 } from './sealer.ts';

export type Endpoint = 'authorize' | 'token' | 'par' | 'revoke' | 'introspect' | 'device_authorization' | 'register';

export interface NewFailedRequest {
  /** Undefined if the request named no client that there is, or was to make one. */
  readonly clientId: string | undefined;
  readonly at: Date;
  readonly requestId: string;
  readonly endpoint: Endpoint;
  /** The OAuth error. */
  readonly error: string;
  /** The error_description that was sent to the client. */
  readonly description: string | null;
  /** Details that only the log and admins see. */
  readonly detail: string | null;
  /** Every parameter name that was sent; null where the value is not stored. */
  readonly parameters: Readonly<Record<string, string | null>>;
  /** Absent if the client had authenticated. */
  readonly by?: FailedBy;
}

export interface FailedBy {
  /** True if the request only named the client and proved nothing; false for a user of the app. */
  readonly stranger: boolean;
  /** Identifies one user, or one network of strangers. */
  readonly caller: string;
}

/** Returns the key under which a user or a network is stored. It distinguishes callers without revealing them. */
export function callerKey(kind: 'account' | 'network', name: string): string {
  return sha256(`failed request, ${kind} ${name}`).subarray(0, 12).toString('base64url');
}

export interface FailedRequest {
  readonly id: string;
  readonly client_id: string | null;
  readonly at: Date;
  readonly request_id: string;
  readonly endpoint: Endpoint;
  readonly error: string;
  readonly description: string | null;
  readonly detail: string | null;
  readonly parameters: Readonly<Record<string, string | null>>;
  readonly stranger: boolean;
  /** Null for the client itself. */
  readonly caller: string | null;
}

/** Rows kept for one client and its users; the newest are kept. */
export const maxKept = 200;
/** Rows kept in addition for strangers who named the client. */
export const maxKeptOfStrangers = 100;
/** Rows kept of requests without a client. */
export const maxKeptWithoutClient = 200;
/** Rows kept for one user, or one network of strangers. */
export const maxKeptOfCaller = 20;
const retentionDays = 14;

const insertStatement: Statement = {
  name: 'failed-requests-add',
  text: `WITH given AS (
      SELECT g."clientId", g.at, g."requestId", g.endpoint, g.error, g.description, g.detail, g.parameters, g.stranger, g.caller, g.place
      FROM json_to_recordset($1::json) AS g ("clientId" text, at timestamptz, "requestId" text, endpoint text,
        error text, description text, detail text, parameters jsonb, stranger boolean, caller text, place integer)),
    known AS (SELECT given."clientId", given.at, given."requestId", given.endpoint, given.error, given.description, given.detail, given.parameters, given.stranger, given.caller, given.place
      FROM given JOIN clients c ON c.client_id = given."clientId" FOR KEY SHARE OF c),
    kept AS (SELECT "clientId", at, "requestId", endpoint, error, description, detail, parameters, stranger, caller, place FROM known
      UNION ALL SELECT "clientId", at, "requestId", endpoint, error, description, detail, parameters, stranger, caller, place FROM given WHERE "clientId" IS NULL)
    INSERT INTO failed_requests (client_id, at, request_id, endpoint, error, description, detail, parameters, stranger, caller)
    SELECT "clientId", at, "requestId", endpoint, error, description, detail, parameters, stranger, caller
    FROM kept ORDER BY place RETURNING 1`,
};
// The quota of strangers is shared in turns: the newest row of each network, then the second newest of each, and so on. A
// network with few failures keeps them.
const trim = (which: string) => `DELETE FROM failed_requests WHERE id IN (
      SELECT id FROM failed_requests WHERE id IN (
        SELECT id FROM (
          SELECT id, client_id, stranger, caller, turn,
            row_number() OVER (PARTITION BY client_id, stranger ORDER BY CASE WHEN stranger THEN turn END, id DESC) AS place
          FROM (
            SELECT id, client_id, stranger, caller, row_number() OVER (PARTITION BY client_id, caller ORDER BY id DESC) AS turn
            FROM failed_requests WHERE ${which}) of_callers) placed
        WHERE place > CASE WHEN client_id IS NULL THEN ${maxKeptWithoutClient} WHEN stranger THEN ${maxKeptOfStrangers} ELSE ${maxKept} END
          OR (caller IS NOT NULL AND turn > ${maxKeptOfCaller}))
      FOR UPDATE SKIP LOCKED)`;
const trimStatement: Statement = { name: 'failed-requests-trim', text: trim('client_id = ANY($1::text[])') };
const trimWithoutClientStatement: Statement = {
  name: 'failed-requests-trim-without-client',
  text: trim('client_id IS NULL'),
};

/**
 * Inserts failures, oldest first, and deletes those beyond the limits of their clients, with two statements for any
 * number of failures, and one more if some have no client. Returns how many belonged to existing clients or to none.
 */
export async function addFailedRequests(trx: Db, failures: readonly NewFailedRequest[]): Promise<number> {
  const rows = failures.map(({ by, ...failure }, place) => ({ stranger: false, ...failure, ...by, place }));
  const json = JSON.stringify(rows);
  const added = await trx.run(insertStatement, [json]);
  const named = new Set(failures.map(({ clientId }) => clientId));
  await trx.run(trimStatement, [[...named].filter((clientId) => clientId !== undefined)]);
  if (named.has(undefined)) await trx.run(trimWithoutClientStatement, []);
  return added.length;
}

export interface FailureFilter {
  readonly clientId?: string | undefined;
  readonly requestId?: string | undefined;
  /** True selects only strangers, false only all others. */
  readonly stranger?: boolean | undefined;
}

/** Lists failures, newest first. */
export async function listFailedRequests(
  db: Db,
  filter: FailureFilter,
  { limit, after, offset = 0 }: { limit: number; after?: string; offset?: number },
): Promise<FailedRequest[]> {
  let query = matching(db, filter).select(failedRequestColumns).orderBy('id', 'desc').limit(limit).offset(offset);
  if (after !== undefined) query = query.where('id', '<', after);
  return (await query.execute()) as FailedRequest[];
}

/** Counts the stored failures, up to `maxCounted`. */
export const countFailuresUpTo = (db: Db, filter: FailureFilter): Promise<number> =>
  countUpTo(db, matching(db, filter));

const newestStatement: Statement = {
  name: 'failed-requests-newest',
  text: `SELECT ${listOf(failedRequestColumns, 'f')} FROM unnest($1::text[]) AS asked (client_id) CROSS JOIN LATERAL
    (SELECT ${listOf(failedRequestColumns, 'f')} FROM failed_requests f WHERE f.client_id = asked.client_id AND NOT f.stranger ORDER BY id DESC LIMIT 1) f`,
};

/** Returns the newest failure of each of these clients, ignoring strangers. */
export async function listNewestFailures(db: Db, clientIds: readonly string[]): Promise<FailedRequest[]> {
  return db.run<FailedRequest>(newestStatement, [clientIds]);
}

/** Lists failures by page number, with the total. */
export async function pageOfFailedRequests(
  db: Db,
  filter: FailureFilter,
  page: NumberedPage,
): Promise<CountedPage<FailedRequest>> {
  const query = matching(db, filter);
  const { rows, total } = await countedPage(query, query.select(failedRequestColumns).orderBy('id', 'desc'), page);
  return { rows: rows as FailedRequest[], total };
}

function matching(db: Db, { clientId, requestId, stranger }: FailureFilter) {
  let query = db.builder.selectFrom('failed_requests');
  if (clientId !== undefined) query = query.where('client_id', '=', clientId);
  if (requestId !== undefined) query = query.where('request_id', '=', requestId);
  if (stranger !== undefined) query = query.where('stranger', '=', stranger);
  return query;
}

const purgeStatement: Statement = {
  name: 'failed-requests-purge',
  text: `DELETE FROM failed_requests WHERE id IN (
      SELECT id FROM failed_requests WHERE at < now() - interval '${retentionDays} days' LIMIT $1 FOR UPDATE SKIP LOCKED)
    RETURNING 1`,
};

/** Deletes up to `limit` failures that are too old and returns their number. */
export async function purgeFailedRequests(db: Db, limit: number): Promise<number> {
  return (await db.run(purgeStatement, [limit])).length;
}

const countStatement: Statement = {
  name: 'failed-requests-count',
  text: 'SELECT count(*)::integer AS count FROM failed_requests WHERE client_id = $1 AND at >= $2 AND NOT stranger',
};

/** Counts a client's stored failures since `since`, without those of strangers; at most `maxKept`. */
export async function countFailuresSince(db: Db, clientId: string, since: Date): Promise<number> {
  const [row] = await db.run<{ count: number }>(countStatement, [clientId, since]);
  return row?.count ?? 0;
}
