/** Reads the document of a client for an admin, who is not limited and not told of an earlier failure. */
import { AppError } from '../errors.ts';
import { type Client, getClient } from '../store/clients.ts';
import type { Db } from '../store/database.ts';
import type { Actor } from './actor.ts';
import type { ClientDocuments } from './client-documents.ts';
import { requirePowerOverClient } from './powers.ts';

/**
 * Returns the client as it is now: if the document can’t be used, its state says why. @throws AppError not_found, forbidden, invalid
 * for a client without a document, and unavailable if too many documents are being read
 */
export async function readDocumentAgain(
  db: Db,
  documents: () => Promise<ClientDocuments>,
  clientId: string,
  actor: Actor,
): Promise<Client> {
  const client = await getClient(db, clientId);
  requirePowerOverClient(actor, { before: client });
  if (!client.metadata_document) throw new AppError('invalid', `${clientId} is not described by a document`);
  try {
    await (await documents()).read(clientId, { actor, network: undefined, isKnown: true });
  } catch (error) {
    const { name, kind, message } = error as Error & { kind?: string };
    if (name !== 'DocumentProblem') throw error;
    if (kind === 'busy') throw new AppError('unavailable', `The document ${message}`);
  }
  return getClient(db, clientId);
}
