/** A Node request as a guard sees it. */
import type { IncomingMessage } from 'node:http';
import type { GuardedRequest } from './guard.ts';

/** `target` is what the client sent, before a framework cut it for a router below. */
export function guardedRequest(request: IncomingMessage, target: string, requestId?: string): GuardedRequest {
  return {
    method: request.method ?? 'GET',
    target,
    // headersDistinct keeps repeated ones apart, which Node otherwise drops without a word.
    authorization: request.headersDistinct.authorization ?? [],
    dpop: request.headersDistinct.dpop ?? [],
    requestId,
  };
}
