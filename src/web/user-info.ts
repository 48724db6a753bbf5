/**
 * UserInfo (OpenID Connect Core §5.3). Every access token is a JWT for the API with `openid` among its scopes; the
 * engine's own endpoint takes only tokens without audience, so this one answers in front of it.
 */
import type { Context, Next } from 'koa';
import { accountClaims } from '../oidc/claims.ts';
import { parseScope } from '../policy/scopes.ts';
import { findActiveAccount } from '../store/account-facts.ts';
import { isTokenLive } from '../store/token-revocations.ts';
import type { WebDeps } from './deps.ts';
import { readForm } from './forms.ts';

export function userInfo({ db, engine, config }: WebDeps) {
  return async (ctx: Context, next: Next): Promise<void> => {
    if (ctx.path !== '/oauth/userinfo' || (ctx.method !== 'GET' && ctx.method !== 'POST')) return next();
    ctx.set('Access-Control-Allow-Origin', '*');
    ctx.set('Access-Control-Expose-Headers', 'WWW-Authenticate');
    ctx.vary('Origin');
    const [token, another] = await bearerTokens(ctx);
    if (token === undefined) return challenge(ctx, 401);
    if (another !== undefined) return challenge(ctx, 400, 'invalid_request', 'Send the access token once, in one way');
    const claims = await engine.verifyAccessToken(token);
    const live =
      claims?.aud === config.apiResource &&
      claims.cnf === undefined &&
      (await isTokenLive(db, { jti: claims.jti, gid: claims.gid, clientId: claims.client_id }));
    if (!claims || !live)
      return challenge(ctx, 401, 'invalid_token', 'The access token is expired, revoked or not ours');
    const scopes = parseScope(claims.scope);
    if (!scopes.includes('openid')) return challenge(ctx, 403, 'insufficient_scope', 'Ask for openid', 'openid');
    const account = await findActiveAccount(db, claims.sub);
    if (!account) return challenge(ctx, 401, 'invalid_token', 'The account is gone');
    const { sub, name, email } = accountClaims(account);
    ctx.body = { sub, ...(scopes.includes('profile') && { name }), ...(scopes.includes('email') && { email }) };
  };
}

/** RFC 6750 §2: from the header, or for POST from the form; never from the query. */
async function bearerTokens(ctx: Context): Promise<string[]> {
  const header = /^Bearer ([A-Za-z0-9._~+/-]+=*)$/i.exec(ctx.get('Authorization'))?.slice(1) ?? [];
  if (ctx.method === 'GET' || !ctx.is('application/x-www-form-urlencoded')) return header;
  return [...header, ...(await readForm(ctx)).getAll('access_token')];
}

/** RFC 6750 §3. The realm is our own name; Koa's `ctx.origin` is whatever the caller sent as `Origin`. */
function challenge(ctx: Context, status: 400 | 401 | 403, error?: string, description?: string, scope?: string): void {
  const parts = [`realm="${ctx.protocol}://${ctx.host}"`];
  if (error) parts.push(`error="${error}"`, `error_description="${description}"`);
  if (scope) parts.push(`scope="${scope}"`);
  ctx.status = status;
  ctx.set('WWW-Authenticate', `Bearer ${parts.join(', ')}`);
  ctx.body = error ? { error, error_description: description } : { error: 'invalid_request' };
}
