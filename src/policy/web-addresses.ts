/** URLs that an app registers, such as its home page, its terms and its keys. */
import { isIP } from 'node:net';
import { problemText } from './problem-texts.ts';
import { isPublicAddress } from './public-addresses.ts';

const maxChars = 2000;
/** Printable ASCII without space, quotes, angle brackets, backslash. */
const allowedCharacters = /^[!#-&(-;=?-[\]-~]*$/;

/** URL parsers also accept `https:evil.example` and `https:///evil.example`, in which people do not see the host. */
const writtenInFull = /^[a-z][a-z\d+.-]*:\/\/[^/?#\\]/i;

/** Reports whether the host follows exactly two slashes, where people and programs expect it. */
export function hasHost(address: string): boolean {
  return writtenInFull.test(address);
}

/** Returns the problem of a URL that people may click; undefined if it is valid. */
export function checkWebAddress(address: string): string | undefined {
  const url = parse(address);
  if (typeof url === 'string') return url;
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && url.hostname === 'localhost')) {
    return problemText('https');
  }
  return hasHost(address) ? undefined : problemText('wholeAddress');
}

/** Returns the problem of a URL that servers use: an API (RFC 8707 §2) or the client's keys; undefined if it is valid. */
export function checkHttpsAddress(address: string): string | undefined {
  const url = parse(address);
  if (typeof url === 'string') return url;
  if (url.protocol !== 'https:') return problemText('https');
  if (!hasHost(address)) return problemText('wholeAddress');
  return address.includes('#') ? problemText('fragment') : undefined;
}

/**
 * Returns the problem of a URL that this server itself will read, such as a key set; undefined if it is valid. What a name resolves to is
 * checked at each connection (`outbound/request.ts`); an address in its place is refused here by the same rule.
 */
export function checkFetchedAddress(address: string): string | undefined {
  const problem = checkHttpsAddress(address);
  return problem ?? (isPublicHost(new URL(address).hostname) ? undefined : problemText('publicAddress'));
}

/** Returns false for an IP address that is not public, and for names that resolve to this machine or in a local network alone. */
export function isPublicHost(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$|\.$/g, '');
  if (isIP(host)) return isPublicAddress(host);
  return host.includes('.') && !host.endsWith('.localhost');
}

function parse(address: string): URL | string {
  if (address.length > maxChars) return problemText('tooLong', maxChars);
  const url = allowedCharacters.test(address) ? URL.parse(address) : null;
  if (!url) return problemText('notUrl');
  return url.username !== '' || url.password !== '' ? problemText('userName') : url;
}
