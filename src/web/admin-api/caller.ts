/**
 * Authenticates callers of the admin API by a bearer token (RFC 6750). The token must be valid and meant for the admin API,
 * and its client must still have the scope. Cookies and other schemes are not accepted.
 */
import type { Context } from 'koa';
import type { AccessTokenClaims } from '../../oidc/access-token.ts';
import { findLive } from '../../oidc/live-token.ts';
import { adminResource, resourceMetadataPath } from '../../policy/admin-api.ts';
import { withinCeiling } from '../../policy/client/ceiling.ts';
import { parseScope } from '../../policy/scopes.ts';
import type { AdminApiDeps } from './deps.ts';
import type { Caller, Operation } from './operation.ts';
import { Refusal } from './refusal.ts';

/** The claims of a token for the admin API, which may be revoked, or what is wrong with the header. */
export interface Presented {
  readonly claims?: AccessTokenClaims;
  readonly problem?: { readonly status: 400 | 401; readonly error?: string; readonly description: string };
}

/** Checks only the header and the signature, so that a request is counted before it costs a query. */
export async function presentedToken(ctx: Context, { engine, config }: AdminApiDeps): Promise<Presented> {
  const [value, ...more] = ctx.req.headersDistinct.authorization ?? [];
  if (value === undefined || !/^Bearer(?: |$)/i.test(value)) {
    return { problem: { status: 401, description: 'Send an access token: Authorization: Bearer, then the token' } };
  }
  const token = /^Bearer +([A-Za-z0-9._~+/-]+=*) *$/i.exec(value)?.[1];
  if (more.length > 0 || token === undefined) {
    const description = 'There must be one Authorization header: Bearer, then one token';
    return { problem: { status: 400, error: 'invalid_request', description } };
  }
  const claims = await engine.verifyAccessToken(token);
  // A token that is bound to a key cannot be used as a bearer token.
  if (claims?.aud === adminResource(config.issuer) && claims.cnf === undefined) return { claims };
  return { problem: badToken };
}

/** @throws Refusal with a challenge that names the scopes needed */
export async function requireCaller(
  { claims, problem }: Presented,
  { scopes }: Operation,
  { db, engine, config }: AdminApiDeps,
): Promise<Caller> {
  const about = `scope="${scopes.join(' ')}", resource_metadata="${config.issuer}${resourceMetadataPath}"`;
  if (!claims) throw challenge(problem ?? badToken, about);
  // This also refuses a token that the client got by a key or a workload that an admin has removed since.
  const live = await findLive(db, claims);
  // What an admin takes from the client's registration is taken from its tokens too.
  const client = live && (await engine.clients.current(claims.client_id, live.revision));
  if (!client) throw challenge(badToken, about);
  const held = parseScope(withinCeiling(claims.scope, client.scope).scope);
  const missing = scopes.filter((scope) => !held.includes(scope));
  if (missing.length === 0) return { clientId: claims.client_id, scopes: held };
  const description = `This needs a token with ${scopes.join(' and ')}`;
  throw challenge({ status: 403, error: 'insufficient_scope', description }, about);
}

const badToken = {
  status: 401,
  error: 'invalid_token',
  description: 'The access token is expired, revoked, or not for the admin API',
} as const;

const codes = { 400: 'VALIDATION_ERROR', 401: 'UNAUTHORIZED', 403: 'FORBIDDEN' } as const;

function challenge(
  { status, error, description }: { status: 400 | 401 | 403; error?: string; description: string },
  about: string,
): Refusal {
  const said = error ? `error="${error}", error_description="${description}", ` : '';
  const headers = { 'WWW-Authenticate': `Bearer ${said}${about}` };
  return new Refusal(status, codes[status], description, { headers });
}
