/** A Node request as a guard sees it. */
import type { IncomingMessage } from 'node:http';
import { rawHeaderValues } from '../policy/raw-headers.ts';
import type { GuardedRequest } from './guard.ts';

/** `target` is what the client sent, before a framework cut it for a router below. */
export function guardedRequest(request: IncomingMessage, target: string): GuardedRequest {
  return {
    method: request.method ?? 'GET',
    target,
    authorization: rawHeaderValues(request.rawHeaders, 'authorization'),
    dpop: rawHeaderValues(request.rawHeaders, 'dpop'),
  };
}
