/**
 * Keeps the engine's Client for each cached metadata object. By itself the engine serialises and hashes the metadata in
 * every request, to find the Client that it has built before.
 */
import type { AdapterPayload, Client, Provider } from 'oidc-provider';
import { isDocumentId } from '../../policy/client/document-ids.ts';
import type { ClientCache } from '../client-cache.ts';
import type { ReadDocument } from '../hooks/client-documents.ts';

/**
 * `clients` never changes a metadata object: a new version is a new object. `readDocument` is awaited before a client is looked
 * for whose id is a URL.
 */
export function keepClientInstances(
  provider: Provider,
  { clients, readDocument }: { clients: Pick<ClientCache, 'find'>; readDocument: ReadDocument },
): void {
  const built = new WeakMap<AdapterPayload, Client>();
  const model = provider.Client;
  const build = model.find;
  model.find = async function find(id) {
    if (typeof id !== 'string') return undefined;
    if (isDocumentId(id)) await readDocument(id);
    const metadata = await clients.find(id);
    if (!metadata) return undefined;
    const known = built.get(metadata);
    if (known) return known;
    const client = await build.call(this, id);
    if (client) built.set(metadata, client);
    return client;
  };
}
