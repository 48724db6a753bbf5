/**
 * Keeps the engine's Client for each cached metadata object. By itself the engine serialises and hashes the metadata in
 * every request, to find the Client that it has built before.
 */
import type { AdapterPayload, Client, Provider } from 'oidc-provider';
import type { ClientCache } from '../client-cache.ts';

/** `clients` never changes a metadata object: a new version is a new object. */
export function keepClientInstances(provider: Provider, clients: Pick<ClientCache, 'find'>): void {
  const built = new WeakMap<AdapterPayload, Client>();
  const model = provider.Client;
  const build = model.find;
  model.find = async function find(id) {
    const metadata = typeof id === 'string' ? await clients.find(id) : undefined;
    if (!metadata) return undefined;
    const known = built.get(metadata);
    if (known) return known;
    const client = await build.call(this, id);
    if (client) built.set(metadata, client);
    return client;
  };
}
