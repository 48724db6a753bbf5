/**
 * The engine's Grant: one authorization on one device. It is created together with its code, see authorization-codes.
 *
 *   The engine calls   and the adapter
 *   find               reads it, unless the code or refresh token of this request has brought it
 *   destroy            ends the family: the engine calls it on revocation, refresh token reuse and code reuse
 */
import type { Adapter } from 'oidc-provider';
import { endFamily } from '../../operations/end-family.ts';
import { findGrant } from '../../store/grants.ts';
import { requestActor } from '../request-actor.ts';
import { cacheGrant, requestContext } from '../request-context.ts';
import type { AdapterDeps } from './deps.ts';
import { epochSeconds, modelAdapter, rarOf } from './model-adapter.ts';

export function grantAdapter({ db }: AdapterDeps): Adapter {
  return modelAdapter('Grant', {
    async find(id) {
      const known = requestContext().cache.grants.get(id) ?? (await findGrant(db, id));
      if (!known) return undefined;
      cacheGrant(known);
      return {
        ...known.grant_payload,
        ...rarOf(known),
        jti: id,
        kind: 'Grant',
        accountId: known.account_id,
        clientId: known.client_id,
        exp: epochSeconds(known.grant_expires_at),
      };
    },
    async destroy(id) {
      const { actor, reason } = requestActor();
      const ended = await endFamily(db, id, reason, actor);
      if (ended && reason === 'refresh_token.reused') requestContext().outcome.refreshTokenReused = true;
    },
  });
}
