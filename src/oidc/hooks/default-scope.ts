/**
 * A request without any API scope gets the client's default scopes (RFC 6749 §3.3). If the client has none and the
 * request has no `openid` either, the answer is `invalid_scope`.
 */
import { type Client, errors, type KoaContextWithOIDC } from 'oidc-provider';
import { type ApiResource, withinResources } from '../../policy/resources.ts';
import {
  formatScope,
  isAdminScope,
  isApiScope,
  isKnownScope,
  namesOnlyUnknownScopes,
  onlyUnknownScopes,
  parseScope,
} from '../../policy/scopes.ts';
import { addActionsToScope } from './project-details.ts';

const notOfTheResource = 'the resource has none of the requested scopes';

/**
 * Runs as the validator of a parameter that nobody sends. The engine calls it for every authorization request, after it
 * has checked the request against the client's scopes. Registration ensures that the default scopes are among those.
 */
export function applyDefaultScope(ctx: KoaContextWithOIDC, _value: unknown, client: Client): void {
  const params = ctx.oidc.params as Params;
  const { scope } = params;
  completeScope(ctx, params, client);
  // What is pushed is judged again when the person comes, and gets the default scopes that its client has then.
  if (ctx.oidc.route === 'pushed_authorization_request') Object.assign(params, { scope, default_scope: undefined });
}

interface Params {
  scope?: string;
  default_scope?: string | undefined;
}

function completeScope(ctx: KoaContextWithOIDC, params: Params, client: Client): void {
  // The added scopes are kept with the request, because the client may lose default scopes while it is under way.
  params.default_scope = undefined;
  addActionsToScope(params);
  const resources = Object.values(ctx.oidc.resourceServers ?? {}).map(({ scope }) => ({ scopes: parseScope(scope) }));
  // Default scopes would be an answer to another question than the app asked.
  if (namesOnlyUnknownScopes(params.scope)) throw new errors.InvalidScope(onlyUnknownScopes, params.scope as string);
  const named = parseScope(params.scope).filter(isKnownScope);
  const requested = withinResources(named, resources);
  // Unknown scopes are dropped here: no client has them, so a request with one would look like one that lost a scope.
  if (requested.length > 0) params.scope = formatScope(requested);
  if (requested.some(isApiScope)) return;
  if (named.some(isApiScope)) throw new errors.InvalidScope(notOfTheResource, formatScope(named.filter(isApiScope)));
  const defaults = withinResources(parseScope(client.default_scope), resources);
  const scopes = [...requested, ...defaults];
  if (!scopes.some((scope) => isApiScope(scope) || scope === 'openid')) {
    throw new errors.InvalidScope(
      params.scope
        ? `${onlyUnknownScopes}, and the client has no default scopes`
        : 'the request names no scope, and the client has no default scopes',
      params.scope ?? '',
    );
  }
  params.scope = formatScope(scopes);
  params.default_scope = formatScope(defaults);
}

/**
 * Does the same for a token request by client_credentials. It is called where the engine asks for the resource, which
 * is before it reads the scopes.
 */
export function applyServiceDefaultScope(ctx: KoaContextWithOIDC, client: Client, resource: ApiResource): void {
  const params = ctx.oidc.params as { grant_type?: string; scope?: string } | undefined;
  if (ctx.oidc.route !== 'token' || params?.grant_type !== 'client_credentials') return;
  // An answer without `scope` would mean that everything requested was granted (RFC 6749 §5.1).
  if (namesOnlyUnknownScopes(params.scope)) throw new errors.InvalidScope(onlyUnknownScopes, params.scope as string);
  if (params.scope) {
    const named = parseScope(params.scope);
    if (!named.some(isApiScope) && named.some(isAdminScope)) {
      throw new errors.InvalidScope('these scopes need the resource parameter of the admin API', params.scope);
    }
    if (named.some(isApiScope) && !withinResources(named, [resource]).some(isApiScope)) {
      throw new errors.InvalidScope(notOfTheResource, params.scope);
    }
    return;
  }
  const defaults = withinResources(parseScope(client.default_scope), [resource]);
  if (defaults.length > 0) params.scope = formatScope(defaults);
}
