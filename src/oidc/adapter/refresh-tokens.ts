/**
 * Refresh tokens: one row for each family, idempotent within the leeway.
 *
 *   The engine calls           and the adapter
 *   find                       reads the family, decides what the token leads to, updates the client of the request, and
 *                              limits the scope to its ceiling, and what the request asks for to what is left; a spent
 *                              token is `consumed`, and the engine ends the family
 *   consume                    rotates, repeats the last rotation, or forks, by one UPDATE, which returns the position of
 *                              the next token
 *   upsert                     starts a family, and uses up the code; a later token was saved by `consume`
 *   destroy, revokeByGrantId   do nothing: `Grant.destroy` ends the family, see grants
 */
import { type Adapter, type AdapterPayload, errors, type KoaContextWithOIDC, Provider } from 'oidc-provider';
import { AppError } from '../../errors.ts';
import { endFamily } from '../../operations/end-family.ts';
import { withinCeiling } from '../../policy/client/ceiling.ts';
import { keepsProfile } from '../../policy/client/profiles.ts';
import { hasEnded } from '../../policy/consent-duration.ts';
import { familyEnd, presentRefreshToken, refreshTokenTtlSeconds } from '../../policy/refresh.ts';
import { releaseCode } from '../../store/authorization-codes.ts';
import { type Family, findFamily, rotateFamily, startFamily } from '../../store/grants.ts';
import { applyCeiling, bringClientUpToDate } from '../current-client.ts';
import { requestActor } from '../request-actor.ts';
import { cacheGrant, type PresentedRefresh, requestContext } from '../request-context.ts';
import { spentBefore } from './authorization-codes.ts';
import type { AdapterDeps } from './deps.ts';
import { epochSeconds, modelAdapter, rarOf } from './model-adapter.ts';

export function refreshTokenAdapter(deps: AdapterDeps): Adapter {
  return modelAdapter('RefreshToken', {
    find: (token) => findAndApplyCeiling(deps, token),
    consume: () => rotateOrFork(deps),
    upsert: (token, payload) => startNewFamily(deps, token, payload),
    async destroy() {},
    async revokeByGrantId() {},
  });
}

async function findAndApplyCeiling(
  { db, clients, refreshTokens, refreshLeewaySeconds }: AdapterDeps,
  token: string,
): Promise<AdapterPayload | undefined> {
  const parsed = refreshTokens.parse(token);
  if (!parsed) return undefined;
  const family = await findFamily(db, parsed);
  if (!family) return undefined;
  const leewaySeconds = family.leeway ?? refreshLeewaySeconds;
  const { kind } = presentRefreshToken(family, parsed, { at: family.readAt, leewaySeconds });
  if (kind === 'unknown') return undefined;
  cacheGrant(family);
  const client = await bringClientUpToDate(clients, family);
  if (client && Provider.ctx?.oidc.route === 'token' && hasEnded(family, new Date())) {
    throw new errors.InvalidGrant('the time that the person chose is over');
  }
  const scope = applyCeiling(family.refresh_payload.scope, client);
  askForWhatIsLeft(scope);
  if (isIntrospection() && (requestContext().outcome.refusal || !client?.grantTypeAllowed('refresh_token')))
    return undefined;
  requestContext().outcome.refresh = { family, token: parsed, leewaySeconds, kind };
  const payload: AdapterPayload = { ...payloadOf(family), scope, jti: token, rotations: parsed.generation };
  if (kind === 'reused') {
    if (Provider.ctx?.oidc.route === 'token') refuseIfCallerHasGone();
    payload.consumed = true;
  }
  return payload;
}

/**
 * Some libraries repeat in every refresh what they asked for at first, although the person allowed less and they were told
 * so. Scopes that the family does not have are ignored beside those that it has (RFC 6749 §3.3), and the response names
 * what was granted. Alone they are left for the engine to refuse.
 */
function askForWhatIsLeft(scope: string | undefined): void {
  const params = Provider.ctx?.oidc.params;
  if (params?.grant_type !== 'refresh_token' || typeof params.scope !== 'string') return;
  const left = withinCeiling(params.scope, scope).scope;
  if (left !== '') params.scope = left;
}

