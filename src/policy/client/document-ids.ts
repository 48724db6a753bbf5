/**
 * What every request asks about clients whose id is the URL of a document (see metadata-document.ts). It stands apart because it
 * needs no schemas.
 */

/** Whether this client id can only be the URL of a document. No client that a person registers has such an id. */
export function isDocumentId(clientId: string): boolean {
  return clientId.startsWith('https://');
}

/** How an `error_description` about a document begins. */
export const documentErrorPrefix = 'the client metadata document ';

/** The `error_description` where such clients are turned off. */
export const documentsAreOff = `${documentErrorPrefix}is not read: such clients are turned off here`;

/** How long after it was last there a document that can't be reached is used on. */
const maxUnreachableSeconds = 24 * 3600;

/** How a document was read last, as it is stored. */
export interface DocumentState {
  /** SHA-256 in hex. */
  readonly digest: string;
  readonly etag: string | null;
  /** Times in ISO 8601. */
  readonly fetched_at: string;
  readonly fresh_until: string;
  /** What was wrong when it was read last. */
  readonly error: string | null;
  readonly failed_at: string | null;
}

export function isFresh({ fresh_until: end }: DocumentState, nowMs: number): boolean {
  return Date.parse(end) > nowMs;
}

/** Whether a document that can't be reached now may be used on. */
export function isUsableUnreached({ fetched_at: at }: DocumentState, nowMs: number): boolean {
  return Date.parse(at) + maxUnreachableSeconds * 1000 > nowMs;
}
