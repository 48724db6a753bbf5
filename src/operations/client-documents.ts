/**
 * Registers clients whose id is the URL of a document, from what the document says, and changes them when it does. Whatever an
 * admin decides about such a client stays.
 */
import { LRUCache } from 'lru-cache';
import { AppError } from '../errors.ts';
import type { DocumentFetch, FetchedDocument } from '../outbound/document-fetch.ts';
import type { DocumentTurns, DocumentWaits } from '../outbound/document-turns.ts';
import { type DocumentState, isFresh } from '../policy/client/document-ids.ts';
import { DocumentProblem, documentUrlProblem, readDocument } from '../policy/client/metadata-document.ts';
import type { ClientMetadata } from '../policy/client/schema.ts';
import { documentFields, saidFields } from '../policy/client/self-registration.ts';
import { tooManyUnused, type UnusedLimits, unusedLimits } from '../policy/client/unused-limits.ts';
import { networkOf } from '../policy/networks.ts';
import { pick } from '../policy/pick.ts';
import { blockedText, type ThirdPartyPolicy } from '../policy/third-party.ts';
import {
  findClientDocument,
  saveDocumentFailure,
  saveDocumentRead,
  saveDocumentUnchanged,
} from '../store/client-documents.ts';
import { noteUnused } from '../store/client-registrations.ts';
import { findClient, insertClient, lockClient, notifyClientChanged } from '../store/clients.ts';
import type { Database, Db } from '../store/database.ts';
import { findPolicy, holdRulesOfHost } from '../store/third-party.ts';
import type { Actor } from './actor.ts';
import { recordClient } from './client-record.ts';
import { changeSelfDescribed, heldValues } from './self-described-change.ts';

/** On whose behalf a document is read. */
interface DocumentReader {
  readonly actor: Actor;
  /** The network of a stranger; undefined for an admin, who is not limited and not told of an earlier failure. */
  readonly network: string | undefined;
  /** Whether the document was read before. */
  readonly isKnown: boolean;
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
  readonly waits: DocumentWaits;
  /** What holds for a host without a rule. */
  readonly thirdPartyPolicy: ThirdPartyPolicy;
  /** How many clients that nobody uses may come from one network; those of dynamic registration unless given. An admin is not limited. */
  readonly limits?: UnusedLimits | 'none';
}

/** How long nobody reads again what could not be read. */
const failureTtlMs = 20_000;

export function createClientDocuments({ db, fetchDocument, turns, waits, ...rules }: Deps): ClientDocuments {
  const failures = new LRUCache<string, DocumentProblem>({ max: 2_000, ttl: failureTtlMs });
  const reading = new Map<string, Promise<void>>();

  async function readAndStore(clientId: string, { actor, network }: DocumentReader): Promise<void> {
    const known = await findClientDocument(db, clientId);
    if (network !== undefined && known && isFresh(known, Date.now())) return;
    const beganAt = Date.now() / 1000;
    try {
      const work = async () => {
        const found = await fetchDocument(clientId, known);
        const limits = network === undefined ? 'none' : (rules.limits ?? unusedLimits);
        await store(db, { ...rules, clientId, found, known, beganAt, actor, limits });
      };
      await turns(clientId, network, work, known ? 'known' : 'new');
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
      await refuseBlocked(db, clientId, rules.thirdPartyPolicy);
      const failure = reader.network === undefined ? undefined : failures.get(clientId);
      if (failure) throw failure;
      const { network, isKnown } = reader;
      if (network === undefined) return readOnce(clientId, reader);
      return waits[isKnown ? 'known' : 'new'](network, () => readOnce(clientId, reader));
    },
  };

  function readOnce(clientId: string, reader: DocumentReader): Promise<void> {
    const running = reading.get(clientId);
    if (running) return running;
    const read = readAndStore(clientId, reader).finally(() => reading.delete(clientId));
    reading.set(clientId, read);
    return read;
  }
}

/** Nobody asks a host for a document of which nothing may come. @throws DocumentProblem */
async function refuseBlocked(db: Db, clientId: string, otherwise: ThirdPartyPolicy): Promise<ThirdPartyPolicy | null> {
  const rule = await findPolicy(db, clientId);
  if ((rule ?? otherwise) === 'block') throw new DocumentProblem('blocked', `is not read: ${blockedText}`);
  return rule;
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
  readonly thirdPartyPolicy: ThirdPartyPolicy;
  readonly limits: UnusedLimits | 'none';
}

async function store(db: Database, given: Found): Promise<void> {
  const { clientId, found, known, thirdPartyPolicy } = given;
  const { content, etag, freshSeconds } = found;
  if (!content || known?.digest === content.digest.toString('hex')) {
    const digest = content?.digest.toString('hex') ?? known?.digest ?? '';
    return saveUnchanged(db, clientId, { digest, etag, freshSeconds });
  }
  const metadata = readDocument(clientId, content.text);
  await db.transaction(async (trx) => {
    // A rule that is made at this moment either sees the client or is seen here.
    await holdRulesOfHost(trx, clientId);
    const rule = await refuseBlocked(trx, clientId, thirdPartyPolicy);
    if (!(await registerOrChange(trx, { ...given, metadata, rule }))) return;
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

interface Read extends Pick<Found, 'clientId' | 'beganAt' | 'actor' | 'limits'> {
  readonly metadata: ClientMetadata;
  /** What a rule says of the client. */
  readonly rule: ThirdPartyPolicy | null;
}

/** Returns false if another node has stored a newer answer meanwhile. */
async function registerOrChange(trx: Db, read: Read): Promise<boolean> {
  const { clientId, metadata, beganAt, actor } = read;
  if (!(await findClient(trx, clientId)) && (await register(trx, read))) return true;
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

/** Returns false if another node has just registered it. @throws DocumentProblem if its network has too many that nobody uses */
async function register(
  trx: Db,
  { clientId, metadata: { owner_email: _, ...metadata }, actor, rule, limits }: Read,
): Promise<boolean> {
  const row = { ...metadata, owner_account_id: null };
  const more = {
    client_id: clientId,
    registration_type: 'metadata_document',
    third_party_policy: rule,
    logo_uri: null,
    verified_at: null,
  } as const;
  try {
    await insertClient(trx, { ...row, ...more });
  } catch (error) {
    if (error instanceof AppError && error.kind === 'conflict') return false;
    throw error;
  }
  const { scope } = metadata;
  const counted = limits === 'none' ? undefined : limits;
  const hasRoom = await noteUnused(trx, { clientId, ...networkOf(actor.ip ?? ''), scope, limits: counted });
  if (!hasRoom) throw new DocumentProblem('busy', `is not registered: ${tooManyUnused}`);
  await recordClient(trx, actor, 'client.created', clientId, {
    after: { ...row, registration_type: 'metadata_document' },
  });
  return true;
}
