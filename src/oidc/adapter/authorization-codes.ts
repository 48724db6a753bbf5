/**
 * Authorization codes. The grant that the person's consent gave is stored here, in the same statement as its first
 * code: an authorization that is only tried, or denied, leaves nothing behind.
 */
import { type Adapter, type AdapterPayload, errors, Provider } from 'oidc-provider';
import { endFamily } from '../../operations/end-family.ts';
import { parseScope } from '../../policy/scopes.ts';
import { consumeCode, findCode, insertCodeWithGrant, releaseCode } from '../../store/authorization-codes.ts';
import { sha256 } from '../../store/sealer.ts';
import { clientOfRequest, currentClient, narrowScope, refuseWhatIsGone, rereadClient } from '../current-client.ts';
import { refuseWhatChanged } from '../hooks/requests-under-way.ts';
import { requestActor } from '../request-actor.ts';
import { cacheGrant, requestContext } from '../request-context.ts';
import type { AdapterDeps } from './deps.ts';
import { modelAdapter } from './model-adapter.ts';

/** The form that the engine gives codes: 256 bits in base64url. Anything else is refused without a query. */
const codeForm = /^[A-Za-z0-9_-]{43}$/;

export function authorizationCodeAdapter({ db, clients }: AdapterDeps): Adapter {
  return modelAdapter('AuthorizationCode', {
    async upsert(code, { jti, grantId, accountId, clientId, exp, ...payload }) {
      const grant = grantPayload();
      const write = (clientRevision: string) =>
        insertCodeWithGrant(db, {
          grantId: grantId as string,
          accountId: accountId as string,
          clientId: clientId as string,
          grantPayload: grant,
          codeHash: sha256(code),
          payload,
          expiresAt: exp as number,
          sessionsValidFrom: requestContext().cache.accounts.get(accountId as string)?.sessions_valid_from,
          scopes: parseScope(grant.openid?.scope),
          clientRevision,
        });
      if (await write(clientOfRequest().revision as string)) return;
      // Nothing was stored. Where the client is another one by now, the request is judged by that.
      const changed = await rereadClient(clients);
      if (changed) refuseWhatChanged(changed);
      if (!changed || !(await write(changed.revision as string))) {
        throw new errors.AccessDenied('the permission was withdrawn while the request was under way');
      }
    },
    async find(code) {
      if (!codeForm.test(code)) return undefined;
      const found = await findCode(db, sha256(code));
      if (!found) return undefined;
      cacheGrant(found);
      const client = await currentClient(clients, found);
      const { redirectUri } = found.payload as { redirectUri?: string };
      if (client && redirectUri !== undefined && !client.redirectUriAllowed(redirectUri)) {
        requestContext().outcome.refusal = new errors.InvalidGrant(
          'the redirect URI of this code is not registered any more',
        );
      }
      const payload: AdapterPayload = {
        ...found.payload,
        scope: narrowScope(found.payload.scope, client),
        exp: found.expires_at,
        jti: code,
        grantId: found.grant_id,
        accountId: found.account_id,
        clientId: found.client_id,
      };
      if (found.consumed) payload.consumed = true;
      return payload;
    },
    async consume(code) {
      refuseWhatIsGone();
      if (await consumeCode(db, sha256(code))) {
        requestContext().outcome.spent.push(() => releaseCode(db, sha256(code)));
        return;
      }
      // Another exchange of the same code won (RFC 6749 §4.1.2): what it issued dies with this answer.
      const { actor } = requestActor();
      const found = await findCode(db, sha256(code));
      if (found) await endFamily(db, found.grant_id, 'authorization_code.reused', actor);
      throw new errors.InvalidGrant('authorization code already consumed');
    },
    // Codes go with their grant.
    async revokeByGrantId() {},
  });
}

/** What the code's grant allows. The engine made it from the consent and has not stored it. */
function grantPayload(): { openid?: { scope?: string }; resources?: object; rejected?: object } {
  const grant = Provider.ctx?.oidc.entities.Grant;
  if (!grant) throw new Error('a code without a grant');
  const { openid, resources, rejected } = grant as unknown as ReturnType<typeof grantPayload>;
  return { openid, resources, rejected };
}
