/**
 * Authorization codes. One statement stores the grant together with its first code, so that an authorization that was
 * abandoned or denied leaves nothing behind.
 *
 *   The engine calls   and the adapter
 *   upsert             stores code and grant, if the person, the consent and the client have not changed; the same
 *                      statement uses up the pushed request, ends the interaction and saves the session
 *   find               reads code, grant and account, updates the client of the request, and limits the scope to its
 *                      ceiling
 *   consume            refuses what the client is no longer allowed; uses the code up for one caller, and ends the
 *                      family for every other. If a refresh token follows, the statement that stores it does this
 *   revokeByGrantId    does nothing: codes are deleted with their grant
 */
import { type Adapter, type AdapterPayload, errors, Provider } from 'oidc-provider';
import { endFamily } from '../../operations/end-family.ts';
import { parseScope } from '../../policy/scopes.ts';
import {
  type BesideCode,
  consumeCode,
  findCode,
  insertCodeWithGrant,
  releaseCode,
} from '../../store/authorization-codes.ts';
import type { Db } from '../../store/database.ts';
import { type Sealer, sha256 } from '../../store/sealer.ts';
import {
  applyCeiling,
  bringClientUpToDate,
  clientOfRequest,
  refuseWhatIsGone,
  renewClient,
} from '../current-client.ts';
import { detailsOf } from '../hooks/project-details.ts';
import { refuseWhatChanged } from '../hooks/requests-under-way.ts';
import { addressWithCode, sealRedirect } from '../kept-redirect.ts';
import { deviceIsOver } from '../patches/device-flow.ts';
import { requestActor } from '../request-actor.ts';
import { cacheGrant, requestContext } from '../request-context.ts';
import type { AdapterDeps } from './deps.ts';
import { epochSeconds, modelAdapter, rarOf } from './model-adapter.ts';
import { sessionBesideCode } from './sessions.ts';

/** The engine's codes are 256 bits in base64url. Anything else is refused without a query. */
export const codeForm = /^[A-Za-z0-9_-]{43}$/;

export function authorizationCodeAdapter(deps: AdapterDeps): Adapter {
  return modelAdapter('AuthorizationCode', {
    upsert: (code, payload) => storeCodeAndGrant(deps, code, payload),
    find: (code) => findAndApplyCeiling(deps, code),
    consume: (code) => consumeOrEndFamily(deps, code),
    async revokeByGrantId() {},
  });
}

function storeCodeAndGrant(deps: AdapterDeps, code: string, payload: AdapterPayload): Promise<void> {
  return storeAllowed(deps, { codeHash: sha256(code), payload, location: addressWithCode(code) });
}

/** What a person has allowed. `location` is where the browser goes then, if by a redirect; `device` waits for the code. */
interface Allowed {
  readonly codeHash: Buffer;
  readonly payload: AdapterPayload;
  readonly location: string | undefined;
  readonly device?: Buffer;
}

export async function storeAllowed(deps: AdapterDeps, { codeHash, payload, location, device }: Allowed): Promise<void> {
  const { resumed, requestToSpend: pushed } = requestContext().outcome;
  // A device goes on when the browser that confirmed it signs out: its ID tokens belong to no session.
  if (device) delete payload.sid;
  const relyingParty = !device && hasOpenid(payload) ? (payload.clientId as string) : null;
  const session = await sessionBesideCode(deps.sealer, relyingParty);
  const interaction = resumed && { idHash: resumed.key, answer: keptRedirect(deps.sealer, location, resumed.id) };
  const beside = { interaction, session: session.save, pushed, device };
  const result = await store(deps, codeToStore(codeHash, payload), beside);
  if (result === 'used')
    throw device ? deviceIsOver('used') : new errors.InvalidRequestUri('request_uri was already used');
  if (result === 'over') throw new errors.SessionNotFound('another request has ended the interaction');
  if (result === 'refused')
    throw new errors.AccessDenied('the permission was withdrawn while the request was under way');
  session.saved();
  if (resumed) resumed.settled = true;
}

const hasOpenid = ({ scope }: Pick<AdapterPayload, 'scope'>): boolean => parseScope(scope).includes('openid');

