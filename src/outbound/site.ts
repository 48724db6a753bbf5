/** The site of an address: all hosts that one owner can name. They can all be at the address of a victim. */
import { getDomain } from 'tldts';

export function siteOf(url: string): string {
  const { hostname } = new URL(url);
  return getDomain(hostname, { allowPrivateDomains: true }) ?? hostname;
}
