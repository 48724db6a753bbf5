/**
 * Who may look at which token (RFC 7662 §2.1) and end it (RFC 7009 §2.1): its own client; and of access tokens, the
 * gateways of its audience. Whether a foreign token exists nobody learns.
 */
import type { AccessToken, Client, ClientCredentials, KoaContextWithOIDC, RefreshToken } from 'oidc-provider';

type Token = AccessToken | ClientCredentials | RefreshToken;

/** Opaque tokens are refresh tokens only: never for gateways, which would take one for an access token. */
export function mayIntrospect(_ctx: KoaContextWithOIDC, client: Client, token: Token): boolean {
  return client.clientAuthMethod !== 'none' && !client.gateway_resource && token.clientId === client.clientId;
}

export function mayRevoke(_ctx: KoaContextWithOIDC, client: Client, token: Token): boolean {
  return token.clientId === client.clientId;
}

/** The same for access tokens, which are JWTs: the audience's gateways see them, and their own confidential client. */
export function mayIntrospectAccessToken(client: Client, token: { aud?: unknown; client_id?: unknown }): boolean {
  if (client.clientAuthMethod === 'none') return false;
  if (client.gateway_resource) return token.aud === client.gateway_resource;
  return token.client_id === client.clientId;
}
