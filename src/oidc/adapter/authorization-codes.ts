/**
 * Authorization codes. The grant that the person's consent gave is stored here, in the same statement as its first
 * code: an authorization that is only tried, or denied, leaves nothing behind.
 *
 *   The engine calls   and here
 *   upsert             stores code and grant, if person, consent and client are still as they were
 *   find               reads code, grant and account; brings the client of the request up to date, and holds the scope
 *                      to its ceiling
 *   consume            refuses what the client may not have any more; uses the code up, by one caller: for every other
 *                      the family ends
 *   revokeByGrantId    nothing: codes go with their grant
 */
import { type Adapter, type AdapterPayload, errors, Provider } from 'oidc-provider';
import { endFamily } from '../../operations/end-family.ts';
import { parseScope } from '../../policy/scopes.ts';
import { consumeCode, findCode, insertCodeWithGrant } from '../../store/authorization-codes.ts';
import { sha256 } from '../../store/sealer.ts';
import {
  applyCeiling,
  bringClientUpToDate,
  clientOfRequest,
  refuseWhatIsGone,
  renewClient,
} from '../current-client.ts';
import { refuseWhatChanged } from '../hooks/requests-under-way.ts';
import { requestActor } from '../request-actor.ts';
import { cacheGrant, requestContext } from '../request-context.ts';
import type { AdapterDeps } from './deps.ts';
import { modelAdapter } from './model-adapter.ts';

/** The form that the engine gives codes: 256 bits in base64url. Anything else is refused without a query. */
export const codeForm = /^[A-Za-z0-9_-]{43}$/;

export function authorizationCodeAdapter(deps: AdapterDeps): Adapter {
  return modelAdapter('AuthorizationCode', {
    upsert: (code, payload) => storeCodeAndGrant(deps, code, payload),
    find: (code) => findAndApplyCeiling(deps, code),
    consume: (code) => consumeOrEndFamily(deps, code),
    async revokeByGrantId() {},
  });
}

async function storeCodeAndGrant({ db, clients }: AdapterDeps, code: string, payload: AdapterPayload): Promise<void> {
  const { jti, grantId, accountId, clientId, exp, ...kept } = payload;
  const grant = grantPayload();
  const write = (clientRevision: string) =>
    insertCodeWithGrant(db, {
      grantId: grantId as string,
      accountId: accountId as string,
      clientId: clientId as string,
      grantPayload: grant,
      codeHash: sha256(code),
      payload: kept,
      expiresAt: exp as number,
      sessionsValidFrom: requestContext().cache.accounts.get(accountId as string)?.sessions_valid_from,
      scopes: parseScope(grant.openid?.scope),
      clientRevision,
    });
  if (await write(clientOfRequest().revision)) return;
  // Nothing was stored. Where the client is another one by now, the request is judged by that.
  const changed = await renewClient(clients);
  if (changed) refuseWhatChanged(changed);
  if (!changed || !(await write(changed.revision))) {
    throw new errors.AccessDenied('the permission was withdrawn while the request was under way');
  }
}

/** With its grant, under the client's ceiling as it is now. */
async function findAndApplyCeiling({ db, clients }: AdapterDeps, code: string): Promise<AdapterPayload | undefined> {
  if (!codeForm.test(code)) return undefined;
  const found = await findCode(db, sha256(code));
  if (!found) return undefined;
  cacheGrant(found);
  const client = await bringClientUpToDate(clients, found);
  const { redirectUri } = found.payload as { redirectUri?: string };
  if (client && redirectUri !== undefined && !client.redirectUriAllowed(redirectUri)) {
    requestContext().outcome.refusal = new errors.InvalidGrant(
      'the redirect URI of this code is not registered any more',
    );
  }
  const payload: AdapterPayload = {
    ...found.payload,
    scope: applyCeiling(found.payload.scope, client),
    exp: found.expires_at,
    jti: code,
    grantId: found.grant_id,
    accountId: found.account_id,
    clientId: found.client_id,
  };
  if (found.consumed) payload.consumed = true;
  return payload;
}

async function consumeOrEndFamily({ db }: AdapterDeps, code: string): Promise<void> {
  refuseWhatIsGone();
  if (await consumeCode(db, sha256(code))) return;
  // Another exchange of the same code won (RFC 6749 §4.1.2): what it issued dies with this answer.
  const { actor } = requestActor();
  const found = await findCode(db, sha256(code));
  if (found) await endFamily(db, found.grant_id, 'authorization_code.reused', actor);
  throw new errors.InvalidGrant('authorization code already consumed');
}

/** What the code's grant allows. The engine made it from the consent and has not stored it. */
function grantPayload() {
  const grant = Provider.ctx?.oidc.entities.Grant;
  if (!grant) throw new Error('a code without a grant');
  const { openid, resources, rejected } = grant;
  return { openid, resources, rejected };
}
