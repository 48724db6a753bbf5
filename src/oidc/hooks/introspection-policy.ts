/**
 * Which client may introspect (RFC 7662 §2.1) and revoke (RFC 7009 §2.1) a token: the client that it was issued to, and
 * for access tokens the gateways of its audience as well. Nobody learns whether another client's token exists.
 */
import type { AccessToken, Client, ClientCredentials, KoaContextWithOIDC, RefreshToken } from 'oidc-provider';

import { resourcesOf } from '../../policy/resources.ts';

type Token = AccessToken | ClientCredentials | RefreshToken;

/**
 * Opaque tokens are always refresh tokens. A gateway must not see one, because it would take it for an access token.
 */
export function mayIntrospect(_ctx: KoaContextWithOIDC, client: Client, token: Token): boolean {
  return client.clientAuthMethod !== 'none' && !client.gateway_resource && token.clientId === client.clientId;
}

export function mayRevoke(_ctx: KoaContextWithOIDC, client: Client, token: Token): boolean {
  return token.clientId === client.clientId;
}

/**
 * The rule for access tokens, which are JWTs: the gateways of the audience may introspect them, and their own client if
 * it is confidential.
 */
export function mayIntrospectAccessToken(client: Client, token: { aud?: unknown; client_id?: unknown }): boolean {
  if (client.clientAuthMethod === 'none') return false;
  if (client.gateway_resource) return resourcesOf(client.gateway_resource).some((one) => one === token.aud);
  return token.client_id === client.clientId;
}
