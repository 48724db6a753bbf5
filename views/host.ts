import { html } from 'hono/html';
import { LRUCache } from 'lru-cache';
import { getDomain } from 'tldts';
import { breakable, type Html } from './text.ts';

/** Where an answer goes: to a web server, to a program on this computer, or to whatever app claimed a scheme. */
export type Destination = 'web' | 'loopback' | 'private-use';

/**
 * Classifies a redirect URI (RFC 8252 sections 7.1 to 7.3). A string that is not a URL counts as private-use, the least
 * known kind. In development this server listens on a loopback address itself, so an answer to `issuer` does not count
 * as one to another program.
 */
export function destination(uri: string, issuer?: string): Destination {
  const url = URL.parse(uri);
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') return 'private-use';
  return isLoopback(url.hostname) && url.origin !== issuer ? 'loopback' : 'web';
}

/** The host of a web address, with its port. For any other URI the scheme, with the colon that tells it from a host. */
export function hostOf(uri: string): string {
  const url = URL.parse(uri);
  return (url && webHost(url)) ?? url?.protocol ?? uri;
}

/** A host in monospace, its registrable domain in bold: that is the part that somebody had to register. */
export const host = (uri: string): Html => html`<span class="host">${boldHost(uri)}</span>`;

/** A whole address in monospace, its registrable domain in bold. */
export function address(uri: string): Html {
  const url = URL.parse(uri);
  if (!url || !webHost(url)) return host(uri);
  return html`<span class="host">${url.protocol}//${boldHost(uri)}${breakable(`${url.pathname}${url.search}`)}</span>`;
}

/** Whether a link of ours may lead to this address: a path of this server or a web address, never a script. */
export const isLinkable = (href: string): boolean => /^(https?:\/\/|\/(?![/\\]))/i.test(href);

/** The content of a `.host` element: the host with its registrable domain in bold. */
export function boldHost(uri: string): Html {
  const url = URL.parse(uri);
  if (!url || !webHost(url)) return html`<b>${hostOf(uri)}</b>`;
  const port = url.port && `:${url.port}`;
  const domain = registrableDomain(url.hostname);
  return html`${url.hostname.slice(0, url.hostname.length - domain.length)}<b>${domain}</b>${port}`;
}

/** The same few apps are shown again and again. */
const domains = new LRUCache<string, string>({ max: 500 });

/** Private domains count: app.pages.example must not look like pages.example itself. */
function registrableDomain(hostname: string): string {
  const known = domains.get(hostname);
  if (known !== undefined) return known;
  const domain = getDomain(hostname, { allowPrivateDomains: true }) ?? hostname;
  domains.set(hostname, domain);
  return domain;
}

/** In a private-use URI, what stands in the place of the host is not a host. */
const webHost = (url: URL): string | undefined => (/^https?:$/.test(url.protocol) ? url.host : undefined);

const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' ||
  hostname.endsWith('.localhost') ||
  hostname === '[::1]' ||
  /^127\.\d+\.\d+\.\d+$/.test(hostname);
