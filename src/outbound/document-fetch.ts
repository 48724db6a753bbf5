/** Reads a Client ID Metadata Document. Anybody can make this server do so, so it is short and brief and follows no redirect. */
import { createHash } from 'node:crypto';
import { DocumentProblem, freshSeconds, isJson, maxDocumentBytes } from '../policy/client/metadata-document.ts';
import { isPublicAddress } from '../policy/public-addresses.ts';
import { ForbiddenAddress, type Outbound, type OutboundAnswer } from './request.ts';

const timeoutMs = 2_500;
const maxEtagChars = 200;

export interface FetchedDocument {
  /** Undefined if the document is the one that `etag` names. */
  readonly content: { readonly text: string; readonly digest: Buffer } | undefined;
  readonly etag: string | null;
  readonly freshSeconds: number;
}

/** @throws DocumentProblem */
export type DocumentFetch = (url: string, known?: { readonly etag: string | null }) => Promise<FetchedDocument>;

export function documentFetch(outbound: Outbound): DocumentFetch {
  return async (url, known) => {
    const etag = known?.etag ?? null;
    const headers = {
      accept: 'application/json',
      'user-agent': 'vibecaas-auth',
      ...(etag !== null && { 'if-none-match': etag }),
    };
    const request = {
      url,
      method: 'GET',
      headers,
      timeoutMs,
      maxBytes: maxDocumentBytes,
      allows: isPublicAddress,
    } as const;
    const answer = await outbound(request).catch((error: Error) => {
      throw new DocumentProblem('unreachable', whyUnreachable(error));
    });
    const seconds = freshSeconds(answer.headers, Date.now());
    if (answer.status === 304 && etag !== null) return { content: undefined, etag, freshSeconds: seconds };
    refuseOtherAnswers(answer);
    const digest = createHash('sha256').update(answer.body).digest();
    return { content: { text: textOf(answer.body), digest }, etag: etagOf(answer), freshSeconds: seconds };
  };
}

/**
 * A host that does not exist and one at a private address are told alike: otherwise strangers could ask which names our own
 * network knows.
 */
function whyUnreachable(error: Error & { code?: string }): string {
  if (error instanceof ForbiddenAddress || error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN') {
    return 'is not at a public address';
  }
  return error.message.startsWith('no complete answer') ? 'did not arrive in time' : 'can’t be reached';
}

function refuseOtherAnswers({ status, headers, cut }: OutboundAnswer): void {
  if (status >= 500 || status === 429) throw new DocumentProblem('unreachable', `was answered with status ${status}`);
  if (status >= 300 && status < 400) {
    throw new DocumentProblem('refused', `was answered with a redirect (${status}), and redirects are not followed`);
  }
  if (status !== 200) throw new DocumentProblem('refused', `was answered with status ${status}`);
  if (cut) throw new DocumentProblem('refused', `has more than ${maxDocumentBytes / 1024} KB`);
  if (!isJson(headers['content-type'])) throw new DocumentProblem('refused', 'is not sent as application/json');
}

function textOf(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw new DocumentProblem('refused', 'is not UTF-8');
  }
}

function etagOf({ headers }: OutboundAnswer): string | null {
  const { etag } = headers;
  return etag && etag.length <= maxEtagChars && /^[\x20-\x7e]+$/.test(etag) ? etag : null;
}
