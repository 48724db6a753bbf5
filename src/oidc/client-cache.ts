/**
 * Caches client metadata in the form that the engine reads. NOTIFY announces every change. Nothing is cached while that
 * channel is silent, and entries expire in case a notification is lost. Disabled and unknown clients are not found.
 */
import { LRUCache } from 'lru-cache';
import type { AdapterPayload } from 'oidc-provider';
import { policyFor, type ThirdPartyPolicy } from '../policy/third-party.ts';
import { findClientForEngine } from '../store/clients.ts';
import type { Db } from '../store/database.ts';
import { engineMetadata } from './client-metadata.ts';
import { requestContext } from './request-context.ts';

export interface ClientCache {
  /** Does not find a stopped client, but notes in the outcome of the request that there is one. */
  find(clientId: string): Promise<AdapterPayload | undefined>;
  /** Like `find`, but reads the database: this node may not know of a change yet. */
  reread(clientId: string): Promise<AdapterPayload | undefined>;
  /** Like `find`, for a caller that has just read the client's revision: returns this revision or a later one. */
  current(clientId: string, revision: string): Promise<AdapterPayload | undefined>;
  /** Forgets one client, or all. */
  forget(clientId?: string): void;
  /** Forgets everything, and caches nothing while changes are not announced. */
  suspend(): void;
  resume(): void;
}

/** No client has another id, and PostgreSQL may not accept another string as text. */
const clientIdForm = /^[\x21-\x7e]{1,2048}$/;
/** Durations are in milliseconds. A coarse resolution saves a timer for each millisecond with a request. */
const bounds = { max: 10_000, ttl: 30_000, ttlResolution: 1_000 };

/** `otherwise` holds for apps that nobody registered and that no rule names. */
export function createClientCache(db: Db, otherwise: ThirdPartyPolicy): ClientCache {
  const cache = new LRUCache<string, AdapterPayload>(bounds);
  let changes = 0;
  let suspended = false;
  const self: ClientCache = {
    async find(clientId) {
      if (!clientIdForm.test(clientId)) return undefined;
      const cached = cache.get(clientId);
      if (cached) return cached;
      const before = changes;
      const row = await findClientForEngine(db, clientId);
      if (!row) return undefined;
      const policy = policyFor(row, otherwise);
      if (row.status !== 'active' || policy === 'block') {
        const { outcome } = requestContext();
        outcome.stoppedClient = row.client_id;
        if (row.status !== 'disabled') outcome.blockedClient = row.client_id;
        return undefined;
      }
      const metadata = engineMetadata(row, policy);
      // A change was announced while the row was read: the row may be old.
      if (before === changes && !suspended) cache.set(clientId, metadata);
      return metadata;
    },
    async reread(clientId) {
      self.forget(clientId);
      return self.find(clientId);
    },
    async current(clientId, revision) {
      const cached = cache.get(clientId);
      return cached && cached.revision !== revision ? self.reread(clientId) : self.find(clientId);
    },
    forget(clientId) {
      changes += 1;
      if (clientId === undefined) cache.clear();
      else cache.delete(clientId);
    },
    suspend() {
      suspended = true;
      self.forget();
    },
    resume() {
      suspended = false;
      self.forget();
    },
  };
  return self;
}
