/** Lifetimes in seconds. Those of access tokens come from the resource server, see resources. */
import { type Client, type Configuration, errors, type KoaContextWithOIDC } from 'oidc-provider';
import { codeLifetimeSeconds, keepsProfile } from '../../policy/client/profiles.ts';
import { deviceCodeSeconds } from '../../policy/device-codes.ts';
import { familyEnd, familyLifetimeSeconds, refreshTokenTtlSeconds } from '../../policy/refresh.ts';
import { sessionLifetimeSeconds } from '../../policy/session-lifetime.ts';
import { requestContext } from '../request-context.ts';
import { accessTokenLifetimeSeconds } from './resources.ts';

interface NewToken {
  readonly grantId?: string | undefined;
  readonly resourceServer?: { accessTokenTTL?: number };
}

/**
 * The lifetime starts anew with every rotation, but ends with the family: `RotatedRefreshToken` has the moment when that began.
 */
function refreshToken(ctx: KoaContextWithOIDC, token: NewToken, client: Client): number {
  const now = Math.floor(Date.now() / 1000);
  const end = familyEnd(ctx.oidc.entities.RotatedRefreshToken?.iiat ?? now, endOf(token));
  return refreshTokenTtlSeconds(end, now, { rotates: !keepsProfile(client) });
}

/**
 * Returns the lifetime that the resource server gives, see resources, or what is left of the time that the person chose.
 * @throws InvalidGrant if that has passed since the request began
 */
function accessToken(_ctx: unknown, token: NewToken): number {
  const lifetime = token.resourceServer?.accessTokenTTL ?? accessTokenLifetimeSeconds;
  const end = endOf(token);
  if (!end) return lifetime;
  const left = Math.floor(end.getTime() / 1000) - Math.floor(Date.now() / 1000);
  if (left < 1) throw new errors.InvalidGrant('the time that the person chose is over');
  return Math.min(lifetime, left);
}

/** The statement that read the code or the refresh token has read the grant too. */
function endOf({ grantId = '' }: NewToken): Date | null | undefined {
  return requestContext().cache.grants.get(grantId)?.ends_at;
}

/** The pages for a device end with its code: after that, nothing that is decided there would arrive. */
function interaction({ oidc }: KoaContextWithOIDC): number {
  const ends = oidc.entities.DeviceCode?.exp;
  return ends === undefined ? 3600 : Math.max(1, ends - Math.floor(Date.now() / 1000));
}

export const lifetimes: NonNullable<Configuration['ttl']> = {
  AccessToken: accessToken,
  ClientCredentials: accessToken,
  AuthorizationCode: (_ctx, _code, client) => codeLifetimeSeconds(client),
  DeviceCode: deviceCodeSeconds,
  IdToken: 3600,
  Interaction: interaction,
  Session: sessionLifetimeSeconds,
  RefreshToken: refreshToken,
  // The row in `grants` decides. The engine's value only must not be shorter than the life of the family.
  Grant: familyLifetimeSeconds + 35 * 24 * 3600,
};
