/** What is revoked, as runs and places of the lists. Read when a list is asked for, at most every two seconds. */
import { canResume } from '../../../policy/feed-cursor.ts';
import { listOfPlace, listOfRun, runOfGrant } from '../../../policy/status-lists.ts';
import type { Db } from '../../../store/database.ts';
import { type FeedEntry, readFeed } from '../../../store/revocation-feed.ts';
import { countStatusRuns, readStatusPlaces, statusRunsOf } from '../../../store/status-lists.ts';

export interface Revoked {
  /** Differs between any two contents of the list, so that bits are made only when they are others. */
  version(list: number): string;
  in(list: number): { readonly runs: readonly number[]; readonly places: readonly number[] };
}

export interface RevokedReader {
  /** What is revoked; at most two seconds old. */
  read(): Promise<Revoked>;
  /** Runs that were taken when this was called, by any node. */
  countRuns(): Promise<number>;
}

const maxAgeMs = 2_000;
const pageSize = 1_000;

export function createRevokedReader(db: Db): RevokedReader {
  const follower = createFollower(db);
  let reading: Promise<Revoked> | undefined;
  let readAtMs = Number.NEGATIVE_INFINITY;

  async function read(): Promise<Revoked> {
    const { keys, clients } = await follower.catchUp();
    const places = await readStatusPlaces(db);
    const runs = keys.length + clients.length === 0 ? [] : await statusRunsOf(db, keys, clients);
    const [ofClients, single] = [byList(runs, listOfRun), byList(places, listOfPlace)];
    return {
      version: (list) => [follower.grants.version(list), ofClients.get(list)?.name, single.get(list)?.name].join('|'),
      in: (list) => ({
        runs: [...follower.grants.runs(list), ...(ofClients.get(list)?.numbers ?? [])],
        places: single.get(list)?.numbers ?? [],
      }),
    };
  }

  return {
    read() {
      const now = performance.now();
      if (reading && now - readAtMs < maxAgeMs) return reading;
      readAtMs = now;
      const next = read();
      reading = next;
      next.catch(() => {
        if (reading === next) reading = undefined;
      });
      return next;
    },
    countRuns: joined(() => countStatusRuns(db)),
  };
}

/** Calls during a run share the next one, so each of them sees what was there when it came, and one at a time runs. */
function joined<T>(work: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  let next: Promise<T> | undefined;
  const begin = (): Promise<T> => {
    next = undefined;
    running = work().finally(() => {
      if (!next) running = undefined;
    });
    return running;
  };
  return () => {
    if (!running) return begin();
    next ??= running.then(begin, begin);
    return next;
  };
}

/** `name` is another one for other numbers. */
function byList(all: readonly number[], listOf: (number: number) => number) {
  const lists = new Map<number, { name: string; numbers: number[] }>();
  for (const number of [...new Set(all)].sort((a, b) => a - b)) {
    const list = lists.get(listOf(number)) ?? { name: '', numbers: [] };
    list.numbers.push(number);
    lists.set(listOf(number), list);
  }
  for (const list of lists.values()) list.name = list.numbers.join();
  return lists;
}

/** Follows the entries of the revocation list that are in force. What it costs depends on what is new. */
function createFollower(db: Db) {
  const grants = createGrants();
  const others = new Map<string, FeedEntry>();
  let at: { feed: string; seq: number; purgedBefore: number } | undefined;

  function note(entry: FeedEntry): void {
    const run = entry.kind === 'gid' ? runOfGrant(entry.value) : undefined;
    if (run !== undefined) grants.note(entry.value, run, entry.expires_at);
    // Single tokens have places of their own; an entry of this kind may also name the trust in a client.
    if (entry.kind === 'client_id' || (entry.kind === 'jti' && entry.value.includes(' '))) {
      others.set(`${entry.kind} ${entry.value}`, entry);
    }
  }

  async function catchUp() {
    for (;;) {
      const page = await readFeed(db, at?.seq ?? 0, pageSize);
      if (at && !canResume(at, page)) {
        at = undefined;
        others.clear();
        grants.clear();
        continue;
      }
      for (const entry of page.entries) note(entry);
      const full = page.entries.length === pageSize;
      const seq = full ? (page.entries.at(-1) as FeedEntry).seq : page.position;
      at = { feed: page.feed, seq, purgedBefore: Math.max(seq, page.purged) };
      if (!full) break;
    }
    grants.sweep();
    const nowSeconds = Date.now() / 1000;
    for (const [key, { expires_at: end }] of others) if (end !== null && end < nowSeconds) others.delete(key);
    const of = (kind: FeedEntry['kind']) =>
      [...others.values()].filter((entry) => entry.kind === kind).map(({ value }) => value);
    return { keys: of('jti'), clients: of('client_id') };
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
    grants,
  };
}

/** How often all ended authorizations are looked at. A bit that is set for longer is that of a token that has expired. */
const sweepEveryMs = 30_000;

/** Ended authorizations by list, as long as their tokens could be valid. */
function createGrants() {
  const lists = new Map<number, { changes: number; ended: Map<string, { run: number; until: number }> }>();
  let clears = 0;
  let sweptAtMs = performance.now();

  return {
    note(grantId: string, run: number, end: number | null): void {
      const number = listOfRun(run);
      const list = lists.get(number) ?? { changes: 0, ended: new Map() };
      lists.set(number, list);
      list.changes += 1;
      const until = end ?? Number.POSITIVE_INFINITY;
      // An entry that has expired lifts the earlier ones.
      if (until < Date.now() / 1000) list.ended.delete(grantId);
      else list.ended.set(grantId, { run, until });
    },
    clear(): void {
      lists.clear();
      clears += 1;
    },
    sweep(): void {
      if (performance.now() - sweptAtMs < sweepEveryMs) return;
      sweptAtMs = performance.now();
      const nowSeconds = Date.now() / 1000;
      for (const list of lists.values()) {
        for (const [id, { until }] of list.ended) {
          if (until >= nowSeconds) continue;
          list.ended.delete(id);
          list.changes += 1;
        }
      }
    },
    version: (list: number): string => `${clears}.${lists.get(list)?.changes ?? 0}`,
    runs: (list: number): number[] => [...(lists.get(list)?.ended.values() ?? [])].map(({ run }) => run),
  };
}
