/**
 * What clients did, gathered while requests are answered and written in batches, so that no request waits for it and a
 * flood costs the database no more than a trickle: at most two batches in a period, whatever their size.
 */
import { LRUCache } from 'lru-cache';
import { addFigures, type Figure, noteClientsUsed } from '../store/client-statistics.ts';
import type { Db } from '../store/database.ts';
import { addFailedRequests, type NewFailedRequest } from '../store/failed-requests.ts';

export interface ClientActivity {
  /** The client succeeded at an endpoint; with `grantType`, tokens were issued. */
  noteSuccess(clientId: string, grantType?: string): void;
  noteFailure(failure: NewFailedRequest): void;
  /** A spent refresh token of this client came back (RFC 9700 §4.14.2). */
  noteRefreshTokenReuse(clientId: string): void;
  /** Since the start: failures that were written, those beyond the bounds, theft alarms. */
  readonly totals: { readonly recorded: number; readonly dropped: number; readonly thefts: number };
  /** Two transactions at most; what can't be written waits for the next time, failures are let go. */
  writeFigures(): Promise<void>;
  writeFailures(): Promise<void>;
}

/** Failures in one batch: of one client, so that a broken one leaves room for others, and of all together. */
export const maxInBatch = { ofClient: 20, ofAll: 500 } as const;
/** The same of strangers, beside it; of one network of them too, whichever clients it names. */
export const maxOfStrangersInBatch = { ofClient: 20, ofAll: 200, ofCaller: 10 } as const;

/**
 * So many failures of one person count against an app on one day: one person's trouble, or malice, is no app that fails.
 * Each node counts for itself.
 */
export const maxCountedOfPerson = 10;
const maxPeopleCounted = 50_000;

const dayMs = 24 * 3600 * 1000;

export function createClientActivity(db: Db): ClientActivity {
  const totals = { recorded: 0, dropped: 0, thefts: 0 };
  const counts = new Map<string, Figure & { count: number }>();
  /** Epoch milliseconds. */
  const uses = new Map<string, number>();
  let failures: NewFailedRequest[] = [];
  /** How many of the batch are of each client, of each caller, and of all. */
  const inBatch = new Map<string, number>();
  const ofPeople = new LRUCache<string, number>({ max: maxPeopleCounted });

  // With nearly every request: no text of a date, and no object, but for the first of its kind in a batch.
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

  /** Takes a place in the batch, if there is one. */
  const fits = ({ clientId, by }: NewFailedRequest): boolean => {
    const stranger = by?.stranger ?? false;
    const { ofClient, ofAll } = stranger ? maxOfStrangersInBatch : maxInBatch;
    const places: [string, number][] = [
      [`client ${stranger} ${clientId}`, ofClient],
      [`all ${stranger}`, ofAll],
      ...(stranger ? ([[`caller ${by?.caller}`, maxOfStrangersInBatch.ofCaller]] as [string, number][]) : []),
    ];
    if (places.some(([key, most]) => (inBatch.get(key) ?? 0) >= most)) return false;
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
      if (fits(failure)) failures.push(failure);
      else totals.dropped += 1;
    },
    noteRefreshTokenReuse(clientId) {
      totals.thefts += 1;
      add(clientId, 'theft');
    },
    async writeFigures() {
      const figures = [...counts.values()];
      const used = new Map([...uses].map(([clientId, at]) => [clientId, new Date(at)]));
      if (figures.length === 0 && used.size === 0) return;
      counts.clear();
      uses.clear();
      try {
        await db.transaction(async (trx) => {
          if (figures.length > 0) await addFigures(trx, figures);
          if (used.size > 0) await noteClientsUsed(trx, used);
        });
      } catch (error) {
        for (const { clientId, what, count, day } of figures) add(clientId, what, count, Date.parse(day));
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
