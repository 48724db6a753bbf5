/**
 * Revocation (RFC 7009) and introspection (RFC 7662) of access tokens that are JWTs (RFC 9068). The engine
 * authenticates the client at both endpoints and then refuses such tokens. This middleware runs before the engine, sees
 * the refusal, and answers instead. If a later engine answers itself, this middleware does nothing.
 */
import type { Next } from 'koa';
import type { Client, KoaContextWithOIDC } from 'oidc-provider';
import { parsePosition } from '../policy/refresh.ts';
import type { Db } from '../store/database.ts';
import { noteUse } from '../store/grants.ts';
import { findLiveToken, revokeToken } from '../store/token-revocations.ts';
import type { AccessTokenClaims, AccessTokenVerifier } from './access-token.ts';
import type { ClientCache } from './client-cache.ts';
import { bringClientUpToDate } from './current-client.ts';
import { mayIntrospectAccessToken } from './hooks/introspection-policy.ts';
import type { EngineError } from './patches/events.ts';
import { scopeNow } from './scope-now.ts';

/** Clocks differ, so a revocation is kept longer than its token is valid. */
const clockSkewSeconds = 60;

export function jwtAccessTokens(db: Db, clients: ClientCache, verifyAccessToken: AccessTokenVerifier) {
  return async (ctx: KoaContextWithOIDC, next: Next): Promise<void> => {
    await next();
    const refused = ctx.state.engineError as EngineError | undefined;
    if (refused?.error !== 'unsupported_token_type') return;
    const client = ctx.oidc?.client;
    const presented = ctx.oidc?.params?.token;
    if (!client || typeof presented !== 'string') return;
    const claims = await verifyAccessToken(presented);
    if (ctx.oidc.route === 'revocation') await revoke(ctx, client, claims);
    if (ctx.oidc.route === 'introspection') await introspect(ctx, client, claims);
    ctx.state.engineError = undefined;
  };

  /**
   * Ends this token alone; its refresh token and other access tokens stay valid. For another client's or an unknown
   * token the answer is 200 as well, so that it gives nothing away.
   */
  async function revoke(ctx: KoaContextWithOIDC, client: Client, claims: AccessTokenClaims | undefined): Promise<void> {
    if (claims?.client_id === client.clientId) await revokeToken(db, 'jti', claims.jti, claims.exp + clockSkewSeconds);
    ctx.status = 200;
    ctx.body = '';
  }

  async function introspect(ctx: KoaContextWithOIDC, client: Client, claims?: AccessTokenClaims): Promise<void> {
    ctx.status = 200;
    ctx.body = { active: false };
    if (!claims || !mayIntrospectAccessToken(client, claims)) return;
    const issued = parsePosition(claims.rot);
    const token = { jti: claims.jti, gid: claims.gid, issued, clientId: claims.client_id, askerId: client.clientId };
    const live = await findLiveToken(db, token);
    if (!live?.askerRevision) return;
    const row = { client_id: client.clientId, client_revision: live.askerRevision };
    const asker = await bringClientUpToDate(clients, row, ctx.oidc);
    if (!asker || !mayIntrospectAccessToken(asker, claims)) return;
    const scope = await scopeNow(clients, claims, live.revision);
    if (scope === undefined) return;
    if (live.isFirstUse && !(await noteUse(db, claims.gid as string, issued))) return;
    const { scope: _, rot: __, ...rest } = claims;
    ctx.body = {
      active: true,
      token_type: claims.cnf ? 'DPoP' : 'Bearer',
      ...rest,
      ...(claims.scope !== undefined && { scope }),
    };
  }
}
