/** Validates the URLs of webhooks. The addresses that a host name resolves to are checked at each connection. */

import { isIP } from 'node:net';
import { problemText } from './problem-texts.ts';
import { isPublicAddress } from './public-addresses.ts';
import { hasHost } from './web-addresses.ts';

export interface OutboundRules {
  /** The issuer is http:// on localhost. Then endpoints on this machine are allowed, over http too and on any port. */
  readonly local: boolean;
  /** Allowed ports on other machines. */
  readonly ports: readonly number[];
}

/** Until somebody says otherwise: nothing on this machine, and the ports of WEBHOOK_PORTS that are the default. */
export const strictRules: OutboundRules = { local: false, ports: [443, 8443] };

/**
 * What is wrong with the address for logout tokens of its own accord, whatever the rules of this server; undefined if some server
 * could send there.
 */
export function checkLogoutAddress(text: string): string | undefined {
  const port = Number(URL.parse(text)?.port) || 443;
  return checkWebhookUrl(text, { local: true, ports: [port] });
}

const maxChars = 2000;

/** Returns the problem of a URL, a text that continues the name of its field; undefined if it is valid. */
export function checkWebhookUrl(text: string, { local, ports }: OutboundRules): string | undefined {
  if (text.length > maxChars) return problemText('tooLong', maxChars);
  if (/[\s\p{Cc}\\]/u.test(text) || !hasHost(text) || !URL.canParse(text)) return problemText('webhookAddress');
  const url = new URL(text);
  if (url.username || url.password) return problemText('credentials');
  if (url.hash) return problemText('noHash');
  if (isLoopbackHost(url.hostname)) {
    if (!local) return problemText('notHere');
    return url.protocol === 'https:' || url.protocol === 'http:' ? undefined : problemText('httpOrHttps');
  }
  if (url.protocol !== 'https:') return problemText('https');
  if (!ports.includes(portOf(url))) return `must use port ${ports.join(' or ')}`;
  const literal = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(literal) && !isPublicAddress(literal)) return problemText('publicAddress');
  if (!isIP(literal) && !literal.replace(/\.$/, '').includes('.')) return problemText('publicName');
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
