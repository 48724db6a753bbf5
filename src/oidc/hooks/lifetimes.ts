/** How long things live, in seconds. Access tokens get theirs from the resource server, see resources. */
import type { KoaContextWithOIDC, TTLFunction } from 'oidc-provider';
import { familyLifetimeSeconds, refreshTokenTtlSeconds } from '../../policy/refresh.ts';
import { sessionLifetimeSeconds } from '../../policy/session-lifetime.ts';
import { accessTokenLifetime } from './resources.ts';

/** Sliding, capped at a year for the family: `RotatedRefreshToken` knows when that began. */
function refreshToken(ctx: KoaContextWithOIDC): number {
  const now = Math.floor(Date.now() / 1000);
  const rotated = ctx.oidc.entities.RotatedRefreshToken as { iiat?: number } | undefined;
  return refreshTokenTtlSeconds(rotated?.iiat ?? now, now);
}

/** What the resource server says, see resources. */
function accessToken(_ctx: unknown, token: { resourceServer?: { accessTokenTTL?: number } }): number {
  return token.resourceServer?.accessTokenTTL ?? accessTokenLifetime;
}

export const lifetimes = {
  AccessToken: accessToken as unknown as TTLFunction<unknown>,
  ClientCredentials: accessToken as unknown as TTLFunction<unknown>,
  AuthorizationCode: 60,
  IdToken: 3600,
  Interaction: 3600,
  Session: sessionLifetimeSeconds,
  RefreshToken: refreshToken as unknown as TTLFunction<unknown>,
  // The row in `grants` decides; the engine only must not think of it as shorter than the family.
  Grant: familyLifetimeSeconds + 35 * 24 * 3600,
};
