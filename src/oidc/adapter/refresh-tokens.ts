/**
 * Refresh tokens: one row for each family, idempotent within the leeway.
 *
 *   The engine calls           and the adapter
 *   find                       reads the family, determines which generation was presented, updates the client of the
 *                              request, and limits the scope to its ceiling
 *   upsert                     starts a family, or rotates it by one UPDATE, which consumes the token before; a token
 *                              that comes too late is reuse, and ends the family
 *   consume                    does nothing: the engine calls `upsert` next
 *   destroy, revokeByGrantId   do nothing: `Grant.destroy` ends the family, see grants
 */
import { type Adapter, type AdapterPayload, errors, Provider } from 'oidc-provider';
import { endFamily } from '../../operations/end-family.ts';
import { classifyRefreshToken } from '../../policy/refresh.ts';
import { type Family, findFamily, rotateFamily, startFamily } from '../../store/grants.ts';
import { applyCeiling, bringClientUpToDate } from '../current-client.ts';
import { requestActor } from '../request-actor.ts';
import { cacheGrant, requestContext } from '../request-context.ts';
import type { AdapterDeps } from './deps.ts';
import { epochSeconds, modelAdapter } from './model-adapter.ts';

export function refreshTokenAdapter(deps: AdapterDeps): Adapter {
  return modelAdapter('RefreshToken', {
    find: (token) => findAndApplyCeiling(deps, token),
    upsert: (token, payload) => startOrRotateFamily(deps, token, payload),
    async consume() {},
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
  const family = await findFamily(db, parsed.handleHash);
  if (!family) return undefined;
  const presented = classifyRefreshToken({
    generation: parsed.generation,
    currentGeneration: family.generation,
    rotatedMsAgo: family.rotated_ms_ago,
    leewaySeconds: refreshLeewaySeconds,
  });
  if (presented === 'unknown') return undefined;
  cacheGrant(family);
  const client = await bringClientUpToDate(clients, family);
  const scope = applyCeiling(family.refresh_payload.scope, client);
  if (isIntrospection() && (requestContext().outcome.refusal || !client?.grantTypeAllowed('refresh_token')))
    return undefined;
  requestContext().outcome.presentedPredecessor = presented === 'predecessor';
  const payload: AdapterPayload = { ...payloadOf(family), scope, jti: token, rotations: parsed.generation };
  if (presented === 'reused') payload.consumed = true;
  return payload;
}

function payloadOf(family: Family): AdapterPayload {
  return {
    ...family.refresh_payload,
    grantId: family.grant_id,
    accountId: family.account_id,
    clientId: family.client_id,
    iiat: epochSeconds(family.issued_at),
    iat: epochSeconds(family.rotated_at ?? family.issued_at),
    exp: epochSeconds(family.refresh_expires_at),
  };
}

/** Saves the first token of a family, or the successor of a rotated one. */
async function startOrRotateFamily(
  { db, refreshTokens, refreshLeewaySeconds: leewaySeconds }: AdapterDeps,
  token: string,
  payload: AdapterPayload,
): Promise<void> {
  const parsed = refreshTokens.parse(token);
  if (!parsed) throw new Error('the engine saves a refresh token that this server did not make');
  const { handleHash, generation } = parsed;
  const expiresAt = payload.exp as number;
  const { jti, grantId, accountId, clientId, iiat, iat, exp, rotations, consumed, ...rest } = payload;
  // The family keeps the granted scope; the ceiling is applied at every use.
  const kept = { ...rest, scope: requestContext().outcome.grantedScope ?? rest.scope };
  const saved =
    generation === 0
      ? await startFamily(db, { grantId: grantId as string, handleHash, payload: kept, expiresAt })
      : await rotateFamily(db, { handleHash, generation, expiresAt, leewaySeconds });
  if (saved) return;
  // Either the family has ended, or another refresh came first by more than the leeway, which is reuse.
  const family = await findFamily(db, handleHash);
  const { actor } = requestActor();
  if (family && (await endFamily(db, family.grant_id, 'refresh_token.reused', actor)))
    requestContext().outcome.refreshTokenReused = true;
  throw new errors.InvalidGrant('the grant has ended or another refresh came first');
}

/**
 * Whether this is introspection, where a refresh token that its client cannot use is inactive, even if only for now.
 */
function isIntrospection(): boolean {
  return Provider.ctx?.oidc.route === 'introspection';
}
