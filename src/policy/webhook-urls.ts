/** Validates the URLs of webhooks. The addresses that a host name resolves to are checked at each connection. */
import { isIP } from 'node:net';
import { isPublicAddress } from './public-addresses.ts';
import { hasHost } from './web-addresses.ts';

export interface OutboundRules {
  /** The issuer is http:// on localhost. Then endpoints on this machine are allowed, over http too and on any port. */
  readonly local: boolean;
  /** Allowed ports on other machines. */
  readonly ports: readonly number[];
}

const maxChars = 2000;

/** Returns the problem of a URL, a text that continues the name of its field; undefined if it is valid. */
export function checkWebhookUrl(text: string, { local, ports }: OutboundRules): string | undefined {
  if (text.length > maxChars) return `must have at most ${maxChars} characters`;
  if (/[\s\p{Cc}\\]/u.test(text) || !hasHost(text) || !URL.canParse(text))
    return 'must be a whole address such as https://app.example/webhooks';
  const url = new URL(text);
  if (url.username || url.password) return 'must not contain a user name or a password';
  if (url.hash) return 'must not have a part after #';
  if (isLoopbackHost(url.hostname)) {
    if (!local) return 'must not be on this machine';
    return url.protocol === 'https:' || url.protocol === 'http:' ? undefined : 'must begin with https:// or http://';
  }
  if (url.protocol !== 'https:') return 'must begin with https://';
  if (!ports.includes(portOf(url))) return `must use port ${ports.join(' or ')}`;
  const literal = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(literal) && !isPublicAddress(literal)) return 'must be at a public address';
  if (!isIP(literal) && !literal.replace(/\.$/, '').includes('.')) return 'must be at a public name';
  return undefined;
}

/** Reports whether browsers treat the host as loopback (W3C Secure Contexts §3.1). */
export function isLoopbackHost(host: string): boolean {
  const name = host.replace(/\.$/, '').toLowerCase();
  return name === 'localhost' || name.endsWith('.localhost') || name === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(name);
}

function portOf(url: URL): number {
  return Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
}
