/** Makes access tokens for grants that the engine does not have: exchanges and assertions. */
import type { AccessToken, AuthorizationDetail, Client, KoaContextWithOIDC, ResourceServer } from 'oidc-provider';

interface Properties {
  readonly client: Client;
  readonly accountId: string;
  readonly grantId: string;
  /** The grant type that it comes from. */
  readonly gty: string;
  readonly scope: string | undefined;
  /** The projects that it is limited to. */
  readonly rar?: AuthorizationDetail[] | undefined;
  readonly resourceServer: ResourceServer;
  /** In seconds; as the resource server says if it is missing. */
  readonly expiresIn?: number;
}

/** An access token that is not saved yet. The engine's constructor takes more than its types say. */
export function newAccessToken(ctx: KoaContextWithOIDC, properties: Properties): AccessToken {
  return new ctx.oidc.provider.AccessToken(properties as never);
}
