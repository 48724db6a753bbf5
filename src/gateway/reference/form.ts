/** What a request must look like before anything else is asked of it: nothing that two servers could read differently. */

import type { Call } from './call.ts';

/** Why a request is not passed on, in words; undefined when nothing is wrong. RFC 9112 §3.2, §6.1; RFC 9110 §7.8. */
export function malformed({ request, head }: Call): string | undefined {
  const { headers, httpVersion, url = '' } = request;
  if (!url.startsWith('/')) return 'The request target must be a path';
  if (head.host.length > 1) return 'There must be one Host header';
  if (headers.host === undefined && httpVersion !== '1.0') return 'There must be a Host header';
  const coding = head['transfer-encoding'];
  if (coding.length > 0 && (coding.length > 1 || coding[0]?.toLowerCase() !== 'chunked' || httpVersion === '1.0')) {
    return 'The only transfer encoding is chunked';
  }
  if (coding.length > 0 && headers['content-length'] !== undefined) return 'A body has one length';
  if (headers.upgrade !== undefined) return 'The API speaks HTTP only: no upgrade';
  if (hasMethodParameter(url)) return 'The method of a request is its own: no _method';
  return undefined;
}

/** Frameworks that read it would do something else than what was checked. */
function hasMethodParameter(url: string): boolean {
  const query = url.indexOf('?');
  if (query < 0) return false;
  return [...new URLSearchParams(url.slice(query)).keys()].some((name) => /^_method\b/i.test(name.trim()));
}
