/**
 * UserInfo (OpenID Connect Core §5.3). Every access token is a JWT for the API with `openid` among its scopes. The
 * engine's own endpoint accepts only tokens without an audience, so this one answers in front of it.
 */

import type { Context, Next } from 'koa';
import type { AccessTokenClaims } from '../../oidc/access-token.ts';
import { accountClaims } from '../../oidc/hooks/claims.ts';
import { dpopNonceSecret } from '../../oidc/hooks/dpop.ts';
import { findLive, grantOf } from '../../oidc/live-token.ts';
import { markAsUsed } from '../../oidc/patches/replay.ts';
import { scopeNow } from '../../oidc/scope-now.ts';
import { createNonces } from '../../policy/dpop-nonces.ts';
import { judgeProof, proofAlgorithms } from '../../policy/dpop-proof.ts';
import { rawHeaderValues } from '../../policy/raw-headers.ts';
import { parsePosition } from '../../policy/refresh.ts';
import { type ApiResource, apiResourcesOf } from '../../policy/resources.ts';
import { parseScope } from '../../policy/scopes.ts';
import { type AccountFacts, findActiveAccount } from '../../store/account-facts.ts';
import { noteUse } from '../../store/grants.ts';
import type { WebDeps } from '../deps.ts';
import { readForm } from '../http/forms.ts';

type Scheme = 'Bearer' | 'DPoP';
type Presented = { readonly token: string; readonly scheme: Scheme };

const methods = new Set(['GET', 'HEAD', 'POST']);

/** UserInfo takes the tokens of every resource of the API, and none of the admin API. */
function forOneOf(resources: readonly ApiResource[]) {
  const audiences = new Set(resources.map(({ audience }) => audience));
  return (claims: AccessTokenClaims | undefined): claims is AccessTokenClaims =>
    claims !== undefined && audiences.has(claims.aud);
}

export function userInfo({ db, engine, config, sealer }: WebDeps) {
  const isForApi = forOneOf(apiResourcesOf(config));
  const nonces = createNonces(dpopNonceSecret(sealer));
  return async (ctx: Context, next: Next): Promise<void> => {
    if (ctx.path !== '/oauth/userinfo' || !methods.has(ctx.method)) return next();
    ctx.set('Access-Control-Allow-Origin', '*');
    ctx.vary('Origin');
    const [presented, another] = await presentedTokens(ctx);
    if (!presented) return challengeWithoutToken(ctx);
    const { token, scheme } = presented;
    const refuse = (status: 400 | 401 | 403, error: string, description: string, scope?: string) =>
      challenge(ctx, scheme, status, { error, description, scope });
    if (another) return refuse(400, 'invalid_request', 'Send the access token once, in one way');
    const claims = await engine.verifyAccessToken(token);
    const live = isForApi(claims) && (await findLive(db, claims));
    const scope = claims && live ? await scopeNow(engine.clients, claims, live) : undefined;
    const ended = () => refuse(401, 'invalid_token', 'The access token is expired, revoked or not ours');
    if (!claims || !live || scope === undefined) return ended();
    const thumbprint = claims.cnf?.jkt;
    if (claims.cnf && (scheme !== 'DPoP' || !thumbprint)) {
      const description = 'The access token is bound to a key: present it by DPoP';
      return challenge(ctx, 'DPoP', 401, { error: 'invalid_token', description });
    }
    if (scheme === 'DPoP') {
      if (!thumbprint) return refuse(401, 'invalid_token', 'The access token is not bound to a key');
      const refused = await judge(ctx, token, thumbprint);
      if (refused) return refuse(401, refused.error, refused.problem);
    }
    const scopes = parseScope(scope);
    if (!scopes.includes('openid')) return refuse(403, 'insufficient_scope', 'Ask for openid', 'openid');
    const account = await findActiveAccount(db, claims.sub);
    if (!account) return refuse(401, 'invalid_token', 'The account was deleted or suspended');
    if (live.isFirstUse && !(await noteUse(db, grantOf(claims), parsePosition(claims.rot)))) return ended();
    ctx.body = claimsFor(scopes, account);
  };

  /**
   * RFC 9449 §7.1, §9. Each proof is accepted once on all nodes together. As at the token endpoint, each answer has the
   * newest nonce.
   */
  async function judge(
    ctx: Context,
    token: string,
    thumbprint: string,
  ): Promise<{ error: string; problem: string } | undefined> {
    const sent = rawHeaderValues(ctx.req.rawHeaders, 'dpop');
    const request = { proof: sent.length === 1 ? sent[0] : sent, method: ctx.method, url: config.issuer + ctx.path };
    const now = Date.now() / 1000;
    ctx.set('DPoP-Nonce', nonces.next(now));
    const verdict = await judgeProof(request, token, thumbprint, { now, nonces });
    if ('problem' in verdict) {
      return { error: verdict.nonce ? 'use_dpop_nonce' : 'invalid_dpop_proof', problem: verdict.problem };
    }
    if (await markAsUsed(engine.provider(), verdict.id)) return undefined;
    return { error: 'invalid_dpop_proof', problem: 'The DPoP proof was used before' };
  }
}

