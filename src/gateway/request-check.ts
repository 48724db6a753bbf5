/** What a request requires besides a valid token or key: its resource, scopes, and sign-in. */
import { type AuthenticationRequirements, unmetRequirement } from '../policy/authentication-requirements.ts';
import type { CallerClaims } from './claims.ts';
import { TokenError } from './errors.ts';

interface Presented {
  readonly claims: CallerClaims;
  /** Built when they are first needed. */
  scopes?: Set<string>;
}

/** RFC 7519 §4.1.3: one audience, or a list. */
export function isFor(audiences: string | readonly string[] | undefined, audience: string): boolean {
  return typeof audiences === 'string' ? audiences === audience : audiences?.includes(audience) === true;
}

/** RFC 6750 §3.1: 403, and which scopes would be sufficient. @throws TokenError */
export function requireScopes(presented: Presented, scope: string, what: 'access token' | 'API key'): void {
  presented.scopes ??= new Set((presented.claims.scope ?? '').split(' '));
  if (presented.scopes.has(scope)) return;
  const missing = scope.split(' ').filter((one) => one !== '' && !presented.scopes?.has(one));
  if (missing.length > 0) {
    const options = { scope, caller: presented.claims };
    throw new TokenError('insufficient_scope', `The ${what} lacks ${missing.join(' ')}`, options);
  }
}

/** RFC 9470 §3. `now` is in epoch milliseconds. @throws TokenError */
export function requireSignIn(
  { claims }: Presented,
  request: AuthenticationRequirements | undefined,
  { now, toleranceSeconds }: { now: number; toleranceSeconds: number },
): void {
  if (request?.acr === undefined && request?.maxAgeSeconds === undefined) return;
  const { acr, maxAgeSeconds } = request;
  const unmet = unmetRequirement(claims, request, { now: now / 1000, toleranceSeconds });
  if (unmet) {
    const options = { required: { acr, maxAgeSeconds }, caller: claims };
    throw new TokenError('insufficient_user_authentication', unmet, options);
  }
}
