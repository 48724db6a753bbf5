/** Introspection (RFC 7662) for the time when the feed is cut off: one call for each request, nothing kept. */
import { basicAuthorization, type Credentials, requestJson } from './http.ts';

export interface IntrospectionOptions {
  readonly url: string;
  readonly credentials: Credentials;
  readonly fetch: typeof fetch;
}

/** At once; more are not asked, so that a slow server is not buried and nothing here grows. */
const most = 200;

/** Whether a token is active. Throws when that can't be known. */
export function createIntrospection({ url, credentials, fetch }: IntrospectionOptions) {
  let asking = 0;
  return async (token: string): Promise<boolean> => {
    if (asking >= most) throw new Error(`More than ${most} introspections at once`);
    asking += 1;
    try {
      const { body } = await requestJson(fetch, url, {
        method: 'POST',
        headers: { accept: 'application/json', authorization: basicAuthorization(credentials) },
        body: new URLSearchParams({ token, token_type_hint: 'access_token' }),
      });
      return body.active === true;
    } finally {
      asking -= 1;
    }
  };
}
