/**
 * The hooks by which the engine asks about grants and refresh tokens. A grant is made afresh for every authorization,
 * from the consent that the person gave and we remember, so that ending it on one device leaves the others alone.
 */
import { randomBytes } from 'node:crypto';
import type { Client, Grant, KoaContextWithOIDC } from 'oidc-provider';
import { rememberConsent } from '../../operations/consents.ts';
import { grantFromConsent, type Remembered } from '../../policy/consent.ts';
import { mustRotate } from '../../policy/refresh.ts';
import { parseScope } from '../../policy/scopes.ts';
import { findConsent, findConsentOrRoom } from '../../store/consents.ts';
import type { Db } from '../../store/database.ts';
import { refuseWhatIsGone } from '../current-client.ts';
import { refuseForeignResources } from '../patches/exchange-checks.ts';
import { requestActor } from '../request-actor.ts';
import { requestContext } from '../request-context.ts';
import { refuseWhatChanged } from './requests-under-way.ts';

/**
 * The engine's `loadExistingGrant`: the remembered consent as a new grant, not stored before a code is issued. Its id
 * is set at once; without one the code would silently take the session's older grant.
 */
export function loadExistingGrant(db: Db, most: number) {
  return async (ctx: KoaContextWithOIDC): Promise<Grant | undefined> => {
    const client = ctx.oidc.client as Client;
    if (ctx.oidc.route === 'resume') refuseWhatChanged(client);
    const accountId = ctx.oidc.account?.accountId as string;
    const requested = parseScope(ctx.oidc.params?.scope as string | undefined);
    const consent = decidedNow(ctx, accountId) ?? (await rememberedConsent({ db, most }, client, accountId, requested));
    if (!consent) return undefined;
    const provider = ctx.oidc.provider;
    const grant = new provider.Grant({ accountId, clientId: client.clientId });
    grant.jti = randomBytes(16).toString('base64url');
    const optional = parseScope(client.optional_scope);
    const { granted, rejected } = grantFromConsent(requested, consent, optional);
    for (const scope of granted) grant.addOIDCScope(scope);
    for (const scope of rejected) grant.rejectOIDCScope(scope);
    for (const resource of Object.keys(ctx.oidc.resourceServers ?? {})) {
      for (const scope of granted) grant.addResourceScope(resource, scope);
      for (const scope of rejected) grant.rejectResourceScope(resource, scope);
    }
    return grant;
  };
}

/** What an answered consent page leaves in its interaction: whose answer it was, and all that is remembered now. */
export type ConsentResult = {
  readonly accountId: string;
  readonly remembered: Remembered;
};

/** What the person has just decided on the consent page; it is stored, and the code is refused should it be gone again. */
function decidedNow(ctx: KoaContextWithOIDC, accountId: string): Remembered | undefined {
  const decision = ctx.oidc.result?.consent as ConsentResult | undefined;
  return decision?.accountId === accountId ? decision.remembered : undefined;
}

/**
 * First-party apps are not asked about; their consent is written so that they too can be seen and disconnected. Of one
 * that nobody has verified it is learnt in the same statement whether it may have another person.
 */
async function rememberedConsent(
  { db, most }: { db: Db; most: number },
  client: Client,
  accountId: string,
  requested: string[],
) {
  const { clientId } = client;
  const { consent, full } =
    client.verified || client.first_party
      ? { consent: await findConsent(db, accountId, clientId), full: false }
      : await findConsentOrRoom(db, { accountId, clientId, most });
  Object.assign(requestContext().cache, { consent, full });
  if (!client.first_party || requested.every((scope) => consent?.granted.includes(scope))) return consent;
  requestContext().outcome.unasked = true;
  const given = { accountId, clientId, granted: requested, refused: [] };
  return rememberConsent(db, given, { most, actor: requestActor().actor });
}

/** A client registered for refresh tokens gets one; `offline_access` is not needed for it. */
export async function issueRefreshToken(_ctx: KoaContextWithOIDC, client: Client): Promise<boolean> {
  return client.grantTypeAllowed('refresh_token');
}

export function rotateRefreshToken(ctx: KoaContextWithOIDC): boolean {
  const { RefreshToken: token, Client: client } = ctx.oidc.entities;
  if (!token) throw new Error('a rotation without a refresh token');
  refuseWhatIsGone();
  // The engine would look only after it has rotated: the client would get an error, never see the successor, and lose
  // the family with its next try. Said here, the error costs nothing.
  refuseForeignResources(ctx, token);
  return mustRotate({
    predecessor: requestContext().outcome.presentedPredecessor,
    publicClient: client?.clientAuthMethod === 'none',
    lifePassedPercent: token.ttlPercentagePassed(),
  });
}

/** Ending a session leaves apps connected; everything else that asks means the family. */
export function revokeGrantPolicy(ctx: KoaContextWithOIDC): boolean {
  return ctx.oidc.route !== 'end_session_confirm';
}
