/**
 * Revocation (RFC 7009) and introspection (RFC 7662) of access tokens. All of them are JWTs (RFC 9068), which the engine
 * refuses at both endpoints, so it calls this in place of its refusal, see patches/jwt-refusals.
 */
import type { Next } from 'koa';
import type { Client, KoaContextWithOIDC } from 'oidc-provider';
import { isRefreshToken } from '../operations/refresh-token.ts';
import { looksLikeApiKey } from '../policy/api-keys.ts';
import { parsePosition } from '../policy/refresh.ts';
import { placeInClaim } from '../policy/status-lists.ts';
import { noteUse } from '../store/grants.ts';
import { revokeToken } from '../store/token-revocations.ts';
import type { AccessTokenClaims, AccessTokenVerifier } from './access-token.ts';
import { type ApiKeyDeps, describeApiKeys, hashOfApiKey, inactive, mayIntrospectApiKeys } from './api-keys.ts';
import type { ClientCache } from './client-cache.ts';
import { bringClientUpToDate } from './current-client.ts';
import { mayIntrospectAccessToken } from './hooks/introspection-policy.ts';
import { findLive, grantOf } from './live-token.ts';
import { detailsNow, scopeNow } from './scope-now.ts';

/** Clocks differ, so a revocation is kept longer than its token is valid. */
const clockSkewSeconds = 60;

export interface AccessTokenDeps extends ApiKeyDeps {
  readonly clients: ClientCache;
  readonly verifyAccessToken: AccessTokenVerifier;
}

/** The client has authenticated, and the request has one token. The engine judges refresh tokens. */
export function answerForAccessTokens(deps: AccessTokenDeps) {
  const { db, clients, verifyAccessToken } = deps;
  return async (ctx: KoaContextWithOIDC, next: Next): Promise<void> => {
    const { client, params, route } = ctx.oidc;
    const token = params?.token as string;
    if (!client || isRefreshToken(token)) return next();
    ctx.status = 200;
    if (looksLikeApiKey(token)) {
      // A key belongs to no client, so none may revoke it.
      ctx.body = route === 'introspection' ? await describeKey(client, token) : '';
      return;
    }
    const claims = await verifyAccessToken(token);
    if (route === 'introspection') {
      ctx.body = (claims && (await describe(client, claims))) ?? { active: false };
      return;
    }
    if (claims) await revoke(db, client, claims);
    ctx.body = '';
  };

  async function describeKey(client: Client, text: string): Promise<object> {
    const hash = hashOfApiKey(text);
    if (!hash || !mayIntrospectApiKeys(client, deps.audience)) return inactive;
    const { answers, askerRevision } = await describeApiKeys(deps, [hash], client.clientId);
    if (askerRevision === null) return inactive;
    const asker = await bringClientUpToDate(clients, { client_id: client.clientId, client_revision: askerRevision });
    return (asker && mayIntrospectApiKeys(asker, deps.audience) && answers[0]) || inactive;
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
    if (live.isFirstUse && !(await noteUse(db, grantOf(claims), parsePosition(claims.rot)))) return undefined;
    return {
      active: true,
      token_type: claims.cnf ? 'DPoP' : 'Bearer',
      ...claims,
      scope: claims.scope === undefined ? undefined : scope,
      authorization_details: detailsNow(claims, live, scope),
      rot: undefined,
      derived_from: undefined,
    };
  }
}

/**
 * Ends this token alone; its refresh token and other access tokens stay valid. For another client's or an unknown
 * token the answer is 200 as well, so that it gives nothing away.
 */
async function revoke(db: AccessTokenDeps['db'], { clientId }: Client, claims: AccessTokenClaims): Promise<void> {
  if (claims.client_id !== clientId) return;
  const end = claims.exp + clockSkewSeconds;
  const place = placeInClaim(claims.status);
  if (place !== undefined) {
    // Before the revocation, so that a revoked token is in the list too.
    const { setStatusPlace } = await import('../store/status-lists.ts');
    await setStatusPlace(db, place, end);
  }
  await revokeToken(db, 'jti', claims.jti, end);
}
