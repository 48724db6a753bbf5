/**
 * Reads the document of a client whose id is a URL before an authorization begins. Every other request takes the client as it is
 * stored: what people have allowed goes on while the document can't be read.
 */
import { errors, Provider } from 'oidc-provider';
import type { ClientDocuments } from '../../operations/client-documents.ts';
import {
  type DocumentState,
  documentErrorPrefix,
  documentsAreOff,
  isDocumentId,
  isFresh,
  isUsableUnreached,
} from '../../policy/client/document-ids.ts';
import { machineOf } from '../../policy/lockout.ts';
import { blockedText } from '../../policy/third-party.ts';
import type { ClientCache } from '../client-cache.ts';
import { requestActor } from '../request-actor.ts';
import { requestContext } from '../request-context.ts';

/** Where an authorization begins. */
const beginning = new Set(['authorization', 'pushed_authorization_request', 'device_authorization']);
/** Where a client shows its keys, which may be newer than the document that was read. */
const authenticating = new Set(['token', 'revocation', 'introspection']);

export interface DocumentDeps {
  readonly clients: Pick<ClientCache, 'find' | 'forget'>;
  /** Loaded with the first document: most servers read none for a long time. */
  readonly documents: () => Promise<ClientDocuments>;
  /** No document is read, so no new authorization begins; what people have allowed goes on. */
  readonly off?: boolean;
}

/** Call it before a client is looked for. @throws InvalidClient, TemporarilyUnavailable */
export type ReadDocument = (clientId: string) => Promise<void>;

export function readDocumentBefore({ clients, documents, off = false }: DocumentDeps): ReadDocument {
  return async (clientId) => {
    const route = Provider.ctx?.oidc.route ?? '';
    if (!isDocumentId(clientId) || !(beginning.has(route) || authenticating.has(route))) return;
    const { outcome } = requestContext();
    const stored = await clients.find(clientId);
    // A suspended client stays suspended, whatever its document says.
    if (outcome.stoppedClient !== undefined) return;
    if (off) return beginning.has(route) ? refuseAll(clientId, stored !== undefined) : undefined;
    const state = stored?.document as DocumentState | undefined;
    if (state && isFresh(state, Date.now())) return;
    if (!beginning.has(route) && stored?.token_endpoint_auth_method !== 'private_key_jwt') return;
    try {
      const { actor } = requestActor();
      const network = machineOf(actor.ip ?? '');
      const reader = { actor: { ...actor, id: 'system' }, network, isKnown: state !== undefined };
      await (await documents()).read(clientId, reader);
      // The notification of this change may not have arrived yet.
      clients.forget(clientId);
    } catch (error) {
      refuse(clientId, error, beginning.has(route) ? state : undefined, route);
    }
  };
}

function refuseAll(clientId: string, isKnown: boolean): void {
  const { oidc } = Provider.ctx as NonNullable<typeof Provider.ctx>;
  Object.assign(oidc, { noclient: true });
  if (isKnown) requestContext().outcome.refusedDocument = clientId;
  throw new errors.InvalidClient(documentsAreOff);
}

interface Problem extends Error {
  readonly kind: 'refused' | 'unreachable' | 'busy' | 'blocked';
}

const isProblem = (error: unknown): error is Problem => (error as Error).name === 'DocumentProblem';

function refuse(clientId: string, error: unknown, state: DocumentState | undefined, route: string): void {
  if (!isProblem(error)) throw error;
  if (authenticating.has(route)) return;
  if (state && (error.kind === 'unreachable' || error.kind === 'busy') && isUsableUnreached(state, Date.now())) return;
  const { oidc } = Provider.ctx as NonNullable<typeof Provider.ctx>;
  // The engine would look for the client again, to tell it of the error.
  Object.assign(oidc, { noclient: true });
  if (state) requestContext().outcome.refusedDocument = clientId;
  if (error.kind === 'blocked') throw new errors.InvalidClient(blockedText);
  const text = `${documentErrorPrefix}${error.message}`;
  if (error.kind === 'busy') throw new errors.TemporarilyUnavailable(text);
  throw new errors.InvalidClient(text);
}
