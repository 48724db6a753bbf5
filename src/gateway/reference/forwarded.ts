/** What an upstream is told about a request: the address it came from, the public address it went to, and its id. */
import { forwardedChain } from '../../policy/caller-address.ts';
import type { Call } from './call.ts';

export interface ForwardedOptions {
  /** The API's public origin. */
  readonly origin: string;
  /** Whether an address belongs to a configured proxy: only these may name the addresses before them. */
  readonly isTrustedProxy: (address: string) => boolean;
}

/** Returns the function that adds these headers to those of the caller. */
export function createForwarded({ origin, isTrustedProxy }: ForwardedOptions): (call: Call) => void {
  const [scheme, host] = origin.split('://') as [string, string];
  return ({ request: { headers, socket }, head: { passing }, requestId }) => {
    const peer = socket.remoteAddress;
    const before = [headers['x-forwarded-for'] ?? []].flat().join(',') || undefined;
    passing.push('x-forwarded-for', forwardedChain(before && isTrustedProxy(peer ?? '') ? before : undefined, peer));
    passing.push('x-forwarded-proto', scheme, 'x-forwarded-host', host, 'x-request-id', requestId);
  };
}
