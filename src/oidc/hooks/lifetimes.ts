/** Lifetimes in seconds. Those of access tokens come from the resource server, see resources. */
import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { deviceCodeSeconds } from '../../policy/device-codes.ts';
import { familyLifetimeSeconds, refreshTokenTtlSeconds } from '../../policy/refresh.ts';
import { sessionLifetimeSeconds } from '../../policy/session-lifetime.ts';
import { accessTokenLifetimeSeconds } from './resources.ts';

/**
 * The lifetime starts anew with every rotation, but ends a year after the family began: `RotatedRefreshToken` has that
 * moment.
 */
function refreshToken(ctx: KoaContextWithOIDC): number {
  const now = Math.floor(Date.now() / 1000);
  return refreshTokenTtlSeconds(ctx.oidc.entities.RotatedRefreshToken?.iiat ?? now, now);
}

/** Returns the lifetime that the resource server gives, see resources. */
function accessToken(_ctx: unknown, token: { resourceServer?: { accessTokenTTL?: number } }): number {
  return token.resourceServer?.accessTokenTTL ?? accessTokenLifetimeSeconds;
}

/** The pages for a device end with its code: after that, nothing that is decided there would arrive. */
function interaction({ oidc }: KoaContextWithOIDC): number {
  const ends = oidc.entities.DeviceCode?.exp;
  return ends === undefined ? 3600 : Math.max(1, ends - Math.floor(Date.now() / 1000));
}

export const lifetimes: NonNullable<Configuration['ttl']> = {
  AccessToken: accessToken,
  ClientCredentials: accessToken,
  AuthorizationCode: 60,
  DeviceCode: deviceCodeSeconds,
  IdToken: 3600,
  Interaction: interaction,
  Session: sessionLifetimeSeconds,
  RefreshToken: refreshToken,
  // The row in `grants` decides. The engine's value only must not be shorter than the life of the family.
  Grant: familyLifetimeSeconds + 35 * 24 * 3600,
};
