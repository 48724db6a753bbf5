/**
 * The grant type of RFC 8693: a gateway exchanges the access token of a person that it received for one that it may present
 * to another resource. The new token has less than the old one, ends no later, and belongs to the same token family, so that
 * whatever ends that family ends it too.
 */
import { type Client, errors, type KoaContextWithOIDC, type ResourceServer } from 'oidc-provider';
import { trustName } from '../policy/client/trust.ts';
import type { ProjectDetails } from '../policy/project-details.ts';
import { parsePosition } from '../policy/refresh.ts';
import type { ApiResource } from '../policy/resources.ts';
import {
  type ActClaim,
  actorsOf,
  ancestorsOf,
  type ExchangeProblem,
  type ExchangeRequest,
  exchangedScope,
  maxActors,
  mayExchange,
  readExchange,
  targetOf,
  tokenExchange,
} from '../policy/token-exchange.ts';
import type { Db } from '../store/database.ts';
import { noteUse } from '../store/grants.ts';
import type { AccessTokenClaims, AccessTokenVerifier } from './access-token.ts';
import type { ClientCache } from './client-cache.ts';
import { bringClientUpToDate } from './current-client.ts';
import { askedDetails, engineDetails, limitedScope, narrowedDetails } from './hooks/project-details.ts';
import { accessTokenServer } from './hooks/resources.ts';
import { findLive, grantOf } from './live-token.ts';
import { newAccessToken } from './new-access-token.ts';
import { proofOf, useProof } from './patches/dpop-proofs.ts';
import { requestContext } from './request-context.ts';
import { detailsNow, scopeNow } from './scope-now.ts';

export interface ExchangeDeps {
  readonly db: Db;
  readonly clients: ClientCache;
  readonly resources: readonly ApiResource[];
  readonly verifyAccessToken: AccessTokenVerifier;
  readonly signingKid: string;
}

/** Returns what answers a request. */
export function answerExchange(deps: ExchangeDeps): (ctx: KoaContextWithOIDC) => Promise<void> {
  return async (ctx) => {
    const request = orThrow(readExchange(ctx.oidc.params as Record<string, unknown>));
    await answer(deps, ctx, request, await findSubject(deps, ctx, request.subjectToken));
  };
}

interface Subject {
  readonly claims: AccessTokenClaims;
  /** What is left of its scope now. */
  readonly scope: string | undefined;
  /** Its projects, if they are limited. */
  readonly details: ProjectDetails | undefined;
  /** The client of this request, as its row is now. */
  readonly client: Client;
}

/**
 * RFC 8693 §2.2.2 wants `invalid_request` for every subject token that cannot be used. The text is the same for all, since it
 * must not tell a client which tokens of others are valid; the reason is in the detail, which only the log has.
 */
async function findSubject(deps: ExchangeDeps, ctx: KoaContextWithOIDC, token: string): Promise<Subject> {
  const claims = await deps.verifyAccessToken(token);
  if (!claims) throw unusable('not a valid access token of this server');
  if (claims.gid === undefined) throw unusable('a token of a client that acts for itself');
  const asker = ctx.oidc.client as Client;
  const live = await findLive(deps.db, claims, asker.clientId);
  if (!live?.askerRevision) throw unusable('revoked, or its grant has ended');
  const row = { client_id: asker.clientId, client_revision: live.askerRevision };
  const client = await bringClientUpToDate(deps.clients, row);
  if (!client || !mayExchange(client, claims)) throw unusable('its audience has other gateways');
  const scope = await scopeNow(deps.clients, claims, live);
  if (scope === undefined) throw unusable('its client has lost what it was issued for');
  const issued = parsePosition(claims.rot);
  if (live.isFirstUse && !(await noteUse(deps.db, grantOf(claims), issued))) throw unusable('its grant has ended');
  if (actorsOf(claims.act).length >= maxActors) {
    throw new errors.InvalidRequest(`the subject token has passed through ${maxActors} services already`);
  }
  return { claims, scope, details: detailsNow(claims, live, scope), client };
}

