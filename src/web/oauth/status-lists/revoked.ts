/** What is revoked, as runs and places of the lists. Read when a list is asked for, at most every two seconds. */
import { canResume } from '../../../policy/feed-cursor.ts';
import { runOfGrant, runsPerList } from '../../../policy/status-lists.ts';
import type { Db } from '../../../store/database.ts';
import { type FeedEntry, readFeed } from '../../../store/revocation-feed.ts';
import { readStatusPlaces, statusRunsOf } from '../../../store/status-lists.ts';

export interface Revoked {
  readonly runs: ReadonlySet<number>;
  readonly places: readonly number[];
  /** The number of lists. */
  readonly lists: number;
}

export type ReadRevoked = () => Promise<Revoked>;

const maxAgeMs = 2_000;
const pageSize = 1_000;

export function createReadRevoked(db: Db): ReadRevoked {
  const follower = createFollower(db);
  let reading: Promise<Revoked> | undefined;
  let readAtMs = Number.NEGATIVE_INFINITY;

  async function read(): Promise<Revoked> {
    const { grants, keys, clients } = await follower.catchUp();
    const { places, runs: taken } = await readStatusPlaces(db);
    const ofClients = keys.length + clients.length === 0 ? [] : await statusRunsOf(db, keys, clients);
    const runs = new Set([...grants.flatMap((id) => runOfGrant(id) ?? []), ...ofClients]);
    return { runs, places, lists: Math.ceil(taken / runsPerList) };
  }

  return () => {
    const now = performance.now();
    if (reading && now - readAtMs < maxAgeMs) return reading;
    readAtMs = now;
    const next = read();
    reading = next;
    next.catch(() => {
      if (reading === next) reading = undefined;
    });
    return next;
  };
}

/** The entries of the revocation list that are in force. */
function createFollower(db: Db) {
  const kept = new Map<string, FeedEntry>();
  let at: { feed: string; seq: number; purgedBefore: number } | undefined;

  async function catchUp() {
    for (;;) {
      const page = await readFeed(db, at?.seq ?? 0, pageSize);
      if (at && !canResume(at, page)) {
        at = undefined;
        kept.clear();
        continue;
      }
      for (const entry of page.entries) if (concernsLists(entry)) kept.set(`${entry.kind} ${entry.value}`, entry);
      const full = page.entries.length === pageSize;
      const seq = full ? (page.entries.at(-1) as FeedEntry).seq : page.position;
      at = { feed: page.feed, seq, purgedBefore: Math.max(seq, page.purged) };
      if (!full) break;
    }
    const nowSeconds = Date.now() / 1000;
    for (const [key, { expires_at: end }] of kept) if (end !== null && end < nowSeconds) kept.delete(key);
    const of = (kind: FeedEntry['kind']) =>
      [...kept.values()].filter((entry) => entry.kind === kind).map(({ value }) => value);
    return { grants: of('gid'), keys: of('jti'), clients: of('client_id') };
  }

  // Two callers never read at once.
  let running: ReturnType<typeof catchUp> | undefined;
  return {
    catchUp() {
      running ??= catchUp().finally(() => {
        running = undefined;
      });
      return running;
    },
  };
}

/** Single tokens have places of their own; an entry of this kind may also name the trust in a client. */
function concernsLists({ kind, value }: FeedEntry): boolean {
  if (kind === 'gid') return runOfGrant(value) !== undefined;
  return kind === 'client_id' || (kind === 'jti' && value.includes(' '));
}
