/**
 * Reads that may be a few seconds old go to a streaming replica, as long as it is near enough to the primary. Once a second the
 * position of the primary's write-ahead log is noted with the time, and the replica is asked how far it has replayed. So no clock of
 * another machine matters, and an idle primary makes no lag. Whenever the replica can't be used, the primary answers.
 */
import { type Database, type Db, openDatabase, type Statement } from './database.ts';
import type { Reads, ReplicaFacts, ReplicaState } from './reads.ts';
import { settledWithin } from './settled-within.ts';
import { isRolledBack, isUnavailable } from './unavailable.ts';

/** A replica that is further behind is not read. Browsers that changed something read the primary for longer than that. */
export const maxBehindMs = 5_000;

const intervalMs = 1_000;
const timeoutMs = 2_000;
/** The age of the oldest position that is kept: a replica that is further behind has this lag at least. */
const maxMarkAgeMs = 600_000;

/** Where the primary is, and which database it is. */
const markStatement: Statement = {
  name: 'replica-mark',
  text: `SELECT CASE WHEN pg_is_in_recovery() THEN NULL ELSE pg_current_wal_lsn()::text END AS position,
    (SELECT value FROM settings WHERE name = 'feed_id') AS feed`,
};
const lookStatement: Statement = {
  name: 'replica-look',
  text: `SELECT pg_is_in_recovery() AS standby, pg_last_wal_replay_lsn()::text AS position,
    CASE WHEN pg_is_in_recovery() THEN pg_is_wal_replay_paused() ELSE false END AS paused,
    (SELECT value FROM settings WHERE name = 'feed_id') AS feed`,
};

interface ReplicaLook {
  readonly standby: boolean;
  /** Null for a database that has never been a replica. */
  readonly position: string | null;
  readonly paused: boolean;
  readonly feed: string | null;
}

/** How far the replica is, and whether it is one. */
export async function lookAtReplica(db: Db): Promise<ReplicaLook> {
  const [row] = await db.run<ReplicaLook>(lookStatement, []);
  return row as ReplicaLook;
}

interface PrimaryMark {
  /** Null for a standby. */
  readonly position: string | null;
  readonly feed: string | null;
}

export async function markPrimary(db: Db): Promise<PrimaryMark> {
  const [row] = await db.run<PrimaryMark>(markStatement, []);
  return row as PrimaryMark;
}

/** A position of the write-ahead log, `16/B374D848`, as a number. */
export function positionOf(text: string): bigint {
  const [high = '0', low = '0'] = text.split('/');
  return (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`);
}

interface Mark {
  readonly atMs: number;
  readonly position: bigint;
}

export interface ReplicaOptions {
  readonly url: string;
  readonly poolSize: number;
  readonly primary: Database;
  /** Called whenever the state changes. */
  readonly onState: (facts: ReplicaFacts) => void;
  readonly onError?: (error: Error) => void;
}

export interface Replica extends Reads {
  stop(): Promise<void>;
}

/** Resolves after the first look, so that a replica that is there is used at once. One that is away delays nothing for longer than 2 s. */
export async function openReplica({ url, poolSize, primary, onState, onError }: ReplicaOptions): Promise<Replica> {
  const open = (size: number) => openDatabase({ url, poolSize: size, ...(onError && { onError }) });
  // A connection of its own, so that a look never waits for lists.
  const [lists, looks] = [open(poolSize), open(1)];
  const watch = watchReplica({ primary, looks, onState });
  await watch.look();
  const timer = setInterval(watch.look, intervalMs).unref();
  const reads = { replica: 0, primary: 0 };
  return {
    facts: watch.facts,
    counts: () => reads,
    async run(mayBeOld, work) {
      if (mayBeOld && watch.isUsable()) {
        try {
          const result = await work(lists);
          reads.replica += 1;
          return result;
        } catch (error) {
          // Lost, or a conflict with what it replays. The primary answers, and until the next look it answers everything.
          if (!isUnavailable(error) && !isRolledBack(error)) throw error;
          watch.lost();
        }
      }
      reads.primary += 1;
      return work(primary);
    },
    async stop() {
      clearInterval(timer);
      await Promise.all([lists.close(), looks.close()]);
    },
  };
}

/** Knows how far the replica is behind, by a look from time to time. */
function watchReplica({ primary, looks, onState }: Pick<ReplicaOptions, 'primary' | 'onState'> & { looks: Database }) {
  let marks: Mark[] = [];
  let facts: ReplicaFacts = { state: 'away', lagSeconds: 0 };
  /** The moment whose commits the replica has all. */
  let freshAsOfMs = Number.NEGATIVE_INFINITY;
  let looking: Promise<void> | undefined;

  function become(state: ReplicaState, lagSeconds: number): void {
    const changed = state !== facts.state;
    facts = { state, lagSeconds };
    if (changed) onState(facts);
  }

  async function lookOnce(): Promise<void> {
    const atMs = performance.now();
    const [mark, seen] = await Promise.all([inTime(markPrimary(primary)), inTime(lookAtReplica(looks))]);
    if (mark?.position) marks.push({ atMs, position: positionOf(mark.position) });
    marks = marks.filter((one) => one.atMs > atMs - maxMarkAgeMs);
    const replayed = seen?.standby && seen.position ? positionOf(seen.position) : undefined;
    const reached = replayed === undefined ? undefined : marks.findLast(({ position }) => position <= replayed);
    if (reached) freshAsOfMs = Math.max(freshAsOfMs, reached.atMs);
    const behindMs = Math.round(atMs - (reached?.atMs ?? marks[0]?.atMs ?? atMs));
    become(stateOf({ seen, mark, behindMs, isKnown: reached !== undefined }), behindMs / 1000);
  }

  return {
    facts: () => facts,
    /** Looks now, unless a look is under way. */
    look(): Promise<void> {
      looking ??= lookOnce().finally(() => {
        looking = undefined;
      });
      return looking;
    },
    isUsable: () => facts.state === 'used' && performance.now() - freshAsOfMs <= maxBehindMs,
    lost: () => become('away', facts.lagSeconds),
  };
}

/** Undefined if there is no answer in time. */
async function inTime<T>(answer: Promise<T>): Promise<T | undefined> {
  let result: T | undefined;
  const done = answer.then(
    (value) => {
      result = value;
    },
    () => {},
  );
  await settledWithin(done, timeoutMs);
  return result;
}

interface Looked {
  readonly seen: ReplicaLook | undefined;
  readonly mark: PrimaryMark | undefined;
  readonly behindMs: number;
  /** Whether the replica has reached a position that was noted. */
  readonly isKnown: boolean;
}

function stateOf({ seen, mark, behindMs, isKnown }: Looked): ReplicaState {
  if (!seen) return 'away';
  if (!seen.standby) return 'promoted';
  if (mark && mark.feed !== seen.feed && behindMs <= maxBehindMs) return 'other';
  if (isKnown && behindMs <= maxBehindMs) return 'used';
  return seen.paused ? 'paused' : 'behind';
}
