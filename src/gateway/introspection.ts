/**
 * Introspection (RFC 7662): one call per request, without a cache, while the feed is cut off; one per token with more projects than it
 * can name.
 */
import { basicAuthorization, type Credentials, requestJson } from './http.ts';

export interface IntrospectionOptions {
  readonly url: string;
  readonly credentials: Credentials;
  readonly fetch: typeof fetch;
}

/** The maximum of introspections at the same time, so that a slow server is not flooded and nothing here grows. */
const maxConcurrent = 200;

/** What the server says of an active token; undefined for another. Throws if that can't be determined. */
export function createIntrospection({ url, credentials, fetch }: IntrospectionOptions) {
  let asking = 0;
  return async (token: string): Promise<Record<string, unknown> | undefined> => {
    if (asking >= maxConcurrent) throw new Error(`More than ${maxConcurrent} introspections at once`);
    asking += 1;
    try {
      const { body } = await requestJson(fetch, url, {
        method: 'POST',
        headers: { accept: 'application/json', authorization: basicAuthorization(credentials) },
        body: new URLSearchParams({ token, token_type_hint: 'access_token' }),
      });
      return body.active === true ? body : undefined;
    } finally {
      asking -= 1;
    }
  };
}
