/**
 * Passes the caller's identity to the upstream. The first three headers and `X-Auth-Projects` are always set, empty if there is no value;
 * `X-Auth-Actor` only where a service acts for the person, `X-Auth-Key` and `X-Auth-Environment` only for API keys. With a secret
 * they are signed.
 */
import { createHmac } from 'node:crypto';
import { actorsOf, type CallerClaims, isKey } from '../claims.ts';
import type { Projects } from '../projects.ts';
import type { Call } from './call.ts';

export type IdentityHeaders = Record<'X-Auth-Subject' | 'X-Auth-Client' | 'X-Auth-Scope', string> & {
  readonly 'X-Auth-Actor'?: string;
  readonly 'X-Auth-Key'?: string;
  readonly 'X-Auth-Environment'?: string;
  /** `*`, or ids separated by spaces. Only a list is signed, so callers with all projects keep the signature of earlier versions. */
  readonly 'X-Auth-Projects'?: string;
};

export function identityHeaders(claims: CallerClaims | undefined, projects?: Projects): IdentityHeaders {
  return {
    'X-Auth-Subject': claims?.sub ?? '',
    'X-Auth-Client': claims?.client_id ?? '',
    'X-Auth-Scope': claims?.scope ?? '',
    // The services that the token passed through, the current one first.
    ...(claims?.act && { 'X-Auth-Actor': (actorsOf(claims.act) ?? []).join(' ') }),
    ...(claims !== undefined &&
      isKey(claims) && { 'X-Auth-Key': claims.key_id, 'X-Auth-Environment': claims.environment }),
    ...(projects !== undefined && projects !== '*' && { 'X-Auth-Projects': projects.join(' ') }),
  };
}

/** Adds the identity of the caller to the headers of the request, signed if there is a secret. */
export function passIdentity(call: Call, claims: CallerClaims, projects: Projects, secret: string | undefined): void {
  const { request, head } = call;
  const identity = identityHeaders(claims, projects);
  call.grantedScope = identity['X-Auth-Scope'];
  for (const name in identity) head.passing.push(name, identity[name as keyof IdentityHeaders] as string);
  if (projects === '*') head.passing.push('X-Auth-Projects', '*');
  if (!secret) return;
  const { method = 'GET', url: target = '/' } = request;
  head.passing.push('X-Auth-Signature', identitySignature(secret, { method, target }, identity, Date.now()));
}

/**
 * `X-Auth-Signature: t=<epoch seconds>,v1=<hex>`: HMAC-SHA-256 over time, method, target (path and query as the client
 * sent them) and the values of the identity headers that are set, one per line. Nobody who reaches the upstream without the gateway can forge an
 * identity.
 */
function identitySignature(
  secret: string,
  request: { method: string; target: string },
  headers: IdentityHeaders,
  now: number,
): string {
  const time = Math.floor(now / 1000);
  const { 'X-Auth-Projects': projects, ...others } = headers;
  // With its name: the values before it are not always there, and `*` is not signed.
  const limit = projects === undefined ? [] : [`projects=${projects}`];
  const said = [time, request.method, request.target, ...Object.values(others), ...limit].join('\n');
  return `t=${time},v1=${createHmac('sha256', secret).update(said).digest('hex')}`;
}
