/**
 * The identity assertion of an organisation (ID-JAG, draft-ietf-oauth-identity-assertion-authz-grant): its sign-in service says
 * that a person of theirs may use an app, and the app exchanges that for an access token. No I/O.
 */
import { canonicalResource } from './resources.ts';
import { formatScope, isApiScope, isKnownScope, parseScope } from './scopes.ts';
import { isSubject } from './upstreams.ts';

export const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
export const idJagProfile = 'urn:ietf:params:oauth:grant-profile:id-jag';
const idJagType = 'oauth-id-jag+jwt';

/** An assertion is made for one exchange, a moment before it. */
const maxAheadSeconds = 600;
const clockSkewSeconds = 60;
const maxJtiChars = 1_000;

type Claims = Readonly<Record<string, unknown>>;

/**
 * Claims of the draft that limit whom or what the assertion is about: without them it would say more. People are known by issuer and
 * subject, which `tenant` would divide further; who acts for the person is known by names of the organisation; and what
 * is kept of an assertion has no projects of its own.
 */
const notRead = ['tenant', 'aud_tenant', 'act', 'authorization_details'];

/** A JWT that was made for something else must not be taken for an assertion (RFC 8725 §3.11). */
export function isIdJag({ typ }: { readonly typ?: string | undefined }): boolean {
  return typ?.toLowerCase().replace(/^application\//, '') === idJagType;
}

/** What is wrong with the claims of an assertion whose signature is valid; undefined if nothing is. `now` is in epoch seconds. */
export function idJagProblem(
  claims: Claims,
  { issuer, clientId, now }: { readonly issuer: string; readonly clientId: string; readonly now: number },
): string | undefined {
  const { aud, client_id: client, sub, jti, exp, iat, nbf, scope, cnf } = claims;
  const unread = notRead.find((name) => claims[name] !== undefined);
  if (unread) return `${unread} of the assertion is not supported`;
  const audiences = [aud ?? []].flat();
  if (audiences.length !== 1 || audiences[0] !== issuer) return 'aud of the assertion must be this issuer alone';
  if (client !== clientId) return 'client_id of the assertion is another client';
  // Read as if it were missing, it would give the default scopes, and the organisation may have meant fewer.
  if (scope !== undefined && typeof scope !== 'string') return 'scope of the assertion is not a string';
  if (cnf !== undefined && boundTo(cnf) === undefined)
    return 'cnf of the assertion must have the thumbprint of a key as jkt';
  if (!isSubject(sub)) return 'sub of the assertion is missing or has another form';
  if (typeof jti !== 'string' || jti === '' || jti.length > maxJtiChars) return 'jti of the assertion is not usable';
  if (typeof exp !== 'number' || typeof iat !== 'number') return 'exp and iat of the assertion must be numbers';
  if (exp <= now) return 'the assertion has expired';
  if (exp > now + maxAheadSeconds + clockSkewSeconds) return 'exp of the assertion is too far ahead';
  if (iat > now + clockSkewSeconds) return 'the assertion is from the future';
  if (nbf !== undefined && (typeof nbf !== 'number' || nbf > now + clockSkewSeconds))
    return 'the assertion is not yet valid';
  return undefined;
}

/** Returns the thumbprint of the key that the bearer of the assertion must prove to have (RFC 7800, RFC 9449 §6.1). */
export function boundTo(cnf: unknown): string | undefined {
  const { jkt } = (cnf ?? {}) as { jkt?: unknown };
  return typeof jkt === 'string' ? jkt : undefined;
}

/** Returns how long the `jti` must be remembered, in epoch seconds. */
export const idJagRememberedUntil = (exp: number): number => Math.ceil(exp) + clockSkewSeconds;

/**
 * Returns the resource of the token. What the assertion names bounds what the request may name; undefined if they do not agree, or
 * leave a choice, or if the claim has another form.
 */
export function idJagResource(claimed: unknown, asked: unknown, otherwise: string): string | undefined {
  // Read as if it were missing, a claim of another form would leave every resource open.
  if (claimed !== undefined && !isResourceClaim(claimed)) return undefined;
  const list = (value: unknown) => [
    ...new Set([value ?? []].flat().filter(Boolean).map(String).map(canonicalResource)),
  ];
  const [allowed, named] = [list(claimed), list(asked)];
  if (named.length > 1) return undefined;
  if (named[0] !== undefined) return allowed.length === 0 || allowed.includes(named[0]) ? named[0] : undefined;
  return allowed.length > 1 ? undefined : (allowed[0] ?? otherwise);
}

/** RFC 8707 §2, as a claim: one or several, and none of them empty. */
function isResourceClaim(claimed: unknown): boolean {
  const list = [claimed].flat();
  return list.length > 0 && list.every((one) => typeof one === 'string' && one !== '');
}

/**
 * Returns the scopes that the organisation gives: those of the assertion, or the client's default scopes if it names none, within
 * the ceiling of the client and the resource. A request may ask for fewer; `undefined` if it asks for one that is not in the assertion.
 */
export function idJagScopes(
  { claimed, asked }: { readonly claimed: unknown; readonly asked: string | undefined },
  client: { readonly scope?: string | undefined; readonly default_scope?: string | undefined },
  resource: readonly string[],
): string[] | undefined {
  const given = typeof claimed === 'string' ? parseScope(claimed) : parseScope(client.default_scope);
  const wanted = asked ? parseScope(asked).filter(isKnownScope) : given;
  if (wanted.some((one) => !given.includes(one))) return undefined;
  const ceiling = parseScope(client.scope);
  return parseScope(formatScope(wanted)).filter(
    (one) => isApiScope(one) && ceiling.includes(one) && resource.includes(one),
  );
}