function keptRedirect(sealer: Sealer, location: string | undefined, uid: string): Buffer | undefined {
  const session = Provider.ctx?.oidc.session?.id as string;
  return location === undefined ? undefined : sealRedirect(sealer, uid, { location, cookies: [], session });
}

/** If nothing was stored because the client has changed, its new version decides. */
async function store({ db, clients }: AdapterDeps, code: NewCode, beside: BesideCode) {
  const { revision, pin } = clientOfRequest();
  const first = await insertCodeWithGrant(db, { ...code, clientRevision: revision }, beside);
  const changed = first === 'refused' ? await renewClient(clients) : undefined;
  if (!changed) return first;
  refuseWhatChanged(changed);
  // The person allowed what the document said before.
  if (changed.pin !== pin) throw new errors.AccessDenied('the document of this app has just changed');
  return insertCodeWithGrant(db, { ...code, clientRevision: changed.revision }, beside);
}

type NewCode = Omit<Parameters<typeof insertCodeWithGrant>[1], 'clientRevision'>;

function codeToStore(codeHash: Buffer, payload: AdapterPayload): NewCode {
  const { jti, grantId, accountId, clientId, exp, rar, ...kept } = payload;
  const grant = grantPayload();
  const { endsAt, consentDetails } = requestContext().outcome;
  return {
    grantId: grantId as string,
    accountId: accountId as string,
    clientId: clientId as string,
    grantPayload: grant,
    codeHash,
    payload: kept,
    expiresAt: exp as number,
    sessionsValidFrom: requestContext().cache.accounts.get(accountId as string)?.sessions_valid_from,
    scopes: parseScope(grant.openid?.scope),
    endsAt: endsAt ? epochSeconds(endsAt) : undefined,
    details: detailsOf(Provider.ctx?.oidc.entities.Grant?.rar),
    consentDetails,
  };
}

/** Reads the code with its grant, and limits its scope to the client's present ceiling. */
export async function findAndApplyCeiling(
  { db, clients }: AdapterDeps,
  code: string,
): Promise<AdapterPayload | undefined> {
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
  // The client was told before it got an ID token of that session, or never is.
  if (found.signed_out && found.payload.sid !== undefined && hasOpenid(found.payload)) {
    requestContext().outcome.refusal ??= new errors.InvalidGrant('the person has signed out since');
  }
  const payload: AdapterPayload = {
    ...found.payload,
    scope: applyCeiling(found.payload.scope, client),
    exp: found.expires_at,
    jti: code,
    grantId: found.grant_id,
    accountId: found.account_id,
    clientId: found.client_id,
    ...rarOf(found),
  };
  if (found.consumed) payload.consumed = true;
  return payload;
}

export async function consumeOrEndFamily({ db }: AdapterDeps, code: string): Promise<void> {
  refuseWhatIsGone();
  const { outcome } = requestContext();
  const codeHash = sha256(code);
  if (clientOfRequest().grantTypeAllowed('refresh_token')) {
    outcome.codeToSpend = codeHash;
    return;
  }
  if (!(await consumeCode(db, codeHash))) throw await spentBefore(db, codeHash);
  outcome.spent.push(() => releaseCode(db, codeHash));
}

/**
 * The error for a code that could not be consumed. If another request used it before (RFC 6749 §4.1.2), whatever that request
 * was issued is revoked with this answer.
 */
export async function spentBefore(db: Db, codeHash: Buffer): Promise<Error> {
  const { actor, reason } = requestActor();
  const found = await findCode(db, codeHash);
  if (!found?.consumed) return new errors.InvalidGrant('the grant has ended');
  await endFamily(db, found.grant_id, reason, actor);
  return new errors.InvalidGrant(
    `${reason === 'device_code.reused' ? 'device' : 'authorization'} code already consumed`,
  );
}

/** Returns what the code's grant allows. The engine made the grant from the consent and has not stored it. */
function grantPayload() {
  const grant = Provider.ctx?.oidc.entities.Grant;
  if (!grant) throw new Error('a code without a grant');
  const { openid, resources, rejected } = grant;
  return { openid, resources, rejected };
}
