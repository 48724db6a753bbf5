/**
 * Resource servers (RFC 8707). One so far: the API. With and without a trailing slash are the same resource; tokens
 * carry it without. Every access token is a JWT for a resource (RFC 9068).
 */
import { type Client, errors, type KoaContextWithOIDC, type ResourceServer } from 'oidc-provider';
import { apiScopes } from '../policy/scopes.ts';
import { applyServiceDefaultScope } from './default-scope.ts';

/** Access tokens live one hour. */
export const accessTokenLifetime = 3600;

/** `openid profile email` are scopes of tokens too: UserInfo is asked with the same token as the API. */
const resourceScope = [...apiScopes, 'openid', 'profile', 'email'].join(' ');

export function resourceIndicators(apiResource: string, signingKid: string) {
  return {
    enabled: true,
    defaultResource: (_ctx: unknown, _client: unknown, oneOf?: readonly string[]) =>
      oneOf?.length ? (oneOf.includes(apiResource) ? apiResource : (oneOf[0] as string)) : apiResource,
    useGrantedResource: async () => true,
    async getResourceServerInfo(ctx: KoaContextWithOIDC, resource: string, client: Client): Promise<ResourceServer> {
      if (resource !== apiResource) throw new errors.InvalidTarget();
      applyServiceDefaultScope(ctx, client);
      return {
        scope: resourceScope,
        audience: apiResource,
        accessTokenTTL: accessTokenLifetime,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'ES256', kid: signingKid } },
      };
    },
  };
}

/** The canonical form of a resource indicator: no trailing slash. */
export function canonicalResource(resource: string): string {
  return resource.endsWith('/') ? resource.slice(0, -1) : resource;
}
