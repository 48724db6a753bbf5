/**
 * Apps in browsers call the API with a token and never with a cookie, so any origin may (WHATWG Fetch, CORS protocol):
 * without the token the answer is a refusal that anybody can have. An upstream that sets these headers itself wins.
 */
import { matchApiRoute } from '../../policy/api-routes.ts';
import type { Call } from './call.ts';

/** `*` is all that is not named, for requests without credentials; older browsers take it for a name, so the usual ones are named. */
const exposed = [
  ...[
    'WWW-Authenticate',
    'DPoP-Nonce',
    'Retry-After',
    'X-RateLimit-Limit',
    'X-RateLimit-Remaining',
    'X-RateLimit-Reset',
    'X-Request-Id',
  ],
  ...[
    'ETag',
    'Location',
    'Content-Location',
    'Content-Range',
    'Accept-Ranges',
    'Content-Disposition',
    'Link',
    'Date',
    '*',
  ],
].join(', ');
/** `Authorization` is never within `*`. */
const allowed = [
  ...['Authorization', 'Content-Type', 'DPoP', 'Idempotency-Key', 'If-Match', 'If-None-Match', 'If-Modified-Since'],
  ...['If-Unmodified-Since', 'If-Range', 'Range', 'Cache-Control', 'Prefer', 'X-Requested-With', 'traceparent'],
  ...['tracestate', 'baggage', '*'],
].join(', ');

export function allowOrigins({ request, headers }: Call): void {
  if (request.headers.origin === undefined) return;
  // In lower case, as an upstream's are, which take their place.
  headers['access-control-allow-origin'] = '*';
  headers['access-control-expose-headers'] = exposed;
}

/** Answers a preflight for an endpoint that there is. False: it is none. */
export function answerPreflight({ request, response, headers }: Call, path: string): boolean {
  const method = request.headers['access-control-request-method'];
  if (request.method !== 'OPTIONS' || !method || !matchApiRoute(method, path)) return false;
  response.writeHead(204, {
    ...headers,
    'Access-Control-Allow-Methods': method,
    'Access-Control-Allow-Headers': allowed,
    'Access-Control-Max-Age': '600',
  });
  response.end();
  return true;
}
