/**
 * Refresh tokens: one row per family, idempotent within the leeway. The engine calls, and what we do:
 *
 * | call | here |
 * |---|---|
 * | `find` | reads the family and decides what the token leads to; one that is spent is `consumed` |
 * | `consume` | one UPDATE rotates, repeats or forks, and says which token the caller gets (`generateTokenId` makes it) |
 * | `upsert` | starts a family with its first token; a later one is stored by `consume` |
 * | `destroy`, `revokeByGrantId` | nothing: the family dies in `Grant.destroy` |
 */
import { type Adapter, type AdapterPayload, errors, type KoaContextWithOIDC, Provider } from 'oidc-provider';
import { AppError } from '../../errors.ts';
import { endFamily } from '../../operations/end-family.ts';
import { presentRefreshToken, refreshTokenTtlSeconds } from '../../policy/refresh.ts';
import { findFamily, rotateFamily, startFamily } from '../../store/grants.ts';
import { currentClient, narrowScope } from '../current-client.ts';
import { requestActor } from '../request-actor.ts';
import { cacheGrant, type PresentedRefresh, requestContext } from '../request-context.ts';
import type { AdapterDeps } from './deps.ts';
import { epochSeconds, modelAdapter } from './model-adapter.ts';

export function refreshTokenAdapter({ db, clients, refreshTokens, refreshLeewaySeconds }: AdapterDeps): Adapter {
  return modelAdapter('RefreshToken', {
    async find(token) {
      const parsed = refreshTokens.parse(token);
      if (!parsed) return undefined;
      const family = await findFamily(db, parsed.handleHash);
      if (!family) return undefined;
      const leewaySeconds = family.leeway ?? refreshLeewaySeconds;
      const { kind } = presentRefreshToken(family, parsed, { at: family.readAt, leewaySeconds });
      if (kind === 'unknown') return undefined;
      cacheGrant(family);
      const client = await currentClient(clients, family);
      const scope = narrowScope(family.refresh_payload.scope, client);
      if (isIntrospection() && (requestContext().outcome.refusal || !client?.grantTypeAllowed('refresh_token')))
        return undefined;
      requestContext().outcome.refresh = { family, token: parsed, leewaySeconds, kind };
      const payload: AdapterPayload = {
        ...family.refresh_payload,
        scope,
        jti: token,
        grantId: family.grant_id,
        accountId: family.account_id,
        clientId: family.client_id,
        iiat: epochSeconds(family.issued_at),
        iat: Math.floor(family.rotatedAt ?? family.issued_at.getTime() / 1000),
        exp: epochSeconds(family.refresh_expires_at),
        rotations: parsed.generation,
      };
      if (kind === 'reused') payload.consumed = true;
      return payload;
    },
    async consume() {
      const { outcome } = requestContext();
      const refresh = outcome.refresh as PresentedRefresh;
      refuseIfCallerHasGone();
      const { family, token, leewaySeconds } = refresh;
      const now = Math.floor(Date.now() / 1000);
      const current = await rotateFamily(db, {
        ...token,
        at: family.readAt,
        leewaySeconds,
        expiresAt: now + refreshTokenTtlSeconds(epochSeconds(family.issued_at), now),
      });
      if (!current) throw await overtaken(refresh);
      refresh.issued = current;
      if (current.branch > family.branch) outcome.refreshTokenForked = true;
    },
    async upsert(token, payload) {
      const parsed = refreshTokens.parse(token);
      if (!parsed) throw new Error('the engine saves a refresh token that we did not make');
      if (parsed.generation > 0) return;
      const expiresAt = payload.exp as number;
      const { jti, grantId, accountId, clientId, iiat, iat, exp, rotations, consumed, ...rest } = payload;
      // The family keeps what was granted; the ceiling is applied whenever it is used.
      const kept = { ...rest, scope: requestContext().outcome.grantedScope ?? rest.scope };
      const { handleHash } = parsed;
      if (await startFamily(db, { grantId: grantId as string, handleHash, payload: kept, expiresAt })) return;
      throw new errors.InvalidGrant('the grant has ended');
    },
    // The family dies in Grant.destroy.
    async destroy() {},
    async revokeByGrantId() {},
  });

  /**
   * The error of a token that was good when its family was read, and is not any more: the family has ended, or other
   * requests have moved it on since. Being overtaken proves no theft, so the client may come back, and its next request
   * shows what the token is. A strict client's second presentation of a token is reuse, however close to the first.
   */
  async function overtaken({ token, leewaySeconds }: PresentedRefresh): Promise<Error> {
    const family = await findFamily(db, token.handleHash);
    if (!family) return new errors.InvalidGrant('the grant has ended');
    if (leewaySeconds > 0) return new AppError('unavailable', 'Other requests with this refresh token came first');
    if (await endFamily(db, family.grant_id, 'refresh_token.reused', requestActor().actor))
      requestContext().outcome.refreshTokenReused = true;
    return new errors.InvalidGrant('another refresh came first');
  }
}

/**
 * Nobody would get the answer. The caller may have come back to another node already and hold the successor that it got
 * there; a fork by this request, after a freeze or in an overload, would replace that one.
 */
function refuseIfCallerHasGone(): void {
  const { socket } = (Provider.ctx as KoaContextWithOIDC).req;
  if (socket.destroyed || socket.readableEnded) throw new AppError('unavailable', 'The caller has gone');
}

/** A refresh token that its client could not use is not active, though it may be again. */
function isIntrospection(): boolean {
  return Provider.ctx?.oidc.route === 'introspection';
}
