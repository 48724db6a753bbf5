/**
 * Where an app may ask us to send people's authorization codes. Compared character by character later on (RFC 9700
 * §4.1.3), so each is held to one spelling here.
 */

import { nameOfAnswerIn } from '../answer-addresses.ts';
import type { ClientType } from './types.ts';

export const maxRedirectUris = 20;
const maxLength = 2000;

const loopbackHosts = ['localhost', '127.0.0.1', '[::1]'];

/** The spellings of this machine that RFC 8252 §7.3 names. */
export function isLoopback(hostname: string): boolean {
  return loopbackHosts.includes(hostname);
}

export const dangerousSchemes = /^(javascript|data|vbscript|file|blob|about|wss?|view-source|filesystem|intent):/i;
/** RFC 8252 §7.1: a domain that the app's maker controls, in reverse. */
const reverseDomainScheme = /^[a-z][a-z\d+-]*(\.[a-z\d+-]+)+:/;
/** RFC 3986 knows only these; everything else is percent-encoded. Not the asterisk: no wildcards. */
const allowedCharacters = /^[A-Za-z\d\-._~:/?@[\]!$&'()+,;=%]*$/;

/** What is wrong with `uri` for a client of this type, in words for its developer; undefined when nothing is. */
export function checkRedirectUri(uri: string, clientType: ClientType): string | undefined {
  if (uri === '' || uri.length > maxLength) return `must have 1 to ${maxLength} characters`;
  if (uri.includes('#')) return 'must not have a fragment (#)';
  if (uri.includes('*')) return 'must not have a wildcard (*): register each address';
  if (!allowedCharacters.test(uri)) return 'has characters that a URI cannot have: percent-encode them';
  if (dangerousSchemes.test(uri)) return `must not use the scheme ${uri.slice(0, uri.indexOf(':') + 1)}`;
  const url = URL.parse(uri);
  if (!url) return 'is not an absolute URI';
  if (url.username !== '' || url.password !== '') return 'must not have a user name or password';
  const taken = nameOfAnswerIn(url);
  if (taken) return `must not have ${taken} in its query: answers are told under that name`;
  if (url.protocol === 'https:' || url.protocol === 'http:') return checkWeb(uri, url, clientType);
  if (clientType !== 'native') return 'must begin with https://, or with http:// on localhost';
  if (!reverseDomainScheme.test(uri)) {
    return 'must begin with https://, with http:// on localhost, or with a domain of yours in reverse, as in com.example.app:/';
  }
  return uri.endsWith(':') ? 'must have something after the scheme' : undefined;
}

function checkWeb(uri: string, url: URL, clientType: ClientType): string | undefined {
  if (url.href !== uri && url.href !== `${uri}/`) return `must be written as ${url.href}`;
  const loopback = isLoopback(url.hostname);
  if (url.protocol === 'http:' && !loopback) return 'must begin with https://: http:// is for localhost only';
  if (url.protocol === 'https:' && loopback && clientType === 'native') {
    return 'must begin with http:// on localhost (RFC 8252 §7.3)';
  }
  return undefined;
}
