/**
 * Determines the IP address of a caller. X-Forwarded-For is text that anybody may have sent, so all addresses are parsed
 * here before they are counted, stored or shown.
 */
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** No address with brackets, port and zone is longer. */
const maxChars = 100;

/**
 * Returns an address in canonical form, without the port (Azure sends `203.0.113.78:4711`), brackets, quotes and zone that
 * some proxies add. IPv4-mapped IPv6 addresses become IPv4. Returns undefined for anything else.
 */
export function parseAddress(text: string): string | undefined {
  // The most common form.
  if (isIP(text) === 4) return text;
  if (text.length > maxChars) return undefined;
  const plain = text.trim().replace(/^"(.*)"$/, '$1');
  const bracketed = /^\[([^[\]]+)\](?::\d{1,5})?$/.exec(plain)?.[1];
  const address = bracketed ?? plain.replace(/^([\d.]+):\d{1,5}$/, '$1');
  const family = isIP(address);
  if (family === 0 || (bracketed !== undefined && family !== 6)) return undefined;
  return ipaddr.process(address.replace(/%.*$/, '')).toString();
}

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