function payloadOf(family: Family): AdapterPayload {
  return {
    ...family.refresh_payload,
    ...rarOf(family),
    grantId: family.grant_id,
    accountId: family.account_id,
    clientId: family.client_id,
    iiat: epochSeconds(family.issued_at),
    iat: Math.floor(family.rotatedAt ?? family.issued_at.getTime() / 1000),
    exp: epochSeconds(family.refresh_expires_at),
  };
}

async function rotateOrFork(deps: AdapterDeps): Promise<void> {
  const { outcome } = requestContext();
  const { refresh } = outcome;
  if (!refresh) throw new Error('the engine consumes a refresh token that it did not find');
  refuseIfCallerHasGone();
  const { family, token, leewaySeconds } = refresh;
  const now = Math.floor(Date.now() / 1000);
  const end = familyEnd(epochSeconds(family.issued_at), family.ends_at);
  const rotates = !keepsProfile(Provider.ctx?.oidc.client);
  const expiresAt = now + refreshTokenTtlSeconds(end, now, { rotates });
  const current = await rotateFamily(deps.db, { ...token, seen: family, leewaySeconds, expiresAt });
  if (!current) throw await overtaken(deps, refresh);
  refresh.issued = current;
  refresh.issuedUntil = refresh.kind === 'repeated' ? epochSeconds(family.refresh_expires_at) : expiresAt;
  if (current.branch > family.branch) outcome.refreshTokenForked = true;
}

/**
 * Nobody would get the response. The caller may have repeated the request at another node, and hold the successor from
 * there; a fork by this request, after a freeze or in an overload, would replace that successor. If that was used since, this
 * request would count as reuse and end the family.
 */
function refuseIfCallerHasGone(): void {
  const { socket } = (Provider.ctx as KoaContextWithOIDC).req;
  if (socket.destroyed || socket.readableEnded) throw new AppError('unavailable', 'The caller has gone');
}

/**
 * The error for a token that was valid when its family was read and is no longer: the family has ended, or other requests
 * have changed it since. Being overtaken does not prove reuse, so the client may come back, and its next request shows what the
 * token is. If the leeway is 0, the second presentation of a token is reuse, however close to the first.
 */
async function overtaken({ db }: AdapterDeps, { token, leewaySeconds }: PresentedRefresh): Promise<Error> {
  const family = await findFamily(db, token);
  if (!family) return new errors.InvalidGrant('the grant has ended');
  if (leewaySeconds > 0) return new AppError('unavailable', 'Other requests with this refresh token came first');
  if (await endFamily(db, family.grant_id, 'refresh_token.reused', requestActor().actor))
    requestContext().outcome.refreshTokenReused = true;
  return new errors.InvalidGrant('another refresh came first');
}

async function startNewFamily(
  { db, refreshTokens }: AdapterDeps,
  token: string,
  payload: AdapterPayload,
): Promise<void> {
  const parsed = refreshTokens.parse(token);
  if (!parsed) throw new Error('the engine saves a refresh token that this server did not make');
  if (parsed.generation > 0) return;
  const { jti, grantId, accountId, clientId, iiat, iat, exp, rotations, consumed, rar, ...rest } = payload;
  // The family keeps the granted scope; the ceiling is applied at every use.
  const kept = { ...rest, scope: requestContext().outcome.grantedScope ?? rest.scope };
  const { handleHash } = parsed;
  const { outcome } = requestContext();
  const { codeToSpend: codeHash } = outcome;
  if (!codeHash) throw new Error('a first refresh token without a code');
  const owner = { grantId: grantId as string, accountId: accountId as string };
  const family = { ...owner, handleHash, payload: kept, expiresAt: exp as number, codeHash };
  if (!(await startFamily(db, family))) throw await spentBefore(db, codeHash);
  delete outcome.codeToSpend;
  outcome.spent.push(() => releaseCode(db, codeHash));
}

/**
 * Whether this is introspection, where a refresh token that its client cannot use is inactive, even if only for now.
 */
function isIntrospection(): boolean {
  return Provider.ctx?.oidc.route === 'introspection';
}
