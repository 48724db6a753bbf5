/**
 * Collects statistics and failures of clients in memory and writes them in batches. So no request waits for them, and a
 * flood of requests costs the database no more than a few: at most two batches in an interval.
 */
import { LRUCache } from 'lru-cache';
import type { Db } from '../store/database.ts';
import { addFailedRequests, type NewFailedRequest } from '../store/failed-requests.ts';
import { createActivityCounts, dayMs } from './activity-counts.ts';
import { createExchangeTrail, type ExchangeTrail } from './exchange-trail.ts';
import { createFailureBatch } from './failure-batch.ts';

export interface ClientActivity {
  /** Records a successful request; with `grantType`, one that issued tokens. */
  noteSuccess(clientId: string, grantType?: string): void;
  noteFailure(failure: NewFailedRequest): void;
  /** Records the reuse of a refresh token (RFC 9700 §4.14.2). */
  noteRefreshTokenReuse(clientId: string): void;
  /** Records a fork. A lost response is its likely cause, so it counts against no client. */
  noteRefreshTokenFork(): void;
  /** Exchanges, for the audit log. */
  readonly exchanges: ExchangeTrail;
  /** Since the start of the process: failures that were written, failures beyond the limits, refresh token reuses and forks. */
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

/**
 * Failures of one user that count as errors of an app in one day. The trouble, or malice, of a single user does not mean
 * that the app fails. Each node counts separately.
 */
export const maxCountedOfPerson = 10;
/** A limit by size: a cache with a `max` takes the memory for all its entries at once. */
const maxPeopleCounted = 50_000;

export function createClientActivity(db: Db): ClientActivity {
  const totals = { recorded: 0, dropped: 0, refreshTokenReuses: 0, refreshTokenForks: 0 };
  const counts = createActivityCounts();
  const failures = createFailureBatch();
  const countsAgainstApp = limitedByPerson();
  return {
    totals,
    exchanges: createExchangeTrail(db),
    noteSuccess(clientId, grantType) {
      counts.noteUse(clientId);
      if (grantType !== undefined) counts.add(clientId, grantType);
    },
    noteFailure(failure) {
      const { clientId } = failure;
      if (clientId !== undefined) counts.add(clientId, countsAgainstApp(failure) ? 'error' : 'stranger');
      if (!failures.add(failure)) totals.dropped += 1;
    },
    noteRefreshTokenReuse(clientId) {
      totals.refreshTokenReuses += 1;
      counts.add(clientId, 'theft');
    },
    noteRefreshTokenFork() {
      totals.refreshTokenForks += 1;
    },
    writeStatistics: () => counts.write(db),
    async writeFailures() {
      const batch = failures.take();
      if (batch.length === 0) return;
      try {
        totals.recorded += await db.transaction((trx) => addFailedRequests(trx, batch));
      } catch (error) {
        totals.dropped += batch.length;
        throw error;
      }
    },
  };
}

/** Returns whether a failure counts as an error of the app. It remembers how many of each person have counted today. */
function limitedByPerson(): (failure: NewFailedRequest) => boolean {
  const counted = new LRUCache<string, number>({ maxSize: maxPeopleCounted, sizeCalculation: () => 1 });
  return ({ clientId, at, by }) => {
    if (!by) return true;
    if (by.stranger) return false;
    const person = `${Math.floor(at.getTime() / dayMs)} ${clientId} ${by.caller}`;
    const before = counted.get(person) ?? 0;
    counted.set(person, before + 1);
    return before < maxCountedOfPerson;
  };
}
