/** Which redirect URIs a client may register (RFC 6749 §3.1.2, RFC 8252 §7, RFC 9700 §2.1). */

export type ClientType = 'web' | 'spa' | 'native' | 'service';

export const mostRedirectUris = 20;
const longest = 2_000;
const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);
const never = new Set(['javascript:', 'data:', 'vbscript:', 'file:', 'blob:', 'about:', 'ws:', 'wss:', 'ftp:']);

/** What is wrong with it, for the person who registers it; undefined when it may be used. */
export function redirectUriProblem(uri: string, type: ClientType): string | undefined {
  if (uri.length > longest) return `is longer than ${longest} characters`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this looks for
  if (/[\s\\\u0000-\u001f\u007f-\u009f]/.test(uri)) return 'has spaces, backslashes or control characters';
  const url = URL.parse(uri);
  if (!url) return 'is not an absolute URI';
  if (never.has(url.protocol)) return `must not use the scheme ${url.protocol}`;
  if (uri.includes('#')) return 'must not have a fragment';
  if (uri.includes('*')) return 'must not have a wildcard: every address is registered by itself';
  if (url.username || url.password) return 'must not have a user name or password';
  if (url.protocol === 'https:') return url.hostname ? undefined : 'has no host';
  if (url.protocol === 'http:') {
    return loopback.has(url.hostname) ? undefined : 'must use https; http is for localhost, 127.0.0.1 and [::1] only';
  }
  if (type !== 'native') return 'must use https; a scheme of its own is for native apps';
  return url.protocol.includes('.')
    ? undefined
    : 'needs a scheme with a domain of yours in it, such as com.example.app:';
}
