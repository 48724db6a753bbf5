/** Which headers pass the gateway, in both directions. */

/**
 * Headers of a single connection (RFC 9110 §7.6.1), besides those that Connection names. The body is framed anew for
 * the next one.
 */
const hopByHop = new Set([
  'connection',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * Never passed on as the caller sent them: credentials, ways to name another method or address than the one that was
 * checked, identities claimed by the caller's own proxies, and expectations, which the gateway has answered.
 */
const callers = new Set([
  'authorization',
  'dpop',
  'expect',
  'forwarded',
  'host',
  // CGI programs see it as HTTP_PROXY, the variable for their own proxy.
  'proxy',
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

/** The gateway sets these headers itself. */
const gateways = new Set([
  'www-authenticate',
  'authentication-info',
  'x-request-id',
  'x-ratelimit-limit',
  'x-ratelimit-remaining',
  'x-ratelimit-reset',
]);

/** Whether a header of the caller, in lower case, may reach the upstream. */
export function passesUp(name: string): boolean {
  // Some servers read any other character as a hyphen, or a hyphen as an underscore.
  const plain = name.replace(/[^a-z0-9]/g, '-');
  const secondLength = plain === 'content-length' && name !== plain;
  return !hopByHop.has(plain) && !callers.has(plain) && !ours.test(plain) && !secondLength;
}

/** Whether a header of the upstream, in lower case, may reach the caller. */
export function passesDown(name: string): boolean {
  return !hopByHop.has(name) && !gateways.has(name);
}

/**
 * The names in Connection, in lower case, however often it was sent; undefined for the values that nearly everybody
 * sends.
 */
export function namedByConnection(connection: string | string[] | undefined): Set<string> | undefined {
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') return undefined;
  const names = [connection].flat().join().split(',');
  const named = new Set(names.map((name) => name.trim().toLowerCase()));
  // Content-Length can't be removed by Connection: the body would end elsewhere.
  named.delete('content-length');
  return named;
}
