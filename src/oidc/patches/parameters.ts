/**
 * Checks and rewrites the parameters of every request before the engine reads them. It replaces the setter of
 * `ctx.oidc.params`, the one place where the engine assembles them for all of its endpoints.
 */
import type { Context } from 'koa';
import { errors, type Provider } from 'oidc-provider';
import { canonicalResource } from '../../policy/resources.ts';
import { formatScope, isKnownScope, parseScope, scopeSpellingProblem } from '../../policy/scopes.ts';
import { nameClientOfBasic } from './empty-password.ts';

type Params = Record<string, unknown> | undefined;

/**
 * Gives `resource` its canonical form, because libraries add a slash to an origin and the engine compares the
 * authorization and the token request as strings, and `scope` single spaces, because some libraries join lists with gaps. Refuses NUL, which PostgreSQL cannot store in text, a `state` that no
 * redirect could carry back, and scopes joined by commas.
 */
export function prepareParameters(provider: Provider): void {
  const assembled = Symbol('params');
  const { prototype } = provider.OIDCContext;
  Object.defineProperty(prototype, 'params', {
    configurable: true,
    get(this: { [assembled]?: Params }) {
      return this[assembled];
    },
    set(this: { ctx: Context; [assembled]?: Params }, params: Params) {
      this[assembled] = params;
      if (!params) return;
      refuseHostileValues(params);
      nameClientOfBasic(this.ctx, params);
      refuseMisspeltScopes(params);
      if (typeof params.scope === 'string') params.scope = plainScope(params.scope, params.grant_type);
      refuseRepeatedTypes(params);
      refuseEmptyDetails(params);
      const { resource } = params;
      if (typeof resource === 'string') params.resource = canonicalResource(resource);
      if (Array.isArray(resource)) params.resource = resource.map((one) => canonicalResource(String(one)));
    },
  });
}

/** A pushed request may be longer than an address, but `state` returns in an address. */
const maxStateChars = 8_192;

function refuseHostileValues(params: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(params)) {
    const text = String(value ?? '');
    const problem = (text.includes('\0') && 'contain NUL') || (name === 'state' && stateProblem(text));
    if (!problem) continue;
    params[name] = undefined;
    throw new errors.InvalidRequest(`${name} must not ${problem}`);
  }
}

/** A value that cannot be returned unchanged (RFC 6749 §4.1.2) is refused, and not returned at all. */
function stateProblem(state: string): string | undefined {
  if (state.length > maxStateChars) return 'be that long';
  // The decoder puts this character in place of invalid bytes. JSON can have half of a character.
  return state.includes('\ufffd') || !state.isWellFormed() ? 'have bytes that are not UTF-8' : undefined;
}

/** RFC 9396 §2 has objects in the array. The engine takes an empty one for a request that names no projects, which means all. */
function refuseEmptyDetails(params: Record<string, unknown>): void {
  const { authorization_details: details } = params;
  if (typeof details !== 'string' || !/^\s*\[\s*\]\s*$/.test(details)) return;
  params.authorization_details = undefined;
  throw new errors.InvalidAuthorizationDetails('authorization_details must have at least one object');
}

/** Extension types are sets of values (RFC 6749 §3.1.1), and no registered type has a value twice. */
function refuseRepeatedTypes({ response_type: type }: Record<string, unknown>): void {
  if (typeof type !== 'string') return;
  const values = type.split(' ');
  if (new Set(values).size !== values.length) throw new errors.UnsupportedResponseType();
}

/**
 * At the token endpoint the engine refuses a refresh that names an unknown scope, and drops it in other grants. There it is
 * dropped beside known ones, and so is `offline_access`, which has no effect here. The answer names what was granted. A service
 * that asks for `offline_access` alone gets no scope to name, so it is refused (RFC 6749 §5.1).
 */
function plainScope(scope: string, grantType: unknown): string | undefined {
  const named = parseScope(scope);
  if (grantType === undefined) return formatScope(named) || undefined;
  const meant = named.filter((one) => one !== 'offline_access');
  if (meant.length === 0 && grantType === 'client_credentials') return formatScope(named) || undefined;
  const known = meant.filter(isKnownScope);
  return formatScope(known.length > 0 ? known : meant) || undefined;
}

/** Applies to every endpoint. Where the parameter has no meaning, as in the exchange of a code, it is ignored. */
function refuseMisspeltScopes({ scope, grant_type: grantType }: Record<string, unknown>): void {
  if (typeof scope !== 'string' || grantType === 'authorization_code') return;
  const problem = scopeSpellingProblem(scope);
  if (problem) throw new errors.InvalidScope(problem, scope);
}
