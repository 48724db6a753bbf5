/** A Node request in the form of a guard's. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseAddress } from '../policy/ip-address.ts';
import { rawHeaderValues } from '../policy/raw-headers.ts';
import type { GuardedRequest } from './guard.ts';

/**
 * `target` is what the client sent, before a framework removed a prefix for a router. If the API has given its answer
 * an id, that is the id of the request. `address` is the caller's, as far as the framework trusts the proxies before it; if it
 * is not an address, that of the socket counts.
 */
export function guardedRequest(
  request: IncomingMessage,
  response: ServerResponse,
  { target, address }: { target: string; address: string | undefined },
): GuardedRequest {
  const given = response.getHeader('x-request-id');
  return {
    method: request.method ?? 'GET',
    target,
    address: (address === undefined ? undefined : parseAddress(address)) ?? request.socket.remoteAddress,
    authorization: rawHeaderValues(request.rawHeaders, 'authorization'),
    dpop: rawHeaderValues(request.rawHeaders, 'dpop'),
    requestId: given === undefined ? undefined : String(given),
  };
}
