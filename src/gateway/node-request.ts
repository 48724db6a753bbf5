/** A Node request as a guard sees it. */
import type { IncomingMessage } from 'node:http';
import type { GuardedRequest } from './guard.ts';

/** `origin` is the public one, as clients see it; `path` is the target as it was sent. */
export function guardedRequest(request: IncomingMessage, origin: string, requestId?: string): GuardedRequest {
  return {
    method: request.method ?? 'GET',
    url: `${origin}${(request as { originalUrl?: string }).originalUrl ?? request.url ?? '/'}`,
    // headersDistinct keeps repeated ones apart, which Node otherwise drops without a word.
    authorization: request.headersDistinct.authorization ?? [],
    dpop: request.headersDistinct.dpop ?? [],
    requestId,
  };
}
