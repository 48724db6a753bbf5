/**
 * How many documents a process reads: strangers make it do so. Nobody can have it send many requests to one site, and a site that
 * answers slowly, or a network that asks for many, leaves the others their share.
 */
import { LRUCache } from 'lru-cache';
import { DocumentProblem } from '../policy/client/metadata-document.ts';
import { siteOf } from './site.ts';
import { createWaits, type Waits } from './waits.ts';

export interface TurnLimits {
  /** At a time. */
  readonly running: { readonly site: number; readonly network: number; readonly all: number };
  /** In a minute. */
  readonly begun: { readonly site: number; readonly network: number; readonly networkOfSite: number };
}

const usual: TurnLimits = {
  running: { site: 2, network: 4, all: 32 },
  begun: { site: 30, network: 30, networkOfSite: 10 },
};
const windowMs = 60_000;

/**
 * Documents that were read before have turns of their own: strangers can name any new one at somebody else's site, and must not
 * keep this server from reading the one that is in use.
 */
type DocumentLane = 'new' | 'known';

/** Runs `work` for a network; undefined: for an admin, whom only the number of running reads limits. @throws DocumentProblem busy */
export type DocumentTurns = <T>(
  url: string,
  network: string | undefined,
  work: () => Promise<T>,
  lane?: DocumentLane,
) => Promise<T>;

/** With `off`, only those at a time are counted. */
export function createDocumentTurns({ off, limits = usual }: { off: boolean; limits?: TurnLimits }): DocumentTurns {
  const running = new Map<string, number>();
  const begun = countInWindows();
  const add = (key: string, count: number) => {
    const sum = (running.get(key) ?? 0) + count;
    if (sum === 0) running.delete(key);
    else running.set(key, sum);
  };
  return async (url, network, work, lane = 'new') => {
    const counted: [key: string, kind: 'site' | 'network'][] = [[`${lane} site ${siteOf(url)}`, 'site']];
    if (network !== undefined) counted.push([`${lane} network ${network}`, 'network']);
    const full = counted.some(([key, kind]) => (running.get(key) ?? 0) >= limits.running[kind]);
    if (full || (running.get(lane) ?? 0) >= limits.running.all) throw busy();
    if (!off && network !== undefined) {
      const pair = `${lane} ${siteOf(url)} ${network}`;
      const spent = lane === 'new' && begun.count(pair) >= limits.begun.networkOfSite;
      if (spent || counted.some(([key, kind]) => begun.count(key) >= limits.begun[kind])) throw busy();
      for (const key of [pair, ...counted.map(([one]) => one)]) begun.add(key);
    }
    const keys = [lane, ...counted.map(([key]) => key)];
    for (const key of keys) add(key, 1);
    try {
      return await work();
    } finally {
      for (const key of keys) add(key, -1);
    }
  };
}

export type DocumentWaits = Readonly<Record<DocumentLane, Waits>>;

/**
 * For the requests that wait for documents, those that share a read included; their names are networks. `beginning` is the number
 * of requests that may begin an authorization at a time: a third of them may wait in each lane, and the others need no document.
 */
export function createDocumentWaits(beginning: number): DocumentWaits {
  const all = Math.floor(beginning / 3);
  const limits = { each: Math.ceil(all / 2), all };
  return { new: createWaits(limits, busy), known: createWaits(limits, busy) };
}

/** Counts in windows that begin with the first event. */
function countInWindows() {
  const windows = new LRUCache<string, { count: number; readonly endsAtMs: number }>({
    // By size: a cache with a `max` takes the memory for all its entries at once.
    maxSize: 20_000,
    sizeCalculation: () => 1,
  });
  const current = (key: string) => {
    const window = windows.get(key);
    return window && window.endsAtMs > performance.now() ? window : undefined;
  };
  return {
    count: (key: string): number => current(key)?.count ?? 0,
    add(key: string): void {
      const window = current(key);
      if (window) window.count += 1;
      else windows.set(key, { count: 1, endsAtMs: performance.now() + windowMs });
    },
  };
}

const busy = () => new DocumentProblem('busy', 'can’t be read just now: too many documents are asked for');
