/** A Node request as a guard sees it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { rawHeaderValues } from '../policy/raw-headers.ts';
import type { GuardedRequest } from './guard.ts';

/**
 * `target` is what the client sent, before a framework cut it for a router below. An id that the API has already given
 * to its answer is the request's.
 */
export function guardedRequest(request: IncomingMessage, response: ServerResponse, target: string): GuardedRequest {
  const given = response.getHeader('x-request-id');
  return {
    method: request.method ?? 'GET',
    target,
    authorization: rawHeaderValues(request.rawHeaders, 'authorization'),
    dpop: rawHeaderValues(request.rawHeaders, 'dpop'),
    requestId: given === undefined ? undefined : String(given),
  };
}
