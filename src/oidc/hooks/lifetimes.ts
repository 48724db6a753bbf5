/** How long things live, in seconds. Access tokens get theirs from the resource server, see resources. */
import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { familyLifetimeSeconds, refreshTokenTtlSeconds } from '../../policy/refresh.ts';
import { sessionLifetimeSeconds } from '../../policy/session-lifetime.ts';
import { accessTokenLifetime } from './resources.ts';

/** Sliding, capped at a year for the family: `RotatedRefreshToken` knows when that began. */
function refreshToken(ctx: KoaContextWithOIDC): number {
  const now = Math.floor(Date.now() / 1000);
  return refreshTokenTtlSeconds(ctx.oidc.entities.RotatedRefreshToken?.iiat ?? now, now);
}

/** What the resource server says, see resources. */
function accessToken(_ctx: unknown, token: { resourceServer?: { accessTokenTTL?: number } }): number {
  return token.resourceServer?.accessTokenTTL ?? accessTokenLifetime;
}

export const lifetimes: NonNullable<Configuration['ttl']> = {
  AccessToken: accessToken,
  ClientCredentials: accessToken,
  AuthorizationCode: 60,
  IdToken: 3600,
  Interaction: 3600,
  Session: sessionLifetimeSeconds,
  RefreshToken: refreshToken,
  // The row in `grants` decides; the engine only must not think of it as shorter than the family.
  Grant: familyLifetimeSeconds + 35 * 24 * 3600,
};
