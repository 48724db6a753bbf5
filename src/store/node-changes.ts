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
}

// What the read before has not seen, and nothing else: while some transaction stays open, everything after its beginning would
// be found again and again. The first condition is for the index.
const statement: Statement = {
  name: 'waiting-work-and-unseen-changes',
  text: `${waitingWork.text}, pg_current_snapshot()::text AS seen,
    (SELECT json_agg(json_build_array(channel, payload)) FROM node_changes
      WHERE written_by >= pg_snapshot_xmin($1::text::pg_snapshot)
        AND NOT pg_visible_in_snapshot(written_by, $1::text::pg_snapshot)) AS changes`,
};

/** Returns a look that calls `channels[name]` with the payload of each notification since the look before, once. */
export function lookForChanges(
  channels: Readonly<Record<string, (payload: string) => void>>,
  onWaiting: (waiting: WaitingWork) => void,
): Look<Row> {
  let seen: string | null = null;
  return {
    statement,
    values: () => [seen],
    restart() {
      seen = null;
    },
    onRow({ changes, seen: next, ...waiting }) {
      seen = next;
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
