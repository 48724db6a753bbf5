/** Fetches a client's `jwks_uri` for the engine, over https and from public addresses only. It has the interface of `fetch`. */
import { isPublicAddress } from '../policy/public-addresses.ts';
import { fetchResponse } from './fetch-response.ts';
import type { Outbound } from './request.ts';

/** The engine aborts after 2.5 s and refuses key sets above 64 KB. */
const bounds = { timeoutMs: 2_500, maxBytes: 64 * 1024 + 1 };

export function keyFetch(outbound: Outbound): (url: string | URL | Request, init?: RequestInit) => Promise<Response> {
  return async (url, init = {}) => {
    const headers = Object.fromEntries(new Headers(init.headers));
    const answer = await outbound({
      url: String(url),
      method: 'GET',
      headers,
      ...bounds,
      allows: isPublicAddress,
      signal: init.signal ?? undefined,
    });
    // A redirect is refused like any other status that is not 200.
    return fetchResponse(answer);
  };
}
