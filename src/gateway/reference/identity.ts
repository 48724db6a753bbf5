/**
 * Who calls, passed on to what stands behind the gateway. All three headers are always there, empty where there is
 * nothing to say, and whatever the caller sent under these names never gets through. With a secret they are signed.
 */
import { createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { AccessTokenClaims } from '../claims.ts';

/** Callers' own headers that never pass: identity, credentials, and ways to change the method after it was checked. */
const stripped = new Set([
  'authorization',
  'dpop',
  'x-http-method',
  'x-http-method-override',
  'x-method-override',
  'x-original-url',
  'x-original-uri',
  'x-rewrite-url',
]);
const identityPrefix = 'x-auth-';

export type IdentityHeaders = Record<'X-Auth-Subject' | 'X-Auth-Client' | 'X-Auth-Scope', string>;

export function identityHeaders(claims: AccessTokenClaims | undefined): IdentityHeaders {
  return {
    'X-Auth-Subject': claims?.sub ?? '',
    'X-Auth-Client': claims?.client_id ?? '',
    'X-Auth-Scope': claims?.scope ?? '',
  };
}

/**
 * `X-Auth-Signature: t=<epoch seconds>,v1=<hex>`: HMAC-SHA-256 over time, method, path and the three values, each on a
 * line of its own, so that nobody who reaches the upstream past the gateway can pretend to be somebody.
 */
export function identitySignature(
  secret: string,
  request: { method: string; path: string },
  headers: IdentityHeaders,
  now: number,
): string {
  const time = Math.floor(now / 1000);
  const said = [time, request.method, request.path, ...Object.values(headers)].join('\n');
  return `t=${time},v1=${createHmac('sha256', secret).update(said).digest('hex')}`;
}

/** Removes what the caller must not say, in place. An underscore counts as a hyphen: some servers read it so. */
export function stripIdentity(headers: IncomingHttpHeaders): void {
  for (const name of Object.keys(headers)) {
    const plain = name.replaceAll('_', '-');
    if (stripped.has(plain) || plain.startsWith(identityPrefix)) delete headers[name];
  }
}
