import { html } from 'hono/html';
import { getDomain } from 'tldts';
import { breakable, type Html } from './text.ts';

/** Where an answer goes: to a web server, to a program on this computer, or to whatever app claimed a scheme. */
export type Destination = 'web' | 'loopback' | 'private-use';

/**
 * Sorts a redirect URI (RFC 8252 sections 7.1 to 7.3). One that is no URL counts as private-use: the least known. On a
 * computer of its own this server answers on a loopback address too: an answer to `issuer` goes to no other program.
 */
export function destination(uri: string, issuer?: string): Destination {
  const url = URL.parse(uri);
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') return 'private-use';
  return isLoopback(url.hostname) && url.origin !== issuer ? 'loopback' : 'web';
}

/** The host of a web address, with its port; of any other URI its scheme, with the colon that tells it from a host. */
export function hostOf(uri: string): string {
  const url = URL.parse(uri);
  return (url && webHost(url)) ?? url?.protocol ?? uri;
}

/** A host as a machine truth, its registrable domain in bold: that part is what somebody had to register. */
export const host = (uri: string): Html => html`<span class="host">${boldHost(uri)}</span>`;

/** A whole address as a machine truth, the registrable domain in bold. */
export function address(uri: string): Html {
  const url = URL.parse(uri);
  if (!url || !webHost(url)) return host(uri);
  return html`<span class="host">${url.protocol}//${boldHost(uri)}${breakable(`${url.pathname}${url.search}`)}</span>`;
}

/** An address that a link of ours may point to: a path of this server, or a web address. Never a script. */
export const isLinkable = (href: string): boolean => /^(https?:\/\/|\/(?![/\\]))/i.test(href);

/** The content of a `.host` element: the host with its registrable domain in bold. */
export function boldHost(uri: string): Html {
  const url = URL.parse(uri);
  if (!url || !webHost(url)) return html`<b>${hostOf(uri)}</b>`;
  const port = url.port && `:${url.port}`;
  // Private domains count, so that app.pages.example is not taken for its landlord.
  const domain = getDomain(url.hostname, { allowPrivateDomains: true }) ?? url.hostname;
  return html`${url.hostname.slice(0, url.hostname.length - domain.length)}<b>${domain}</b>${port}`;
}

/** In a private-use URI the place of the host is not a host. */
const webHost = (url: URL): string | undefined => (/^https?:$/.test(url.protocol) ? url.host : undefined);

const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' ||
  hostname.endsWith('.localhost') ||
  hostname === '[::1]' ||
  /^127\.\d+\.\d+\.\d+$/.test(hostname);
