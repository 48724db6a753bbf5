/** Determines the IP address of a caller. */
import { parseAddress } from './ip-address.ts';

/** Returns the address of the caller: the last entry of the proxy in front of us if it is valid, else that of the socket. */
export function callerAddress(forwardedFor: string | undefined, socketAddress: string | undefined): string {
  const last = forwardedFor?.slice(forwardedFor.lastIndexOf(',') + 1);
  return (last === undefined ? undefined : parseAddress(last)) ?? parseAddress(socketAddress ?? '') ?? '';
}

/**
 * Returns X-Forwarded-For for the next server: the received entries and the address of the socket. An entry that is not an
 * address is dropped together with all entries before it, since no trusted proxy wrote them.
 */
export function forwardedChain(forwardedFor: string | undefined, socketAddress: string | undefined): string {
  const chain = [parseAddress(socketAddress ?? '') ?? ''];
  for (const entry of forwardedFor?.split(',').reverse() ?? []) {
    const address = parseAddress(entry);
    if (address === undefined) break;
    chain.unshift(address);
  }
  return chain.join(', ');
}