function unusable(detail: string): Error {
  return new errors.InvalidRequest('the subject token is not one that this client may exchange', 400, detail);
}

async function answer(
  { resources, signingKid }: ExchangeDeps,
  ctx: KoaContextWithOIDC,
  request: ExchangeRequest,
  { claims, scope: subjectScope, details: subjectDetails, client }: Subject,
): Promise<void> {
  const target = targetOf(client, request.target);
  const resource = resources.find(({ audience }) => audience === target);
  if (!resource) throw new errors.InvalidTarget(targetProblem(target, request.target));
  const limits = { subject: subjectScope, ceiling: client.scope, resource: resource.scopes };
  const exchanged = orThrow(exchangedScope(request.scope, limits));
  const { scope, details } = limitedTo(narrowedDetails(subjectDetails, askedDetails(ctx.oidc.params)), exchanged.scope);
  const proof = await proofOf(ctx);
  // What is bound to a key stays bound: otherwise an exchange would turn a token that is useless to a thief into one that is not.
  if (claims.cnf && !proof) throw new errors.InvalidRequest('a bound subject token needs a DPoP proof of this client');
  if (proof) await useProof(ctx, proof);
  const server: ResourceServer = accessTokenServer(resource, signingKid);
  const secondsLeft = claims.exp - Math.floor(Date.now() / 1000);
  if (secondsLeft < 1) throw unusable('expired');
  const token = newAccessToken(ctx, {
    client,
    accountId: claims.sub,
    grantId: claims.gid as string,
    gty: tokenExchange,
    scope,
    rar: details && engineDetails(details),
    resourceServer: server,
    expiresIn: Math.min(secondsLeft, server.accessTokenTTL as number),
  });
  if (proof) token.setThumbprint('jkt', proof.thumbprint);
  requestContext().outcome.exchanged = claimsFrom(claims, client);
  ctx.oidc.entity('AccessToken', token);
  const accessToken = await token.save();
  requestContext().outcome.handedOn = {
    action: 'token.exchanged',
    accountId: claims.sub,
    details: { app: claims.client_id, resource: resource.audience, scope },
  };
  ctx.body = {
    access_token: accessToken,
    issued_token_type: request.issuedTokenType,
    token_type: token.tokenType,
    expires_in: token.expiration,
    scope,
    authorization_details: details,
  };
}

/** `allowed` is the resource that the client may exchange for; the server may have lost it since, or have never had it. */
function targetProblem(allowed: string | undefined, named: string | undefined): string {
  if (allowed !== undefined) return 'this server has no resource of this name';
  return named === undefined
    ? 'the request names no resource'
    : 'this client may not exchange tokens for this resource';
}

function limitedTo(details: ProjectDetails | undefined, scope: string) {
  return details ? limitedScope(details, scope) : { details, scope };
}

/** What the new token says beside its own: who acts for whom, where it came from, and how the person signed in. */
function claimsFrom(subject: AccessTokenClaims, { clientId, trust_epoch: epoch }: Client): Record<string, unknown> {
  const { act, acr, amr, auth_time, tier, rot } = subject;
  const actor: ActClaim = { sub: clientId, ...(act !== undefined && { act: act as ActClaim }) };
  const derivedFrom = [subject.jti, trustName(clientId, epoch), ...ancestorsOf(subject.derived_from)];
  return { gid: subject.gid, tier, acr, amr, auth_time, rot, act: actor, derived_from: derivedFrom };
}

function orThrow<T extends object>(result: T | ExchangeProblem): T {
  if (!('problem' in result)) return result as T;
  const { error, problem } = result as ExchangeProblem;
  if (error === 'invalid_target') throw new errors.InvalidTarget(problem);
  if (error === 'invalid_scope') throw new errors.InvalidScope(problem, '');
  throw new errors.InvalidRequest(problem);
}
