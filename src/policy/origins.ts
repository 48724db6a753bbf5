/** The origins from which scripts may use a public client (Fetch, CORS protocol). */

import { dangerousSchemes, isLoopback } from './client/redirect-uris.ts';
import { problemText } from './problem-texts.ts';

export const maxOrigins = 20;

/** Origins of web views and browser extensions: `capacitor://localhost`, `chrome-extension://…`. */
const ownScheme = /^[a-z][a-z\d+.-]*:\/\/[a-z\d]([a-z\d.-]*[a-z\d])?(:\d{1,5})?$/;

/** Returns the problem of an origin that is registered; undefined if it is valid. */
export function checkOrigin(origin: string): string | undefined {
  // Sandboxed frames and local files of anybody have this origin.
  if (origin === 'null') return problemText('originNull');
  if (origin.includes('*')) return problemText('originWildcard');
  if (origin.length > 300 || dangerousSchemes.test(origin)) return problemText('originRefused');
  const url = URL.parse(origin);
  if (!url) return problemText('notOrigin', 'https://app.example');
  if (url.protocol === 'https:' || url.protocol === 'http:') {
    if (url.origin !== origin) return problemText('originAlone', url.origin);
    if (url.protocol === 'http:' && !isLoopback(url.hostname)) return problemText('webOrLocal');
    return undefined;
  }
  return ownScheme.test(origin) ? undefined : problemText('notOrigin', 'capacitor://localhost');
}

interface ClientOrigins {
  /** For native apps the port of a loopback redirect URI is ignored (RFC 8252 §7.3). */
  readonly native: boolean;
  readonly redirectUris: readonly string[];
  readonly allowedOrigins: readonly string[];
}

/**
 * Reports whether scripts from `origin` may use the client: the origins of its redirect URIs and the registered origins
 * are allowed.
 */
export function mayUseOrigin(origin: string, { native, redirectUris, allowedOrigins }: ClientOrigins): boolean {
  if (origin === 'null') return false;
  if (allowedOrigins.includes(origin)) return true;
  const requestOrigin = URL.parse(origin);
  if (!requestOrigin) return false;
  return redirectUris.some((uri) => {
    const url = URL.parse(uri);
    if (!url || url.origin === 'null') return false;
    if (url.origin === origin) return true;
    const loopback = native && url.protocol === 'http:' && isLoopback(url.hostname);
    return (
      loopback &&
      requestOrigin.origin === origin &&
      requestOrigin.protocol === 'http:' &&
      requestOrigin.hostname === url.hostname
    );
  });
}
