/**
 * The last failed requests of each client, for whoever looks for the mistake. Never a secret: see web/oauth/failed-request.ts.
 * Those of strangers have places of their own, and each caller so many: nobody pushes out what others did.
 */
import { type CountedPage, type NumberedPage, totalOf } from './admin-lists.ts';
import { countUpTo } from './counts.ts';
import type { Db, Statement } from './database.ts';
import { sha256 } from './sealer.ts';

export type Endpoint = 'authorize' | 'token' | 'par' | 'revoke' | 'introspect';

export interface NewFailedRequest {
  readonly clientId: string;
  readonly at: Date;
  readonly requestId: string;
  readonly endpoint: Endpoint;
  /** The OAuth error. */
  readonly error: string;
  /** What the client was told beside it. */
  readonly description: string | null;
  /** What only the log and admins are told. */
  readonly detail: string | null;
  /** Every name that was sent; null where the value is not shown. */
  readonly parameters: Readonly<Record<string, string | null>>;
  /** Left out for the client itself, which has authenticated. */
  readonly by?: FailedBy;
}

export interface FailedBy {
  /** Nobody proved anything: the request only named the client. Else a person who uses the app. */
  readonly stranger: boolean;
  /** One text for one person, or for one network of strangers. */
  readonly caller: string;
}

/** A person or a network as it is kept: told from others, and not readable. */
export function callerKey(kind: 'account' | 'network', name: string): string {
  return sha256(`failed request, ${kind} ${name}`).subarray(0, 12).toString('base64url');
}

export interface FailedRequest {
  readonly id: string;
  readonly client_id: string;
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

/** What is kept of one client, the newest. Rows. */
export const maxKept = 200;
/** What is kept beside it of strangers who named the client. Rows. */
export const maxKeptOfStrangers = 100;
/** Of one person, or one network of strangers. Rows. */
export const maxKeptOfCaller = 20;
/** How long at most. Days. */
const daysKept = 14;

const insertStatement: Statement = {
  name: 'failed-requests-add',
  text: `WITH known AS (
      SELECT g.* FROM json_to_recordset($1::json) AS g ("clientId" text, at timestamptz, "requestId" text, endpoint text,
        error text, description text, detail text, parameters jsonb, stranger boolean, caller text, place integer)
      JOIN clients c ON c.client_id = g."clientId" ORDER BY g.place FOR KEY SHARE OF c)
    INSERT INTO failed_requests (client_id, at, request_id, endpoint, error, description, detail, parameters, stranger, caller)
    SELECT "clientId", at, "requestId", endpoint, error, description, detail, parameters, stranger, caller FROM known RETURNING 1`,
};
// Strangers' places go round: the newest of each network, then the second newest of each, so that a network with few keeps them.
const trimStatement: Statement = {
  name: 'failed-requests-trim',
  text: `DELETE FROM failed_requests WHERE id IN (
      SELECT id FROM failed_requests WHERE id IN (
        SELECT id FROM (
          SELECT id, stranger, caller, turn,
            row_number() OVER (PARTITION BY client_id, stranger ORDER BY CASE WHEN stranger THEN turn END, id DESC) AS place
          FROM (
            SELECT id, client_id, stranger, caller, row_number() OVER (PARTITION BY client_id, caller ORDER BY id DESC) AS turn
            FROM failed_requests WHERE client_id = ANY($1::text[])) of_callers) placed
        WHERE place > CASE WHEN stranger THEN ${maxKeptOfStrangers} ELSE ${maxKept} END
          OR (caller IS NOT NULL AND turn > ${maxKeptOfCaller}))
      FOR UPDATE SKIP LOCKED)`,
};

/**
 * Adds failures, the oldest first, and forgets what is beyond the bounds of their clients: two statements, however many
 * there are. Returns how many were of clients that exist.
 */
export async function addFailedRequests(trx: Db, failures: readonly NewFailedRequest[]): Promise<number> {
  const rows = failures.map(({ by, ...failure }, place) => ({ stranger: false, ...failure, ...by, place }));
  const given = JSON.stringify(rows);
  const added = await trx.run(insertStatement, [given]);
  await trx.run(trimStatement, [[...new Set(failures.map(({ clientId }) => clientId))]]);
  return added.length;
}

export interface FailureFilter {
  readonly clientId?: string | undefined;
  readonly requestId?: string | undefined;
  /** Of strangers alone, or of all others alone. */
  readonly stranger?: boolean | undefined;
}

/** The newest first. */
export async function listFailedRequests(
  db: Db,
  filter: FailureFilter,
  { limit, after, offset = 0 }: { limit: number; after?: string; offset?: number },
): Promise<FailedRequest[]> {
  let query = matching(db, filter).selectAll().orderBy('id', 'desc').limit(limit).offset(offset);
  if (after !== undefined) query = query.where('id', '<', after);
  return (await query.execute()) as FailedRequest[];
}

/** How many are kept, up to `maxCounted`. */
export const countFailuresUpTo = (db: Db, filter: FailureFilter): Promise<number> =>
  countUpTo(db, matching(db, filter));

const newestStatement: Statement = {
  name: 'failed-requests-newest',
  text: `SELECT f.* FROM unnest($1::text[]) AS asked (client_id) CROSS JOIN LATERAL
    (SELECT * FROM failed_requests f WHERE f.client_id = asked.client_id AND NOT f.stranger ORDER BY id DESC LIMIT 1) f`,
};

/** The newest one of each of these clients that counts against it: no stranger's. */
export async function listNewestFailures(db: Db, clientIds: readonly string[]): Promise<FailedRequest[]> {
  return db.run<FailedRequest>(newestStatement, [clientIds]);
}

/** The same by page, with how many there are. */
export async function pageOfFailedRequests(
  db: Db,
  filter: FailureFilter,
  { page, per_page: size }: NumberedPage,
): Promise<CountedPage<FailedRequest>> {
  const query = matching(db, filter);
  const rows = query
    .selectAll()
    .orderBy('id', 'desc')
    .limit(size)
    .offset((page - 1) * size);
  return { rows: (await rows.execute()) as FailedRequest[], total: await totalOf(query) };
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
      SELECT id FROM failed_requests WHERE at < now() - interval '${daysKept} days' LIMIT $1 FOR UPDATE SKIP LOCKED)
    RETURNING 1`,
};

/** Deletes up to `limit` failures that are too old; returns how many. */
export async function purgeFailedRequests(db: Db, limit: number): Promise<number> {
  return (await db.run(purgeStatement, [limit])).length;
}

const countStatement: Statement = {
  name: 'failed-requests-count',
  text: 'SELECT count(*)::integer AS count FROM failed_requests WHERE client_id = $1 AND at >= $2 AND NOT stranger',
};

/** How many of a client's kept failures are from `since` or later, without those of strangers: at most `maxKept`. */
export async function countFailuresSince(db: Db, clientId: string, since: Date): Promise<number> {
  const [row] = await db.run<{ count: number }>(countStatement, [clientId, since]);
  return row?.count ?? 0;
}