/**
 * The client used one of our schemes, but not as RFC 6750 §2.1 defines it. Another scheme does not count as an attempt
 * (§3.1).
 */
function challengeWithoutToken(ctx: Context): void {
  const scheme = schemeOf(ctx);
  const description = `The Authorization header must be: ${scheme}, then one token`;
  if (scheme) challenge(ctx, scheme, 400, { error: 'invalid_request', description });
  else challenge(ctx, 'Bearer', 401);
}

function schemeOf(ctx: Context): Scheme | undefined {
  const [, name] = /^(Bearer|DPoP)(?: |$)/i.exec(ctx.get('Authorization')) ?? [];
  if (!name) return undefined;
  return name.toLowerCase() === 'dpop' ? 'DPoP' : 'Bearer';
}

/** RFC 6750 §2, RFC 9449 §7.1: from the header or, for a Bearer token by POST, from the form; never from the query. */
async function presentedTokens(ctx: Context): Promise<Presented[]> {
  const [, token] = /^(?:Bearer|DPoP) ([A-Za-z0-9._~+/-]+=*)$/i.exec(ctx.get('Authorization')) ?? [];
  const scheme = schemeOf(ctx);
  const header: Presented[] = token && scheme ? [{ token, scheme }] : [];
  if (ctx.method !== 'POST' || !ctx.is('application/x-www-form-urlencoded')) return header;
  const sent = (await readForm(ctx)).getAll('access_token');
  return [...header, ...sent.map((one): Presented => ({ token: one, scheme: 'Bearer' }))];
}

type Problem = { error: string; description: string; scope?: string | undefined };

/**
 * RFC 6750 §3, RFC 9449 §7.1. Without a problem both schemes are offered, and no error is named. The realm is the
 * issuer; Koa's `ctx.origin` is whatever the caller sent as `Origin`.
 */
function challenge(ctx: Context, scheme: Scheme, status: 400 | 401 | 403, problem?: Problem): void {
  const parts = [`realm="${ctx.protocol}://${ctx.host}"`];
  if (problem) parts.push(`error="${problem.error}"`, `error_description="${problem.description}"`);
  if (problem?.scope) parts.push(`scope="${problem.scope}"`);
  if (scheme === 'DPoP') parts.push(proofAlgorithms);
  const offered = problem ? '' : `, DPoP ${proofAlgorithms}`;
  ctx.set('WWW-Authenticate', `${scheme} ${parts.join(', ')}${offered}`);
  ctx.body = problem ? { error: problem.error, error_description: problem.description } : '';
  ctx.status = status;
}

/** The claims that the scopes of a token give (OpenID Connect Core §5.4). */
function claimsFor(scopes: readonly string[], account: AccountFacts): object {
  const { sub, name, email, email_verified } = accountClaims(account);
  return {
    sub,
    ...(scopes.includes('profile') && { name }),
    ...(scopes.includes('email') && { email, email_verified }),
  };
}
