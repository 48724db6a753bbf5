/**
 * Revocation (RFC 7009), introspection (RFC 7662) and UserInfo for access tokens that are JWTs (RFC 9068). The engine
 * refuses them at its endpoints after it has authenticated the client; this stands in front, sees that refusal and
 * answers instead. Should the engine ever answer itself, this stays silent.
 */
import type { Next } from 'koa';
import type { Client, KoaContextWithOIDC } from 'oidc-provider';
import { parsePosition } from '../policy/refresh.ts';
import type { Db } from '../store/database.ts';
import { noteUse } from '../store/grants.ts';
import { findLiveToken, revokeToken } from '../store/token-revocations.ts';
import type { AccessTokenClaims, AccessTokenVerifier } from './access-token.ts';
import type { ClientCache } from './client-cache.ts';
import { currentClient } from './current-client.ts';
import { mayIntrospectAccessToken } from './hooks/introspection-policy.ts';
import type { EngineError } from './patches/events.ts';
import { scopeNow } from './scope-now.ts';

/** A minute more than the token itself, for clocks that differ. Seconds. */
const skew = 60;

export function jwtAccessTokens(db: Db, clients: ClientCache, verifyAccessToken: AccessTokenVerifier) {
  return async (ctx: KoaContextWithOIDC, next: Next): Promise<void> => {
    await next();
    const refused = ctx.state.engineError as EngineError | undefined;
    if (refused?.error !== 'unsupported_token_type') return;
    const client = ctx.oidc?.client as Client | undefined;
    const presented = ctx.oidc?.params?.token;
    if (!client || typeof presented !== 'string') return;
    const claims = await verifyAccessToken(presented);
    if (ctx.oidc.route === 'revocation') await revoke(ctx, client, claims);
    if (ctx.oidc.route === 'introspection') await introspect(ctx, client, claims);
    ctx.state.engineError = undefined;
  };

  /** That token alone ends; its refresh token and siblings live on. A foreign or unknown one: 200, and no hint. */
  async function revoke(ctx: KoaContextWithOIDC, client: Client, claims: AccessTokenClaims | undefined): Promise<void> {
    if (claims?.client_id === client.clientId) await revokeToken(db, 'jti', claims.jti, claims.exp + skew);
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
    const asker = await currentClient(clients, row, ctx.oidc);
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
