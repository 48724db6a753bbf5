/**
 * The engine's Client of each cached metadata object. By itself the engine writes the metadata as JSON and hashes it,
 * with every request, to find the Client that it has built before.
 */
import type { AdapterPayload, Client, Provider } from 'oidc-provider';
import type { ClientCache } from '../client-cache.ts';

/** Metadata objects of `clients` are never changed: another version is another object. */
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
