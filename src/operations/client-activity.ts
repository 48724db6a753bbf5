/**
 * Collects statistics and failures of clients in memory and writes them in batches. So no request waits for them, and a
 * flood of requests costs the database no more than a few: at most two batches in an interval.
 */
import { LRUCache } from 'lru-cache';
import { addStatistics, type NewCount, noteClientsUsed } from '../store/client-statistics.ts';
import type { Db } from '../store/database.ts';
import { addFailedRequests, type NewFailedRequest } from '../store/failed-requests.ts';

export interface ClientActivity {
  /** Records a successful request; with `grantType`, one that issued tokens. */
  noteSuccess(clientId: string, grantType?: string): void;
  noteFailure(failure: NewFailedRequest): void;
  /** Records the reuse of a refresh token (RFC 9700 §4.14.2). */
  noteRefreshTokenReuse(clientId: string): void;
  /** Records a fork: a lost answer most likely, so it counts against no client. */
  noteRefreshTokenFork(): void;
  /** Since the start of the process: failures that were written, failures beyond the limits, and refresh token reuses and forks. */
  readonly totals: {
    readonly recorded: number;
    readonly dropped: number;
    readonly refreshTokenReuses: number;
    readonly refreshTokenForks: number;
  };
  /** Writes the statistics. After an error they are kept for the next call. */
  writeStatistics(): Promise<void>;
  /** Writes the failures. After an error they are dropped. */
  writeFailures(): Promise<void>;
}

/** Maximum failures in one batch: of one client, so that a broken one leaves room for others, and in total. */
export const maxInBatch = { ofClient: 20, ofAll: 500 } as const;
/** Additional limits for strangers; `ofCaller` limits one network, no matter which clients it names. */
export const maxOfStrangersInBatch = { ofClient: 20, ofAll: 200, ofCaller: 10 } as const;

/**
 * Failures of one user that count as errors of an app in one day. The trouble, or malice, of a single user does not mean
 * that the app fails. Each node counts separately.
 */
export const maxCountedOfPerson = 10;
const maxPeopleCounted = 50_000;

const dayMs = 24 * 3600 * 1000;

export function createClientActivity(db: Db): ClientActivity {
  const totals = { recorded: 0, dropped: 0, refreshTokenReuses: 0, refreshTokenForks: 0 };
  const counts = new Map<string, NewCount & { count: number }>();
  /** Epoch milliseconds. */
  const uses = new Map<string, number>();
  let failures: NewFailedRequest[] = [];
  /** Failures in the batch by client, by caller, and in total. */
  const inBatch = new Map<string, number>();
  const ofPeople = new LRUCache<string, number>({ max: maxPeopleCounted });

  // This runs on nearly every request, so only the first event of a kind in a batch formats a date and creates an object.
  const add = (clientId: string, what: string, count = 1, at = Date.now()) => {
    const key = `${Math.floor(at / dayMs)} ${what} ${clientId}`;
    const known = counts.get(key);
    if (known) known.count += count;
    else counts.set(key, { clientId, day: new Date(at).toISOString().slice(0, 10), what, count });
  };

  const countsAgainstApp = ({ clientId, at, by }: NewFailedRequest): boolean => {
    if (!by) return true;
    if (by.stranger) return false;
    const person = `${Math.floor(at.getTime() / dayMs)} ${clientId} ${by.caller}`;
    const before = ofPeople.get(person) ?? 0;
    ofPeople.set(person, before + 1);
    return before < maxCountedOfPerson;
  };

  /** Reserves a place in the batch; returns false if there is none. */
  const reserve = ({ clientId, by }: NewFailedRequest): boolean => {
    const stranger = by?.stranger ?? false;
    const { ofClient, ofAll } = stranger ? maxOfStrangersInBatch : maxInBatch;
    const places: [string, number][] = [
      [`client ${stranger} ${clientId}`, ofClient],
      [`all ${stranger}`, ofAll],
      ...(stranger ? ([[`caller ${by?.caller}`, maxOfStrangersInBatch.ofCaller]] as [string, number][]) : []),
    ];
    if (places.some(([key, max]) => (inBatch.get(key) ?? 0) >= max)) return false;
    for (const [key] of places) inBatch.set(key, (inBatch.get(key) ?? 0) + 1);
    return true;
  };

  return {
    totals,
    noteSuccess(clientId, grantType) {
      uses.set(clientId, Date.now());
      if (grantType !== undefined) add(clientId, grantType);
    },
    noteFailure(failure) {
      add(failure.clientId, countsAgainstApp(failure) ? 'error' : 'stranger');
      if (reserve(failure)) failures.push(failure);
      else totals.dropped += 1;
    },
    noteRefreshTokenReuse(clientId) {
      totals.refreshTokenReuses += 1;
      add(clientId, 'theft');
    },
    noteRefreshTokenFork() {
      totals.refreshTokenForks += 1;
    },
    async writeStatistics() {
      const added = [...counts.values()];
      const used = new Map([...uses].map(([clientId, at]) => [clientId, new Date(at)]));
      if (added.length === 0 && used.size === 0) return;
      counts.clear();
      uses.clear();
      try {
        await db.transaction(async (trx) => {
          if (added.length > 0) await addStatistics(trx, added);
          if (used.size > 0) await noteClientsUsed(trx, used);
        });
      } catch (error) {
        for (const { clientId, what, count, day } of added) add(clientId, what, count, Date.parse(day));
        for (const [clientId, at] of used) if (!uses.has(clientId)) uses.set(clientId, at.getTime());
        throw error;
      }
    },
    async writeFailures() {
      const batch = failures;
      if (batch.length === 0) return;
      failures = [];
      inBatch.clear();
      try {
        totals.recorded += await db.transaction((trx) => addFailedRequests(trx, batch));
      } catch (error) {
        totals.dropped += batch.length;
        throw error;
      }
    },
  };
}
