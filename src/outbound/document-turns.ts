/**
 * How many documents a process reads: strangers make it do so. Nobody can have it send many requests to one site, and a site that
 * answers slowly, or a network that asks for many, leaves the others their share.
 */
import { LRUCache } from 'lru-cache';
import { getDomain } from 'tldts';
import { DocumentProblem } from '../policy/client/metadata-document.ts';

export interface TurnLimits {
  /** At a time. */
  readonly running: { readonly site: number; readonly network: number; readonly all: number };
  /** In a minute. */
  readonly begun: { readonly site: number; readonly network: number };
}

const usual: TurnLimits = { running: { site: 2, network: 4, all: 32 }, begun: { site: 30, network: 30 } };
const windowMs = 60_000;

/** Runs `work` for a network; undefined: for an admin, whom only the number of running reads limits. @throws DocumentProblem busy */
export type DocumentTurns = <T>(url: string, network: string | undefined, work: () => Promise<T>) => Promise<T>;

/** With `off`, only those at a time are counted. */
export function createDocumentTurns({ off, limits = usual }: { off: boolean; limits?: TurnLimits }): DocumentTurns {
  const running = new Map<string, number>();
  const begun = countInWindows();
  const add = (key: string, count: number) => {
    const sum = (running.get(key) ?? 0) + count;
    if (sum === 0) running.delete(key);
    else running.set(key, sum);
  };
  return async (url, network, work) => {
    const counted: [key: string, kind: 'site' | 'network'][] = [[`site ${siteOf(url)}`, 'site']];
    if (network !== undefined) counted.push([`network ${network}`, 'network']);
    const full = counted.some(([key, kind]) => (running.get(key) ?? 0) >= limits.running[kind]);
    if (full || (running.get('all') ?? 0) >= limits.running.all) throw busy();
    if (!off && network !== undefined) {
      if (counted.some(([key, kind]) => begun.count(key) >= limits.begun[kind])) throw busy();
      for (const [key] of counted) begun.add(key);
    }
    const keys = ['all', ...counted.map(([key]) => key)];
    for (const key of keys) add(key, 1);
    try {
      return await work();
    } finally {
      for (const key of keys) add(key, -1);
    }
  };
}

/** Counts in windows that begin with the first event. */
function countInWindows() {
  const windows = new LRUCache<string, { count: number; readonly endsAtMs: number }>({ max: 20_000 });
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

/** All hosts that one owner can name: they can all be at the address of a victim. */
function siteOf(url: string): string {
  const { hostname } = new URL(url);
  return getDomain(hostname, { allowPrivateDomains: true }) ?? hostname;
}

const busy = () => new DocumentProblem('busy', 'can’t be read just now: too many documents are asked for');
