/**
 * What clients did, gathered while requests are answered and written in batches, so that no request waits for it and a
 * flood costs the database no more than a trickle: at most two batches in a period, whatever their size.
 */
import { addFigures, type Figure, noteClientsUsed } from '../store/client-figures.ts';
import type { Db } from '../store/database.ts';
import { addFailedRequests, type NewFailedRequest } from '../store/failed-requests.ts';

export interface Insight {
  /** The client succeeded at an endpoint; with `grantType`, tokens were issued. */
  noteSuccess(clientId: string, grantType?: string): void;
  noteFailure(failure: NewFailedRequest): void;
  /** A spent refresh token of this client came back (RFC 9700 §4.14.2). */
  noteTheft(clientId: string): void;
  /** Since the start: failures that were written, those beyond the bounds, theft alarms. */
  readonly totals: { readonly recorded: number; readonly dropped: number; readonly thefts: number };
  /** Two transactions at most; what can't be written waits for the next time, failures are let go. */
  writeFigures(): Promise<void>;
  writeFailures(): Promise<void>;
}

/** Failures in one batch: of one client, so that a broken one leaves room for others, and of all together. */
export const mostInBatch = { ofClient: 20, ofAll: 500 } as const;

const dayMs = 24 * 3600 * 1000;

export function createInsight(db: Db): Insight {
  const totals = { recorded: 0, dropped: 0, thefts: 0 };
  const counts = new Map<string, Figure & { count: number }>();
  /** Epoch milliseconds. */
  const uses = new Map<string, number>();
  let failures: NewFailedRequest[] = [];
  const perClient = new Map<string, number>();

  // With nearly every request: no text of a date, and no object, but for the first of its kind in a batch.
  const add = (clientId: string, what: string, count = 1, at = Date.now()) => {
    const key = `${Math.floor(at / dayMs)} ${what} ${clientId}`;
    const known = counts.get(key);
    if (known) known.count += count;
    else counts.set(key, { clientId, day: new Date(at).toISOString().slice(0, 10), what, count });
  };

  return {
    totals,
    noteSuccess(clientId, grantType) {
      uses.set(clientId, Date.now());
      if (grantType !== undefined) add(clientId, grantType);
    },
    noteFailure(failure) {
      const { clientId } = failure;
      add(clientId, 'error');
      const before = perClient.get(clientId) ?? 0;
      if (before >= mostInBatch.ofClient || failures.length >= mostInBatch.ofAll) {
        totals.dropped += 1;
        return;
      }
      perClient.set(clientId, before + 1);
      failures.push(failure);
    },
    noteTheft(clientId) {
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
      perClient.clear();
      try {
        totals.recorded += await db.transaction((trx) => addFailedRequests(trx, batch));
      } catch (error) {
        totals.dropped += batch.length;
        throw error;
      }
    },
  };
}
