/** Checks the form of a request first: it must not contain anything that two servers could read differently. */

import type { Call } from './call.ts';

/** Why a request is not passed on; undefined if nothing is wrong. RFC 9112 §3.2, §6.1; RFC 9110 §10.1.1. */
export function malformed({ request, head }: Call): Problem | undefined {
  const { headers, httpVersion, url = '' } = request;
  if (!url.startsWith('/')) return problem('The request target must be a path');
  if (head.host.length > 1) return problem('There must be one Host header');
  if (headers.host === undefined && httpVersion !== '1.0') return problem('There must be a Host header');
  const coding = head['transfer-encoding'];
  if (coding.length > 0 && (coding.length > 1 || coding[0]?.toLowerCase() !== 'chunked' || httpVersion === '1.0')) {
    return problem('The only transfer encoding is chunked');
  }
  if (coding.length > 0 && headers['content-length'] !== undefined) return problem('A body must have one length');
  if (hasMethodParameter(url)) return problem('The parameter _method is not allowed');
  if (headers.expect && !/^100-continue$/i.test(headers.expect)) {
    return problem('The only expectation is 100-continue', 417);
  }
  return undefined;
}

interface Problem {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

const problem = (message: string, status = 400): Problem => ({ status, code: 'VALIDATION_ERROR', message });

/** Frameworks that read this parameter would act on another method than the one that was checked. */
export function hasMethodParameter(url: string): boolean {
  const query = url.indexOf('?');
  if (query < 0) return false;
  return [...new URLSearchParams(url.slice(query)).keys()].some((name) => /^_method\b/i.test(name.trim()));
}
