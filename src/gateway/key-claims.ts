/** What the server says of an API key: the answer of introspection. */
import { type AddressRange, parseRange } from '../policy/address-ranges.ts';

/** The claims of an API key. It belongs to a person and to no app, so there is no `client_id`. */
export interface ApiKeyClaims {
  readonly iss: string;
  readonly aud: string;
  /** The account's id. */
  readonly sub: string;
  /** Space-separated. */
  readonly scope: string;
  readonly tier: string;
  readonly key_id: string;
  readonly environment: 'live' | 'test';
  /** Epoch seconds; absent if it does not end. */
  readonly exp?: number;
  /** The only projects that it is for; absent if it is for all. */
  readonly projects?: readonly string[];
  /** The only networks from which it may be used, as `203.0.113.0/24`. */
  readonly networks?: readonly string[];
  readonly client_id?: undefined;
  readonly jti?: undefined;
  readonly gid?: undefined;
  readonly act?: undefined;
  readonly acr?: undefined;
  readonly auth_time?: undefined;
}

/** A key that works, as of an answer. */
export interface KnownKey {
  readonly claims: ApiKeyClaims;
  readonly ranges: readonly AddressRange[] | undefined;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  /** When it must be asked about again, in epoch milliseconds. */
  readonly askAgainAt: number;
  /** What the revocation list said until then is in the answer. */
  readonly since: number;
  /** The version of the list against which it was last checked. */
  listVersion?: number;
  /** Built when they are first needed. */
  scopes?: Set<string>;
  /** The last use that was not reported yet. */
  use?: { at: number; address: string | undefined } | undefined;
}

/** Longer than this no answer is kept. Entries about keys stay on the list for twice as long. */
const maxAgeMs = 3_600_000;

/** Undefined if the key does not work. Throws for an answer that says something else than it should. */
export function readKeyAnswer(answer: unknown, { since, now }: { since: number; now: number }): KnownKey | undefined {
  if (typeof answer !== 'object' || answer === null) throw new Error('An answer about a key is not an object');
  const { active, token_type: type, ...claims } = answer as Record<string, unknown>;
  if (active === false) return undefined;
  const ranges = claims.networks === undefined ? undefined : readRanges(claims.networks);
  if (active !== true || type !== 'api_key' || !isKeyClaims(claims) || ranges === null) {
    throw new Error('An answer about a key lacks claims');
  }
  return {
    claims: Object.freeze(claims),
    ranges,
    expiresAt: claims.exp === undefined ? Number.POSITIVE_INFINITY : claims.exp * 1000,
    askAgainAt: now + maxAgeMs,
    since,
  };
}

function isKeyClaims(claims: Record<string, unknown>): claims is Record<string, unknown> & ApiKeyClaims {
  const { scope, environment, exp, projects } = claims;
  return (
    ['iss', 'aud', 'sub', 'tier', 'key_id'].every((name) => typeof claims[name] === 'string' && claims[name] !== '') &&
    typeof scope === 'string' &&
    (environment === 'live' || environment === 'test') &&
    (exp === undefined || Number.isFinite(exp)) &&
    (projects === undefined || Array.isArray(projects))
  );
}

/** Null for a list that this version does not understand: it must not widen what a key may. */
function readRanges(networks: unknown): AddressRange[] | null {
  if (!Array.isArray(networks)) return null;
  const ranges = networks.map((one) => (typeof one === 'string' ? parseRange(one) : undefined));
  return ranges.every((one) => one !== undefined) ? ranges : null;
}
