/**
 * Client metadata as the engine reads it, cached. NOTIFY tells of a change anywhere. While the channel is silent nothing is
 * remembered, and the bound in time covers a notification that was lost. Disabled and unknown clients are not found.
 */
import { LRUCache } from 'lru-cache';
import type { AdapterPayload } from 'oidc-provider';
import { findClientForEngine } from '../store/clients.ts';
import type { Db } from '../store/database.ts';
import { engineMetadata } from './client-metadata.ts';
import { requestContext } from './request-context.ts';

export interface ClientCache {
  find(clientId: string): Promise<AdapterPayload | undefined>;
  /** The same, as of the revision that a statement has just read or a later one. */
  current(clientId: string, revision: string): Promise<AdapterPayload | undefined>;
  /** Forgets one client, or all. */
  forget(clientId?: string): void;
  /** Forgets everything, and remembers nothing while nobody can tell this process of changes. */
  suspend(): void;
  resume(): void;
}

/** Anything else is no client of ours, and may be what PostgreSQL cannot take as text. */
const clientIdForm = /^[\x21-\x7e]{1,2048}$/;
const bound = { max: 10_000, ttl: 30_000 };

export function createClientCache(db: Db): ClientCache {
  const cache = new LRUCache<string, AdapterPayload>(bound);
  let changes = 0;
  let suspended = false;
  const self: ClientCache = {
    async find(clientId) {
      if (!clientIdForm.test(clientId)) return undefined;
      const cached = cache.get(clientId);
      if (cached) return cached;
      const before = changes;
      const row = await findClientForEngine(db, clientId);
      if (row && row.status !== 'active') requestContext().outcome.stoppedClient = row.client_id;
      if (row?.status !== 'active') return undefined;
      const metadata = engineMetadata(row);
      // What was read before a change that has been told meanwhile may be old.
      if (before === changes && !suspended) cache.set(clientId, metadata);
      return metadata;
    },
    async current(clientId, revision) {
      const cached = cache.get(clientId);
      if (cached && cached.revision !== revision) self.forget(clientId);
      return self.find(clientId);
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
