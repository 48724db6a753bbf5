/** From which origins scripts may speak for a client that has no secret (Fetch, CORS protocol). */
import { dangerousSchemes, isLoopback } from './client/redirect-uris.ts';

export const maxOrigins = 20;

/** A scheme of an app's own web view or of a browser extension: `capacitor://localhost`, `chrome-extension://…`. */
const ownScheme = /^[a-z][a-z\d+.-]*:\/\/[a-z\d]([a-z\d.-]*[a-z\d])?(:\d{1,5})?$/;

/** What is wrong with an origin that somebody registers, in words for its developer; undefined when nothing is. */
export function checkOrigin(origin: string): string | undefined {
  // Sandboxed frames and files of whoever you like all say so.
  if (origin === 'null') return 'is everybody who wants to be nobody: it is never allowed';
  if (origin.includes('*')) return 'must not have a wildcard (*): register each origin';
  if (origin.length > 300 || dangerousSchemes.test(origin)) return 'is not an origin that may be registered';
  const url = URL.parse(origin);
  if (!url) return 'is not an origin such as https://app.example';
  if (url.protocol === 'https:' || url.protocol === 'http:') {
    if (url.origin !== origin) return `must be an origin alone: ${url.origin}`;
    if (url.protocol === 'http:' && !isLoopback(url.hostname))
      return 'must begin with https://, or with http:// on localhost';
    return undefined;
  }
  return ownScheme.test(origin) ? undefined : 'is not an origin such as capacitor://localhost';
}

interface Speaker {
  /** A native app's loopback redirect is answered on whichever port was free (RFC 8252 §7.3). */
  readonly native: boolean;
  readonly redirectUris: readonly string[];
  readonly allowedOrigins: readonly string[];
}

/**
 * Whether a browser that names `origin` may have what the client may have: where its redirect URIs are, and what is registered
 * beside them.
 */
export function mayUseOrigin(origin: string, { native, redirectUris, allowedOrigins }: Speaker): boolean {
  if (origin === 'null') return false;
  if (allowedOrigins.includes(origin)) return true;
  const asked = URL.parse(origin);
  if (!asked) return false;
  return redirectUris.some((uri) => {
    const url = URL.parse(uri);
    if (!url || url.origin === 'null') return false;
    if (url.origin === origin) return true;
    const loopback = native && url.protocol === 'http:' && isLoopback(url.hostname);
    return loopback && asked.origin === origin && asked.protocol === 'http:' && asked.hostname === url.hostname;
  });
}
