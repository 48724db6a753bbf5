/**
 * From which address a request came. What proxies write in X-Forwarded-For is text that anybody may have sent: it is read
 * here, once, before an address counts towards a limit, is stored or is shown.
 */
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** No address with brackets, port and zone is longer. Characters. */
const maxLength = 100;

/**
 * One address in its canonical form, without the port (`203.0.113.78:4711` is Azure's form), brackets, quotes and zone
 * that some proxies add. An IPv4 address that was mapped into IPv6 is itself again. Undefined for anything else.
 */
export function parseAddress(text: string): string | undefined {
  // What nearly every socket and proxy says.
  if (isIP(text) === 4) return text;
  if (text.length > maxLength) return undefined;
  const plain = text.trim().replace(/^"(.*)"$/, '$1');
  const bracketed = /^\[([^[\]]+)\](?::\d{1,5})?$/.exec(plain)?.[1];
  const address = bracketed ?? plain.replace(/^([\d.]+):\d{1,5}$/, '$1');
  const family = isIP(address);
  if (family === 0 || (bracketed !== undefined && family !== 6)) return undefined;
  return ipaddr.process(address.replace(/%.*$/, '')).toString();
}

/** The caller: what the proxy before us says last, if that is an address; else the one of the socket. */
export function callerAddress(forwardedFor: string | undefined, socketAddress: string | undefined): string {
  const last = forwardedFor?.slice(forwardedFor.lastIndexOf(',') + 1);
  return (last === undefined ? undefined : parseAddress(last)) ?? parseAddress(socketAddress ?? '') ?? '';
}

/**
 * X-Forwarded-For for the next server: what came before and the socket's address behind it. What stands before something
 * that is no address is dropped with it, since nobody known said it.
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
