/** What may be wrong with the claims of an assertion whose signature is valid. Times are in seconds. */
import type { JWTPayload } from 'jose';

/** How far ahead an assertion of a client may expire (RFC 7523 §3), and how far clocks may be off. */
const maxAheadSeconds = 10 * 60;
export const clockSkewSeconds = 60;

interface Expected {
  readonly clientId: string;
  /** The only audience, and more than that where the client may name an endpoint. */
  readonly issuer: string;
  readonly endpoints: readonly string[];
}

export function ownAssertionProblem(
  { header, claims }: { header: { readonly typ?: string }; claims: JWTPayload },
  { clientId, issuer, endpoints }: Expected,
): string | undefined {
  return (
    typeProblem(header.typ, ['jwt', 'client-authentication+jwt']) ??
    (claims.iss === clientId
      ? undefined
      : `iss of the client_assertion is ${shown(claims.iss)}, expected ${clientId}`) ??
    audienceProblem(claims.aud, issuer, endpoints) ??
    (claims.jti ? undefined : 'jti of the client_assertion is missing') ??
    (typeof claims.jti === 'string' ? undefined : 'jti of the client_assertion is not a string') ??
    timeProblem(claims, maxAheadSeconds)
  );
}

/** A JWT that was made for something else must not authenticate a client (RFC 8725 §3.11). */
export function typeProblem(typ: unknown, allowed: readonly string[]): string | undefined {
  const type =
    typ === undefined
      ? 'jwt'
      : String(typ)
          .toLowerCase()
          .replace(/^application\//, '');
  return allowed.includes(type)
    ? undefined
    : `typ of the client_assertion is ${shown(typ)}, expected ${allowed.join(' or ')}`;
}

/**
 * The issuer alone, as a string or as the only one of a list. Where `endpoints` are allowed, one of several must be right,
 * as RFC 7523 §3 has it.
 */
export function audienceProblem(aud: unknown, issuer: string, endpoints: readonly string[] = []): string | undefined {
  const list = [aud ?? []].flat();
  const fits =
    endpoints.length > 0
      ? list.some((one) => one === issuer || endpoints.includes(one as string))
      : list.length === 1 && list[0] === issuer;
  if (fits) return undefined;
  const expected = endpoints.length > 0 ? [...new Set([issuer, ...endpoints])].join(' or ') : `${issuer} alone`;
  return `aud of the client_assertion is ${list.length === 0 ? 'missing' : list.map(shown).join(' and ')}, expected ${expected}`;
}

export function timeProblem({ exp, nbf, iat }: JWTPayload, maxSeconds: number): string | undefined {
  const now = Date.now() / 1000;
  if (!exp) return 'exp of the client_assertion is missing';
  if (typeof exp !== 'number') return 'exp of the client_assertion is not a number';
  if (exp <= now) return `exp of the client_assertion was ${Math.ceil(now - exp)} seconds ago`;
  if (exp > now + maxSeconds + clockSkewSeconds)
    return `exp of the client_assertion must be at most ${maxSeconds} seconds ahead`;
  for (const [name, time] of Object.entries({ nbf, iat })) {
    if (time === undefined) continue;
    if (typeof time !== 'number') return `${name} of the client_assertion is not a number`;
    if (time > now + clockSkewSeconds)
      return `${name} of the client_assertion is ${Math.ceil(time - now)} seconds ahead`;
  }
  return undefined;
}

/** A claim for a message: short, and without what a message must not have. */
export function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'missing');
  return text.length > 200 ? `${text.slice(0, 200).toWellFormed()}…` : text;
}
