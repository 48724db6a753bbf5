/** What a verified token or API key says: the types of its claims, and checks of their form. */
import type { ApiKeyClaims } from './key-claims.ts';

/** The claims of a VibeCaaS access token (RFC 9068 §2.2). */
export interface AccessTokenClaims {
  readonly iss: string;
  readonly aud: string | readonly string[];
  /** The account's id, or the client_id of a client that acts for itself. */
  readonly sub: string;
  readonly client_id: string;
  readonly jti: string;
  /** Epoch seconds. */
  readonly iat: number;
  readonly exp: number;
  /** Space-separated. */
  readonly scope?: string;
  /** The grant, which identifies the token family; absent if a client acts for itself. */
  readonly gid?: string;
  /** The account's tier when the token was issued. */
  readonly tier?: string;
  /** How sure the sign-in was: `urn:vibecaas:acr:1` or `urn:vibecaas:acr:2`. Absent if a client acts for itself. */
  readonly acr?: string;
  /** What the person showed (RFC 8176), such as `pwd` and `otp`. */
  readonly amr?: readonly string[];
  /** When the person was last verified, in epoch seconds. A refresh does not change it. */
  readonly auth_time?: number;
  /** The projects that it is limited to (RFC 9396); absent if it is not. `projectsOf` reads it. */
  readonly authorization_details?: unknown;
  /** The key that the token is bound to (RFC 9449 §6). */
  readonly cnf?: { readonly jkt?: string };
  /** The service that acts for the person, if it got the token by exchange (RFC 8693 §4.1). The outermost acts now. */
  readonly act?: ActClaim;
  /** The ids of the tokens that it was exchanged from. It is revoked with each of them. */
  readonly derived_from?: readonly string[];
  readonly [claim: string]: unknown;
}

/** The claims of an access token, or of an API key, which has no `client_id`. */
export type CallerClaims = AccessTokenClaims | ApiKeyClaims;

/** Reports whether these are the claims of an API key, and not those of an access token. */
export function isKey(claims: CallerClaims): claims is ApiKeyClaims {
  return claims.client_id === undefined;
}

/** The client id of a service, and who acted before it. */
interface ActClaim {
  readonly sub: string;
  readonly act?: ActClaim;
}

/** Returns the client ids of those who act, the current one first; undefined if the claim has another form. */
export function actorsOf(act: unknown): string[] | undefined {
  const actors: string[] = [];
  for (let one = act; one !== undefined; one = (one as { act?: unknown }).act) {
    if (typeof one !== 'object' || one === null || actors.length > maxActors) return undefined;
    const { sub } = one as { sub?: unknown };
    if (typeof sub !== 'string' || sub === '') return undefined;
    actors.push(sub);
  }
  return actors;
}

/** The server allows three. */
const maxActors = 10;

/** Whether the required claims are there, each in the right form. */
export function isAccessTokenClaims(claims: Record<string, unknown>): claims is AccessTokenClaims & typeof claims {
  const texts = ['iss', 'sub', 'client_id', 'jti'];
  const optional = ['scope', 'gid', 'tier', 'acr'];
  return (
    texts.every((name) => typeof claims[name] === 'string' && claims[name] !== '') &&
    optional.every((name) => claims[name] === undefined || typeof claims[name] === 'string') &&
    (claims.amr === undefined || Array.isArray(claims.amr)) &&
    actorsOf(claims.act) !== undefined &&
    (claims.derived_from === undefined || Array.isArray(claims.derived_from)) &&
    (claims.auth_time === undefined || Number.isFinite(claims.auth_time)) &&
    Number.isFinite(claims.exp) &&
    Number.isFinite(claims.iat)
  );
}
