/**
 * Clients whose id is the URL of a document that describes them (OAuth Client ID Metadata Document,
 * draft-ietf-oauth-client-id-metadata-document-02): which URLs, which documents, and for how long one need not be read again.
 */
import { AppError } from '../../errors.ts';
import { isPublicHost } from '../web-addresses.ts';
import { completeClient } from './registration.ts';
import type { ClientMetadata } from './schema.ts';
import { type ClientDocument, selfRegistration } from './self-registration.ts';

/** Why a document can't be used, in words for the author of the app, to be read on after "the document". */
export class DocumentProblem extends Error {
  /**
   * `refused`: it is wrong, or gone, so no new authorization begins. `unreachable`: it may be there again in a moment, so one that
   * was read not long ago is used on. `busy`: nobody looked. `blocked`: an admin has decided that nobody looks.
   */
  readonly kind: 'refused' | 'unreachable' | 'busy' | 'blocked';

  constructor(kind: DocumentProblem['kind'], message: string) {
    super(message);
    this.name = 'DocumentProblem';
    this.kind = kind;
  }
}

const maxUrlChars = 500;
export const maxDocumentBytes = 5 * 1024;

/**
 * What is wrong with the URL; undefined if it may name a document. A client id is compared character by character, so it must be
 * written in the one way in which URLs are sent: that leaves no dot segments, default ports or capitals in the host. A query is
 * refused, because a host that echoes one would let anybody write documents in its name.
 */
export function documentUrlProblem(clientId: string): string | undefined {
  if (clientId.length > maxUrlChars) return `must have at most ${maxUrlChars} characters`;
  const url = URL.parse(clientId);
  if (url?.protocol !== 'https:') return 'must be an https URL';
  if (url.username !== '' || url.password !== '') return 'must not have a user name or password';
  // It is the same host as without the dot, and would be a second client of it.
  if (url.hostname.endsWith('.')) return 'must not have a dot at the end of its host';
  if (clientId.includes('#')) return 'must not have a fragment (#)';
  if (clientId.includes('?')) return 'must not have a query (?)';
  if (url.href !== clientId) return `must be written as ${url.href}`;
  return isPublicHost(url.hostname) ? undefined : 'must be at a public address';
}

/** @throws DocumentProblem */
export function readDocument(clientId: string, text: string): ClientMetadata {
  const document = parsed(text);
  if (document.client_id !== clientId) {
    throw refused('has another client_id than its own address: both must be equal, character by character');
  }
  const secret = ['client_secret', 'client_secret_expires_at'].find((name) => name in document);
  if (secret) throw refused(`must not have ${secret}: everybody can read it`);
  const method = document.token_endpoint_auth_method ?? 'none';
  if (method !== 'none' && method !== 'private_key_jwt') {
    throw refused('must have none or private_key_jwt as token_endpoint_auth_method');
  }
  const described = { ...document, token_endpoint_auth_method: method };
  try {
    return completeClient(selfRegistration(described, new URL(clientId).hostname), { byItself: true });
  } catch (error) {
    if (!(error instanceof AppError) || error.kind !== 'invalid' || !error.details) throw error;
    const problems = Object.entries(error.details).map(([field, problem]) => `${field} ${problem}`);
    throw refused(`is not allowed: ${problems.join('; ')}`);
  }
}

const refused = (message: string) => new DocumentProblem('refused', message);

function parsed(text: string): ClientDocument {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw refused('is not JSON');
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    throw refused('is not a JSON object');
  return document as ClientDocument;
}

/** RFC 6839: whatever ends in +json is JSON. */
export function isJson(contentType: string | undefined): boolean {
  return /^application\/([\w.-]+\+)?json\s*(;|$)/i.test(contentType ?? '');
}

const freshness = { min: 5 * 60, max: 24 * 3600, otherwise: 3600 };

/** For how many seconds the document need not be read again: as its headers say, within our bounds. */
export function freshSeconds(headers: Readonly<Record<string, unknown>>, nowMs: number): number {
  const asked = askedSeconds(headers, nowMs) ?? freshness.otherwise;
  return Math.min(freshness.max, Math.max(freshness.min, asked));
}

function askedSeconds({ 'cache-control': control, expires }: Readonly<Record<string, unknown>>, nowMs: number) {
  if (typeof control === 'string') {
    if (/(^|[\s,])no-(store|cache)\b/i.test(control)) return 0;
    const seconds = /(?:^|[\s,])max-age\s*=\s*"?(\d{1,10})/i.exec(control)?.[1];
    if (seconds !== undefined) return Number(seconds);
  }
  const end = typeof expires === 'string' ? Date.parse(expires) : Number.NaN;
  if (typeof expires === 'string' && Number.isNaN(end)) return 0;
  return Number.isNaN(end) ? undefined : Math.floor((end - nowMs) / 1000);
}
