/**
 * Tells the audit log of exchanges, and so people and admins. An exchange itself writes nothing: what a node has not told today waits
 * here, and is written in batches. If a node crashes before, the next exchange of the same kind is told.
 */
import { LRUCache } from 'lru-cache';
import { exchangeKey, type HandedOn } from '../policy/exchanges.ts';
import type { Db } from '../store/database.ts';
import { type NewExchange, tellExchanges } from '../store/exchanges.ts';
import { sha256 } from '../store/sealer.ts';
import { dayMs } from './activity-counts.ts';

interface Exchange extends HandedOn {
  readonly clientId: string;
  readonly requestId: string | undefined;
  readonly ip: string;
}

export interface ExchangeTrail {
  note(exchange: Exchange): void;
  /** Writes what waits. After an error it is kept for the next call. */
  write(): Promise<void>;
}

/** A limit by size, as in client-activity.ts. */
const maxToldRemembered = 50_000;
/** What is beyond is told by a later exchange. */
const maxWaiting = 5_000;

export function createExchangeTrail(db: Db): ExchangeTrail {
  const told = new LRUCache<string, true>({ maxSize: maxToldRemembered, sizeCalculation: () => 1 });
  const waiting = new Map<string, NewExchange>();
  return {
    note(exchange) {
      const today = Math.floor(Date.now() / dayMs);
      const key = exchangeKey(exchange, exchange.clientId, String(today));
      if (told.has(key) || waiting.has(key) || waiting.size >= maxWaiting) return;
      const { action, accountId, details, clientId, requestId, ip } = exchange;
      const event = {
        actor: `client:${clientId}`,
        action,
        target: `client:${clientId}`,
        details: { account: accountId, ...details },
        requestId,
        ip,
      };
      waiting.set(key, { keyHash: sha256(key), toldUntil: ((today + 1) * dayMs) / 1000, event });
    },
    async write() {
      if (waiting.size === 0) return;
      const batch = [...waiting];
      await tellExchanges(
        db,
        batch.map(([, exchange]) => exchange),
      );
      for (const [key] of batch) {
        told.set(key, true);
        waiting.delete(key);
      }
    },
  };
}
