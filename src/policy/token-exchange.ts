/**
 * Token exchange (RFC 8693) as far as it needs no I/O: what a request asks for, who acts, and which scopes remain. An
 * exchange never gives more than the subject token has.
 */
import { withinCeiling } from './client/ceiling.ts';
import { canonicalResource, resourcesOf } from './resources.ts';
import { formatScope, isApiScope, isKnownScope, onlyUnknownScopes, parseScope } from './scopes.ts';

export const tokenExchange = 'urn:ietf:params:oauth:grant-type:token-exchange';

const tokenTypePrefix = 'urn:ietf:params:oauth:token-type:';
/** The types by which an access token of this server may be named (RFC 8693 §3): all of them are JWTs. */
const acceptedTokenTypes = ['access_token', 'jwt'].map((name) => tokenTypePrefix + name);

/** How many services may act one after the other. A chain without end is a loop, or hides who acts. */
export const maxActors = 3;

export type ExchangeProblem = {
  readonly error: 'invalid_request' | 'invalid_scope' | 'invalid_target';
  readonly problem: string;
};

export interface ExchangeRequest {
  readonly subjectToken: string;
  /** In canonical form; undefined if the request names none. */
  readonly target: string | undefined;
  readonly scope: string | undefined;
  readonly issuedTokenType: string;
}

type Params = Readonly<Record<string, unknown>>;

/** Reads the parameters of RFC 8693 §2.1. */
export function readExchange(params: Params): ExchangeRequest | ExchangeProblem {
  const { subject_token: token, subject_token_type: type, requested_token_type: requested, scope } = params;
  if (!token) return invalid('subject_token is missing');
  if (!type) return invalid('subject_token_type is missing');
  if (!isAccepted(type)) return invalid('subject_token_type must be the type of an access token of this server');
  if (params.actor_token || params.actor_token_type) {
    return invalid('actor_token is not supported: the client that authenticates is the actor');
  }
  if (requested && !isAccepted(requested)) return invalid('requested_token_type must be that of an access token');
  const named = [params.resource ?? [], params.audience ?? []].flat().map(String).map(canonicalResource);
  const [target, ...others] = new Set(named.filter(Boolean));
  if (others.length > 0) return { error: 'invalid_target', problem: 'an exchange is for one resource' };
  return {
    subjectToken: token as string,
    target,
    scope: scope as string | undefined,
    issuedTokenType: (requested as string) || (acceptedTokenTypes[0] as string),
  };
}

function isAccepted(type: unknown): boolean {
  return acceptedTokenTypes.some((one) => one === type);
}

function invalid(problem: string): ExchangeProblem {
  return { error: 'invalid_request', problem };
}

/** The claim `act` (RFC 8693 §4.1). The outermost is who acts now. */
export interface ActClaim {
  readonly sub: string;
  readonly act?: ActClaim;
}

/** Returns the client ids of those who act, the current one first. */
export function actorsOf(act: unknown): string[] {
  const actors: string[] = [];
  let one = act as Partial<ActClaim> | undefined;
  while (typeof one === 'object' && one !== null && actors.length <= maxActors) {
    if (typeof one.sub === 'string') actors.push(one.sub);
    one = one.act;
  }
  return actors;
}

/** The ids of the tokens that a token was exchanged from. If one of them is revoked, so is the token. */
export function ancestorsOf(claim: unknown): string[] {
  return Array.isArray(claim) ? claim.filter((id) => typeof id === 'string') : [];
}

interface Exchanger {
  readonly clientId: string;
  readonly gateway_resource?: string | undefined;
  readonly exchange_resource?: string | undefined;
}

/**
 * Whether a client may use this subject token at all: it is a gateway of the token's audience, so that the token was meant
 * to reach it. A token that it found elsewhere is of no use to it.
 */
export function mayExchange({ gateway_resource: own = '' }: Exchanger, { aud }: { readonly aud: string }): boolean {
  return resourcesOf(own).includes(aud);
}

/** Returns the resource of the new token. A client with one resource need not name it. */
export function targetOf({ exchange_resource: resources = '' }: Exchanger, named: string | undefined) {
  const allowed = resourcesOf(resources);
  if (named === undefined) return allowed.length === 1 ? allowed[0] : undefined;
  return allowed.find((one) => one === named);
}

/**
 * Returns the scope of the new token: what the subject token has now, within the ceiling of the client that exchanges and
 * the scopes of the resource. Asking for more than the first two give is refused; scopes that the resource does not have are
 * left out, as everywhere. Identity scopes are never passed on.
 */
export function exchangedScope(
  asked: string | undefined,
  limits: {
    readonly subject: string | undefined;
    readonly ceiling: string | undefined;
    readonly resource: readonly string[];
  },
): { readonly scope: string } | ExchangeProblem {
  const available = withinCeiling(limits.subject, limits.ceiling).scope;
  const named = asked ? parseScope(asked).filter(isKnownScope) : parseScope(available);
  if (asked && named.length === 0) return { error: 'invalid_scope', problem: onlyUnknownScopes };
  const beyond = named.filter((one) => !parseScope(available).includes(one));
  if (beyond.length > 0) {
    const widened = beyond.filter((one) => !parseScope(limits.subject).includes(one));
    const problem =
      widened.length > 0 ? 'the subject token does not have this scope' : 'this client may not have this scope';
    return { error: 'invalid_scope', problem };
  }
  const scope = formatScope(named.filter((one) => isApiScope(one) && limits.resource.includes(one)));
  return scope ? { scope } : { error: 'invalid_scope', problem: 'no scope is left for this resource' };
}
