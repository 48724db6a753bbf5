/**
 * Keeps the engine's Client for each cached metadata object. By itself the engine serialises and hashes the metadata in
 * every request, to find the Client that it has built before.
 */
import { type AdapterPayload, type Client, errors, Provider } from 'oidc-provider';
import { isDocumentId } from '../../policy/client/document-ids.ts';
import { blockedText } from '../../policy/third-party.ts';
import type { ClientCache } from '../client-cache.ts';
import type { ReadDocument } from '../hooks/client-documents.ts';
import { requestContext } from '../request-context.ts';

/** Where a client that an admin has blocked is told so. Elsewhere another client may ask about it. */
const asking = new Set([
  'authorization',
  'resume',
  'pushed_authorization_request',
  'device_authorization',
  'code_verification',
  'token',
  'revocation',
]);

/** @throws InvalidClient if a rule blocks the client that makes this request */
function refuseBlocked(clientId: string): undefined {
  const oidc = Provider.ctx?.oidc;
  if (requestContext().outcome.blockedClient !== clientId || !oidc || oidc.client || !asking.has(oidc.route ?? ''))
    return;
  // The engine would look for the client again, to tell it of the error.
  Object.assign(oidc, { noclient: true });
  throw new errors.InvalidClient(blockedText);
}

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
    if (!metadata) return refuseBlocked(id);
    const known = built.get(metadata);
    if (known) return known;
    const client = await build.call(this, id);
    if (client) built.set(metadata, client);
    return client;
  };
}
