/**
 * Resource servers (RFC 8707): those of the API, and this server's own admin API. A resource with and without a trailing slash
 * is the same; tokens carry it without. Every access token is a JWT for one resource (RFC 9068).
 */
import { type Client, errors, type KoaContextWithOIDC, type ResourceServer } from 'oidc-provider';
import { adminResource } from '../../policy/admin-api.ts';
import type { ApiResource } from '../../policy/resources.ts';
import { adminScopes, isAdminScope, parseScope } from '../../policy/scopes.ts';
import { accessTokenAlgorithm } from '../../policy/signing-algorithms.ts';
import { applyServiceDefaultScope } from './default-scope.ts';

export const accessTokenLifetimeSeconds = 3600;

/** `openid profile email` are scopes of access tokens too, because UserInfo takes the same token as the API. */
const scopeOf = ({ scopes }: ApiResource): string => [...scopes, 'openid', 'profile', 'email'].join(' ');

/** What the engine needs to know to issue an access token for a resource. */
export function accessTokenServer(resource: ApiResource, signingKid: string): ResourceServer {
  return serverFor(resource.audience, scopeOf(resource), signingKid);
}

function serverFor(audience: string, scope: string, signingKid: string): ResourceServer {
  return {
    scope,
    audience,
    accessTokenTTL: accessTokenLifetimeSeconds,
    accessTokenFormat: 'jwt',
    jwt: { sign: { alg: accessTokenAlgorithm, kid: signingKid } },
  };
}

export function resourceIndicators(
  { resources, issuer }: { resources: readonly [ApiResource, ...ApiResource[]]; issuer: string },
  signingKid: string,
) {
  const apiResource = resources[0].audience;
  const admin = adminResource(issuer);
  return {
    enabled: true,
    defaultResource: (_ctx: unknown, _client: unknown, oneOf?: readonly string[]) =>
      oneOf?.length ? (oneOf.includes(apiResource) ? apiResource : (oneOf[0] as string)) : apiResource,
    useGrantedResource: async () => true,
    async getResourceServerInfo(ctx: KoaContextWithOIDC, resource: string, client: Client): Promise<ResourceServer> {
      if (resource === admin) {
        refuseUnlessAdministrator(ctx, client);
        return serverFor(admin, adminScopes.join(' '), signingKid);
      }
      const api = resources.find(({ audience }) => audience === resource);
      if (!api) throw new errors.InvalidTarget();
      // The engine reads the scopes of a token request after this, and has no hook in between.
      applyServiceDefaultScope(ctx, client, api);
      return accessTokenServer(api, signingKid);
    },
  };
}

/** Apps cannot get tokens for the admin API: a service asks for itself, and names the scopes of the token. */
function refuseUnlessAdministrator(ctx: KoaContextWithOIDC, client: Client): void {
  const params = ctx.oidc.params as { grant_type?: string; scope?: string } | undefined;
  const itself = ctx.oidc.route === 'token' && params?.grant_type === 'client_credentials';
  if (!itself || !parseScope(client.scope).some(isAdminScope)) throw new errors.InvalidTarget();
  if (!parseScope(params.scope).some(isAdminScope)) {
    throw new errors.InvalidScope('name the scopes of the admin API that this token is for', params.scope ?? '');
  }
}
