/** What every upstream behind a proxy is told of a request: from where it came, to which address, and under which id. */
import { forwardedChain } from '../../policy/caller-address.ts';
import type { Call } from './call.ts';

export interface ForwardedOptions {
  /** The API's public origin. */
  readonly origin: string;
  /** Whether an address is one of the configured proxies: only they may say who was before them. */
  readonly isTrustedProxy: (address: string) => boolean;
}

/** The function that puts it behind what passes of the caller's own headers. */
export function createForwarded({ origin, isTrustedProxy }: ForwardedOptions): (call: Call) => void {
  const [scheme, host] = origin.split('://') as [string, string];
  return ({ request: { headers, socket }, head: { passing }, requestId }) => {
    const peer = socket.remoteAddress;
    const before = [headers['x-forwarded-for'] ?? []].flat().join(',') || undefined;
    passing.push('x-forwarded-for', forwardedChain(before && isTrustedProxy(peer ?? '') ? before : undefined, peer));
    passing.push('x-forwarded-proto', scheme, 'x-forwarded-host', host, 'x-request-id', requestId);
  };
}
