/**
 * Revocation (RFC 7009) and introspection (RFC 7662) of access tokens. All of them are JWTs (RFC 9068), which the engine
 * refuses at both endpoints, so it calls this in place of its refusal, see patches/jwt-refusals.
 */
import type { Next } from 'koa';
import type { Client, KoaContextWithOIDC } from 'oidc-provider';
import { parsePosition } from '../policy/refresh.ts';
import type { Db } from '../store/database.ts';
import { noteUse } from '../store/grants.ts';
import { revokeToken } from '../store/token-revocations.ts';
import type { AccessTokenClaims, AccessTokenVerifier } from './access-token.ts';
import type { ClientCache } from './client-cache.ts';
import { bringClientUpToDate } from './current-client.ts';
import { mayIntrospectAccessToken } from './hooks/introspection-policy.ts';
import { findLive } from './live-token.ts';
import { isRefreshToken } from './refresh-token.ts';
import { scopeNow } from './scope-now.ts';

/** Clocks differ, so a revocation is kept longer than its token is valid. */
const clockSkewSeconds = 60;

export interface AccessTokenDeps {
  readonly db: Db;
  readonly clients: ClientCache;
  readonly verifyAccessToken: AccessTokenVerifier;
}

/** The client has authenticated, and the request has one token. The engine judges refresh tokens. */
export function answerForAccessTokens({ db, clients, verifyAccessToken }: AccessTokenDeps) {
  return async (ctx: KoaContextWithOIDC, next: Next): Promise<void> => {
    const { client, params, route } = ctx.oidc;
    const token = params?.token as string;
    if (!client || isRefreshToken(token)) return next();
    const claims = await verifyAccessToken(token);
    ctx.status = 200;
    if (route === 'introspection') {
      ctx.body = (claims && (await describe(client, claims))) ?? { active: false };
      return;
    }
    if (claims) await revoke(client, claims);
    ctx.body = '';
  };

  /**
   * Ends this token alone; its refresh token and other access tokens stay valid. For another client's or an unknown
   * token the answer is 200 as well, so that it gives nothing away.
   */
  async function revoke({ clientId }: Client, claims: AccessTokenClaims): Promise<void> {
    if (claims.client_id === clientId) await revokeToken(db, 'jti', claims.jti, claims.exp + clockSkewSeconds);
  }

  /** Returns undefined if the token is not active, or if this client may not see it. */
  async function describe(client: Client, claims: AccessTokenClaims): Promise<object | undefined> {
    if (!mayIntrospectAccessToken(client, claims)) return undefined;
    const live = await findLive(db, claims, client.clientId);
    if (!live?.askerRevision) return undefined;
    const row = { client_id: client.clientId, client_revision: live.askerRevision };
    const asker = await bringClientUpToDate(clients, row);
    if (!asker || !mayIntrospectAccessToken(asker, claims)) return undefined;
    const scope = await scopeNow(clients, claims, live);
    if (scope === undefined) return undefined;
    if (live.isFirstUse && !(await noteUse(db, claims.gid as string, parsePosition(claims.rot)))) return undefined;
    return {
      active: true,
      token_type: claims.cnf ? 'DPoP' : 'Bearer',
      ...claims,
      scope: claims.scope === undefined ? undefined : scope,
      rot: undefined,
      derived_from: undefined,
    };
  }
}
