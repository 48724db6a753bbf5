/**
 * What NOTIFY tells nodes, read as rows, for a node that can't LISTEN. It is read together with the work that waits, so one
 * statement carries everything.
 */
import type { Db, Statement } from './database.ts';
import type { Look } from './notifications.ts';
import { type WaitingWork, waitingWork } from './waiting-work.ts';

interface Row extends WaitingWork {
  /** Pairs of channel and payload; null if nothing changed. */
  readonly changes: readonly (readonly [channel: string, payload: string])[] | null;
  /** Which transactions this read has seen. */
  readonly seen: string;
  /** The highest number in the revocation list; null if it is empty. */
  readonly newest: number | null;
}

// What the read before has not seen, and nothing else: while some transaction stays open, everything after its beginning would
// be found again and again. The first condition is for the index.
const statement: Statement = {
  name: 'waiting-work-and-unseen-changes',
  text: `${waitingWork.text}, pg_current_snapshot()::text AS seen,
    (SELECT seq FROM token_revocation ORDER BY seq DESC LIMIT 1)::float8 AS newest,
    (SELECT json_agg(json_build_array(channel, payload)) FROM node_changes
      WHERE written_by >= pg_snapshot_xmin($1::text::pg_snapshot)
        AND NOT pg_visible_in_snapshot(written_by, $1::text::pg_snapshot)) AS changes`,
};

/**
 * Returns a look that calls `channels[name]` with the payload of each notification since the look before, once. Revocations are
 * many, so none of them is a row here: the look sees that the list has grown. `onRevocation` gets the time of the look before
 * (performance.now()), which is before the revocation.
 */
export function lookForChanges(
  channels: Readonly<Record<string, (payload: string) => void>>,
  onWaiting: (waiting: WaitingWork) => void,
  onRevocation: (sinceMs: number) => void,
): Look<Row> {
  let seen: string | null = null;
  let revocations: { readonly newest: number; readonly atMs: number } | undefined;
  let askedMs = 0;
  return {
    statement,
    values() {
      askedMs = performance.now();
      return [seen];
    },
    restart() {
      seen = null;
      revocations = undefined;
    },
    onRow({ changes, seen: next, newest: last, ...waiting }) {
      seen = next;
      const before = revocations;
      const newest = Math.max(last ?? 0, before?.newest ?? 0);
      revocations = { newest, atMs: askedMs };
      if (before && newest > before.newest) onRevocation(before.atMs);
      for (const [channel, payload] of changes ?? []) channels[channel]?.(payload);
      onWaiting(waiting);
    },
  };
}

const purgeStatement: Statement = {
  name: 'node-changes-purge',
  text: `DELETE FROM node_changes WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM node_changes WHERE at < clock_timestamp() - interval '10 minutes' LIMIT $1)) RETURNING 1`,
};

/** Deletes up to `limit` rows that every node has read, and returns their number. Nodes trust what they keep for half a minute. */
export async function purgeNodeChanges(db: Db, limit: number): Promise<number> {
  return (await db.run(purgeStatement, [limit])).length;
}
