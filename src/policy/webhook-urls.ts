/** Where webhooks may be sent, judged by the address as it is typed. What its name resolves to is judged at each connection. */
import { isIP } from 'node:net';
import { isPublicAddress } from './public-addresses.ts';
import { hasHost } from './web-addresses.ts';

export interface OutboundRules {
  /** The issuer itself is http:// on localhost: endpoints on this machine are allowed, by http too and at any port. */
  readonly local: boolean;
  /** Ports that may be reached elsewhere. */
  readonly ports: readonly number[];
}

const longest = 2000;

/** What is wrong with an address, to be read on after its field's name. */
export function checkWebhookUrl(text: string, { local, ports }: OutboundRules): string | undefined {
  if (text.length > longest) return `must have at most ${longest} characters`;
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

/** As browsers see it (W3C Secure Contexts §3.1). */
export function isLoopbackHost(host: string): boolean {
  const name = host.replace(/\.$/, '').toLowerCase();
  return name === 'localhost' || name.endsWith('.localhost') || name === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(name);
}

function portOf(url: URL): number {
  return Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
}
