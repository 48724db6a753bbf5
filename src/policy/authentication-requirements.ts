/** What a call demands of the sign-in behind its token (RFC 9470): how sure it must be, and how recent. */
import { type Acr, acrValues, meets } from './assurance.ts';

export interface AuthenticationRequirements {
  readonly acr?: Acr | undefined;
  /** The maximum age of the last verification, whenever the token was issued. */
  readonly maxAgeSeconds?: number | undefined;
}

/** The claims of an access token that tell of its sign-in. A client that acts for itself has none. */
export interface SignInClaims {
  readonly acr?: unknown;
  /** Epoch seconds. */
  readonly auth_time?: unknown;
}

/**
 * Returns why a sign-in does not meet the requirements; undefined if it does. A claim that is missing meets nothing. Only the
 * server writes `auth_time`, and never one in the future: then this clock is behind, and the sign-in is recent.
 */
export function unmetRequirement(
  { acr, auth_time: signedInAt }: SignInClaims,
  required: AuthenticationRequirements,
  { now, toleranceSeconds }: { now: number; toleranceSeconds: number },
): string | undefined {
  const { acr: wanted, maxAgeSeconds } = required;
  const weak = wanted !== undefined && !meets(typeof acr === 'string' ? acr : undefined, wanted);
  const old =
    maxAgeSeconds !== undefined &&
    !(typeof signedInAt === 'number' && now - signedInAt <= maxAgeSeconds + toleranceSeconds);
  if (!weak && !old) return undefined;
  return `A ${[weak && 'stronger', old && 'more recent'].filter(Boolean).join(' and ')} sign-in is required`;
}

/** The requirements that meet both. */
export function strictest(
  one: AuthenticationRequirements,
  other: AuthenticationRequirements,
): AuthenticationRequirements {
  const ages = [one.maxAgeSeconds, other.maxAgeSeconds].filter((age) => age !== undefined);
  return {
    acr: acrValues.findLast((acr) => acr === one.acr || acr === other.acr),
    maxAgeSeconds: ages.length > 0 ? Math.min(...ages) : undefined,
  };
}

/**
 * Returns why no sign-in could ever meet these requirements, as somebody wrote them; undefined if they can be met. With an age
 * of 0 every new token would be refused too.
 */
export function requirementsProblem({
  acr,
  maxAgeSeconds,
}: {
  readonly acr?: unknown;
  readonly maxAgeSeconds?: unknown;
}): string | undefined {
  if (acr !== undefined && !acrValues.includes(acr as Acr)) return `acr: ${acrValues.join(' or ')}`;
  if (maxAgeSeconds !== undefined && !(Number.isSafeInteger(maxAgeSeconds) && (maxAgeSeconds as number) > 0)) {
    return 'maxAgeSeconds: a whole number of seconds, at least 1';
  }
  return undefined;
}
