/**
 * Registers clients whose id is the URL of a document, from what the document says, and changes them when it does. Whatever an
 * admin decides about such a client stays.
 */
import { LRUCache } from 'lru-cache';
import { AppError } from '../errors.ts';
import type { DocumentFetch, FetchedDocument } from '../outbound/document-fetch.ts';
import type { DocumentTurns } from '../outbound/document-turns.ts';
import { type DocumentState, isFresh } from '../policy/client/document-ids.ts';
import { DocumentProblem, documentUrlProblem, readDocument } from '../policy/client/metadata-document.ts';
import type { ClientMetadata } from '../policy/client/schema.ts';
import { documentFields, saidFields } from '../policy/client/self-registration.ts';
import { pick } from '../policy/pick.ts';
import {
  findClientDocument,
  saveDocumentFailure,
  saveDocumentRead,
  saveDocumentUnchanged,
} from '../store/client-documents.ts';
import { findClient, insertClient, lockClient, notifyClientChanged } from '../store/clients.ts';
import type { Database, Db } from '../store/database.ts';
import type { Actor } from './actor.ts';
import { recordClient } from './client-record.ts';
import { changeSelfDescribed, heldValues } from './self-described-change.ts';

/** On whose behalf a document is read. */
interface DocumentReader {
  readonly actor: Actor;
  /** The network of a stranger; undefined for an admin, who is not limited and not told of an earlier failure. */
  readonly network: string | undefined;
}

export interface ClientDocuments {
  /**
   * Reads the document, unless another node has just done so, and stores what it says. Concurrent callers share one read, and a
   * failure is repeated for a moment. @throws DocumentProblem
   */
  read(clientId: string, reader: DocumentReader): Promise<void>;
}

interface Deps {
  readonly db: Database;
  readonly fetchDocument: DocumentFetch;
  readonly turns: DocumentTurns;
}

/** How long nobody reads again what could not be read. */
const failureTtlMs = 20_000;

export function createClientDocuments({ db, fetchDocument, turns }: Deps): ClientDocuments {
  const failures = new LRUCache<string, DocumentProblem>({ max: 2_000, ttl: failureTtlMs });
  const reading = new Map<string, Promise<void>>();

  async function readAndStore(clientId: string, { actor, network }: DocumentReader): Promise<void> {
    const known = await findClientDocument(db, clientId);
    if (network !== undefined && known && isFresh(known, Date.now())) return;
    const beganAt = Date.now() / 1000;
    try {
      await turns(clientId, network, async () => {
        const found = await fetchDocument(clientId, known);
        await store(db, { clientId, found, known, beganAt, actor });
      });
      failures.delete(clientId);
    } catch (error) {
      if (!(error instanceof DocumentProblem) || error.kind === 'busy') throw error;
      failures.set(clientId, error);
      if (known) await noteFailure(db, { clientId, error, beganAt });
      throw error;
    }
  }

  return {
    async read(clientId, reader) {
      const problem = documentUrlProblem(clientId);
      if (problem) throw new DocumentProblem('refused', `has no usable address: client_id ${problem}`);
      const failure = reader.network === undefined ? undefined : failures.get(clientId);
      if (failure) throw failure;
      const running = reading.get(clientId);
      if (running) return running;
      const read = readAndStore(clientId, reader).finally(() => reading.delete(clientId));
      reading.set(clientId, read);
      return read;
    },
  };
}

async function noteFailure(
  db: Database,
  { clientId, error, beganAt }: { clientId: string; error: DocumentProblem; beganAt: number },
): Promise<void> {
  await db.transaction(async (trx) => {
    const noted = await saveDocumentFailure(trx, clientId, { error: error.message, beganAt });
    if (noted) await notifyClientChanged(trx, clientId);
  });
}

interface Found {
  readonly clientId: string;
  readonly found: FetchedDocument;
  readonly known: DocumentState | undefined;
  /** When the read began, in epoch seconds. */
  readonly beganAt: number;
  readonly actor: Actor;
}

async function store(db: Database, { clientId, found, known, beganAt, actor }: Found): Promise<void> {
  const { content, etag, freshSeconds } = found;
  if (!content || known?.digest === content.digest.toString('hex')) {
    const digest = content?.digest.toString('hex') ?? known?.digest ?? '';
    return saveUnchanged(db, clientId, { digest, etag, freshSeconds });
  }
  const metadata = readDocument(clientId, content.text);
  await db.transaction(async (trx) => {
    if (!(await registerOrChange(trx, { clientId, metadata, beganAt, actor }))) return;
    await saveDocumentRead(trx, clientId, { digest: content.digest, etag, freshSeconds });
    await notifyClientChanged(trx, clientId);
  });
}

async function saveUnchanged(
  db: Database,
  clientId: string,
  read: { digest: string; etag: string | null; freshSeconds: number },
): Promise<void> {
  await db.transaction(async (trx) => {
    if (await saveDocumentUnchanged(trx, clientId, read)) await notifyClientChanged(trx, clientId);
  });
}

/** Returns false if another node has stored a newer answer meanwhile. */
async function registerOrChange(
  trx: Db,
  { clientId, metadata, beganAt, actor }: Omit<Found, 'found' | 'known'> & { metadata: ClientMetadata },
): Promise<boolean> {
  if (!(await findClient(trx, clientId)) && (await register(trx, clientId, metadata, actor))) return true;
  const before = await lockClient(trx, clientId);
  const stored = await findClientDocument(trx, clientId);
  if (stored && Date.parse(stored.fetched_at) / 1000 > beganAt) return false;
  const { values: after, problems } = heldValues(before, pick(metadata, documentFields));
  const [first] = Object.entries(problems);
  if (first) throw new DocumentProblem('refused', `is not allowed: ${first.join(' ')}`);
  const said = pick(metadata, saidFields);
  await changeSelfDescribed(trx, before, { said, after, actor, action: 'client.document_changed' });
  return true;
}

/** Returns false if another node has just registered it. */
async function register(
  trx: Db,
  clientId: string,
  { owner_email: _, ...metadata }: ClientMetadata,
  actor: Actor,
): Promise<boolean> {
  const row = { ...metadata, owner_account_id: null };
  const more = {
    client_id: clientId,
    registration_type: 'metadata_document',
    logo_uri: null,
    verified_at: null,
  } as const;
  try {
    await insertClient(trx, { ...row, ...more });
  } catch (error) {
    if (error instanceof AppError && error.kind === 'conflict') return false;
    throw error;
  }
  await recordClient(trx, actor, 'client.created', clientId, {
    after: { ...row, registration_type: 'metadata_document' },
  });
  return true;
}
