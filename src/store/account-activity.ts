/**
 * The activity of an account: its part of the audit log, newest first. The log has no column for the person that an event
 * is about, so there are three ways to it, each by its own index and disjoint: events on the account, events that name it
 * in their details (apps), and what the account did to other things. Each is read backwards and stops at the page's last
 * row, so that a page costs the same in a log of any length.
 */
import type { RawBuilder } from 'kysely';
import { type ActivityKind, signInActions } from '../policy/activity.ts';
import type { AuditEvent } from './audit.ts';
import { type RemovedEvents, removedSql } from './audit-removal.ts';
import { sql } from './builder.ts';
import type { Db } from './database.ts';

export interface ActivityFilter {
  readonly accountId: string;
  readonly kind?: ActivityKind | undefined;
  /** Inclusive; `until` is exclusive. */
  readonly from?: Date | undefined;
  readonly until?: Date | undefined;
}

/** Lists events. `before` and `after` are values of seq: `before` selects older events, `after` the next newer ones. */
export async function listActivity(
  db: Db,
  filter: ActivityFilter,
  { limit, before, after, offset = 0 }: { limit: number; before?: string; after?: string; offset?: number },
): Promise<AuditEvent[]> {
  const order = sql.raw(after === undefined ? 'DESC' : 'ASC');
  const place =
    after === undefined ? (before === undefined ? sql`` : sql` AND seq < ${before}`) : sql` AND seq > ${after}`;
  const columns = sql`seq, at, actor, action, target, details, request_id`;
  const { rows } = await sql<AuditEvent>`SELECT ${columns} FROM (${joined(
    waysTo(filter).map(
      (way) =>
        sql`(SELECT ${columns} FROM audit_events WHERE ${way}${place} ORDER BY seq ${order} LIMIT ${limit + offset})`,
    ),
  )}) found ORDER BY seq ${order} LIMIT ${limit} OFFSET ${offset}`.execute(db.builder);
  return after === undefined ? rows : rows.reverse();
}

/** Counting stops at this number: it reads a row for each event, and nobody pages further. */
export const maxActivityCounted = 1_000;

export interface ActivityCount {
  /** Matching events, up to `maxActivityCounted`. */
  readonly total: number;
  /** What was removed from the log; undefined if the account is younger. */
  readonly removed: RemovedEvents | undefined;
}

/** Counts the matching events, and says what was removed from the log, in one statement. */
export async function countActivity(db: Db, filter: ActivityFilter): Promise<ActivityCount> {
  // A parameter: for a number, a plan that is made for every account would gather all events of the account and sort them.
  const max = sql`${maxActivityCounted}`;
  const ways = waysTo(filter).map(
    (way) => sql`(SELECT 1 FROM audit_events WHERE ${way} ORDER BY seq DESC LIMIT ${max})`,
  );
  const query = sql<{ total: number } & (RemovedEvents | { before: null })>`SELECT
      (SELECT count(*)::integer FROM (SELECT FROM (${joined(ways)}) found LIMIT ${max}) counted) AS total, r.place, r.before, r.days
    FROM (SELECT) one LEFT JOIN (SELECT r.place, r.before, r.days FROM (${sql.raw(removedSql)}) r
      JOIN accounts a ON a.id = ${filter.accountId} AND a.created_at <= r.before) r ON true`;
  const { rows } = await query.execute(db.builder);
  const [{ total, ...removed } = { total: 0, before: null }] = rows;
  return { total, removed: removed.before === null ? undefined : removed };
}

const joined = (parts: RawBuilder<unknown>[]): RawBuilder<unknown> => sql.join(parts, sql` UNION ALL `);

/** The conditions of the ways that lead to the events of the filter. Each must fit the expressions of an index. */
function waysTo({ accountId, kind, from, until }: ActivityFilter): RawBuilder<unknown>[] {
  const itself = `account:${accountId}`;
  const signIns = sql.join(signInActions.map((action) => sql.lit(action)));
  const named = sql`details ->> 'account'`;
  const ways: Readonly<Record<ActivityKind, RawBuilder<unknown>>> = {
    'sign-in': sql`target = ${itself} AND action IN (${signIns})`,
    account: sql`target = ${itself} AND action NOT IN (${signIns})`,
    apps: sql`${named} = ${accountId} AND target <> ${itself}`,
    work: sql`actor = ${itself} AND actor <> target AND (${named}) IS DISTINCT FROM ${accountId}`,
  };
  const chosen = kind ? [ways[kind]] : [sql`target = ${itself}`, ways.apps, ways.work];
  const since = from ? sql` AND at >= ${from}` : sql``;
  const upTo = until ? sql` AND at < ${until}` : sql``;
  return chosen.map((way) => sql`${way}${since}${upTo}`);
}
