/**
 * Apps in browsers call the API with a token and never with a cookie, so any origin may call (WHATWG Fetch, CORS
 * protocol): without the token, the answer is a refusal that anybody can get. Headers that an upstream sets itself take
 * precedence.
 */
import { matchApiRoute } from '../../policy/api-routes.ts';
import type { Call } from './call.ts';

/**
 * `*` covers headers that are not named, for requests without credentials. Older browsers read it as a header name, so
 * the usual headers are named.
 */
const exposed = [
  ...[
    'WWW-Authenticate',
    'DPoP-Nonce',
    'Mcp-Session-Id',
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
/** `*` never includes `Authorization`. */
const allowed = [
  ...['Authorization', 'Content-Type', 'DPoP', 'Idempotency-Key', 'If-Match', 'If-None-Match', 'If-Modified-Since'],
  ...['If-Unmodified-Since', 'If-Range', 'Range', 'Cache-Control', 'Prefer', 'X-Requested-With', 'traceparent'],
  ...['tracestate', 'baggage', 'Mcp-Session-Id', 'MCP-Protocol-Version', 'Last-Event-ID', '*'],
].join(', ');

/** What lets scripts of any origin read an answer. In lower case, like the headers of an upstream that replace them. */
export const readByScripts = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': exposed,
};

export function allowOrigins({ request, headers }: Call): void {
  if (request.headers.origin !== undefined) Object.assign(headers, readByScripts);
}

/** Answers a preflight for an endpoint that exists, or of a resource with any. Returns false for every other request. */
export function answerPreflight({ request, response, headers }: Call, path: string, isResource: boolean): boolean {
  const method = request.headers['access-control-request-method'];
  if (request.method !== 'OPTIONS' || !method || !(isResource || matchApiRoute(method, path))) return false;
  response.writeHead(204, {
    ...headers,
    'Access-Control-Allow-Methods': method,
    'Access-Control-Allow-Headers': allowed,
    'Access-Control-Max-Age': '600',
  });
  response.end();
  return true;
}
