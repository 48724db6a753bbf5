/** Which headers pass the gateway, in both directions. */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** Of one connection only (RFC 9110 §7.6.1), besides what Connection names. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'upgrade',
]);

/**
 * Never passed on as the caller sent them: credentials, ways to say another method or address than the one that was
 * checked, who the caller's own proxies claim it is, and expectations, which the gateway has answered.
 */
const callers = new Set([
  'authorization',
  'dpop',
  'expect',
  'forwarded',
  'true-client-ip',
  'x-client-ip',
  'x-http-method',
  'x-http-method-override',
  'x-method-override',
  'x-original-method',
  'x-original-uri',
  'x-original-url',
  'x-real-ip',
  'x-request-id',
  'x-rewrite-url',
]);
const ours = /^x-(?:auth|forwarded)-/;

/** Connection cannot name them away: without them the body would end elsewhere. */
const framing = new Set(['content-length', 'transfer-encoding', 'host']);

/** The gateway answers for these itself. */
const gateways = new Set(['x-request-id', 'x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset']);

export interface Passing {
  /** The API's public origin. */
  readonly origin: string;
  readonly isTrustedProxy: (address: string) => boolean;
}

/** What the upstream gets of the caller's headers, before the gateway adds its own. */
export function createRequestHeaders({ origin, isTrustedProxy }: Passing) {
  const [scheme, host] = origin.split('://') as [string, string];
  return ({ headers, socket, method = '' }: IncomingMessage): IncomingHttpHeaders => {
    const named = namedByConnection(headers.connection);
    const passed: IncomingHttpHeaders = {};
    for (const name in headers) {
      if (!passes(name) || (named?.has(name) && !framing.has(name))) continue;
      passed[name] = headers[name];
    }
    const peer = socket.remoteAddress ?? '';
    const before = headers['x-forwarded-for'];
    passed['x-forwarded-for'] = before && isTrustedProxy(peer) ? `${before}, ${peer}` : peer;
    passed['x-forwarded-proto'] = scheme;
    passed['x-forwarded-host'] = host;
    if (method.startsWith('P') && !headers['content-length'] && !headers['transfer-encoding']) {
      passed['content-length'] = '0';
    }
    return passed;
  };
}

/** Answers for the names that were asked about first; callers make names up, so not for all. */
const answers = new Map<string, boolean>();
const mostAnswers = 500;

function passes(name: string): boolean {
  const known = answers.get(name);
  if (known !== undefined) return known;
  // Some servers read every other sign as a hyphen, or a hyphen as an underscore.
  const plain = name.replace(/[^a-z0-9]/g, '-');
  const answer = !hopByHop.has(name) && !callers.has(plain) && !ours.test(plain);
  if (answers.size < mostAnswers) answers.set(name, answer);
  return answer;
}

/** What the caller gets of the upstream's headers. The length or its absence stays: Node frames the body by it. */
export function responseHeaders(response: IncomingMessage): IncomingHttpHeaders {
  const named = namedByConnection(response.headers.connection);
  const passed: IncomingHttpHeaders = {};
  for (const name in response.headers) {
    if (hopByHop.has(name) || name === 'transfer-encoding' || gateways.has(name) || named?.has(name)) continue;
    passed[name] = response.headers[name];
  }
  return passed;
}

/** Undefined for what nearly everybody sends. */
function namedByConnection(connection: string | undefined): Set<string> | undefined {
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') return undefined;
  return new Set(connection.split(',').map((name) => name.trim().toLowerCase()));
}
