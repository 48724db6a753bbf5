/**
 * The hooks by which the engine asks about grants and refresh tokens. A grant is made afresh for every authorization,
 * from the consent that the person gave and we remember, so that ending it on one device leaves the others alone.
 */
import { randomBytes } from 'node:crypto';
import type { Client, Grant, KoaContextWithOIDC, Provider } from 'oidc-provider';
import { AppError } from '../../errors.ts';
import { rememberConsent } from '../../operations/consents.ts';
import { grantFromConsent, type Remembered } from '../../policy/consent.ts';
import { mustRotate } from '../../policy/refresh.ts';
import { parseScope } from '../../policy/scopes.ts';
import { findConsent, findConsentOrRoom } from '../../store/consents.ts';
import type { Db } from '../../store/database.ts';
import { noteUse } from '../../store/grants.ts';
import { refuseWhatIsGone } from '../current-client.ts';
import { refuseForeignResources } from '../patches/exchange-checks.ts';
import { requestActor } from '../request-actor.ts';
import { type PresentedRefresh, requestContext } from '../request-context.ts';
import { refuseWhatChanged } from './requests-under-way.ts';

/**
 * The engine's `loadExistingGrant`: the remembered consent as a new grant, not stored before a code is issued. Its id
 * is set at once; without one the code would silently take the session's older grant.
 */
export function loadExistingGrant(db: Db, maxPeople: number) {
  return async (ctx: KoaContextWithOIDC): Promise<Grant | undefined> => {
    const client = ctx.oidc.client as Client;
    if (ctx.oidc.route === 'resume') refuseWhatChanged(client);
    const accountId = ctx.oidc.account?.accountId as string;
    const requested = parseScope(ctx.oidc.params?.scope as string | undefined);
    const consent =
      decidedNow(ctx, accountId) ?? (await rememberedConsent({ db, maxPeople }, client, accountId, requested));
    if (!consent) return undefined;
    const provider = ctx.oidc.provider as Provider;
    const grant = new provider.Grant({ accountId, clientId: client.clientId }) as Grant & { jti: string };
    grant.jti = randomBytes(16).toString('base64url');
    const optional = parseScope(client.optional_scope as string | undefined);
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
export interface ConsentResult {
  readonly accountId: string;
  readonly remembered: Remembered;
}

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
  { db, maxPeople }: { db: Db; maxPeople: number },
  client: Client,
  accountId: string,
  requested: string[],
) {
  const { clientId } = client;
  const { consent, full } =
    client.verified || client.first_party
      ? { consent: await findConsent(db, accountId, clientId), full: false }
      : await findConsentOrRoom(db, { accountId, clientId, maxPeople });
  Object.assign(requestContext().cache, { consent, full });
  if (!client.first_party || requested.every((scope) => consent?.granted.includes(scope))) return consent;
  requestContext().outcome.unasked = true;
  const given = { accountId, clientId, granted: requested, refused: [] };
  return rememberConsent(db, given, { maxPeople, actor: requestActor().actor });
}

/** A client registered for refresh tokens gets one; `offline_access` is not needed for it. */
export async function issueRefreshToken(_ctx: KoaContextWithOIDC, client: Client): Promise<boolean> {
  return client.grantTypeAllowed('refresh_token');
}

/**
 * The engine's `rotateRefreshToken`. A client that keeps its token has used it: its predecessor, should there be one, leads
 * nowhere from then on. That is noted once for each rotation.
 */
export function rotateOrNoteUse(db: Db) {
  return async (ctx: KoaContextWithOIDC): Promise<boolean> => {
    const { RefreshToken: token, Client: client } = ctx.oidc.entities;
    refuseWhatIsGone();
    // The engine would look only after it has rotated: the client would get an error and never see the successor. Said
    // here, the error costs nothing.
    refuseForeignResources(ctx, token as never);
    const refresh = requestContext().outcome.refresh as PresentedRefresh;
    const { family, token: presented, kind } = refresh;
    const rotates = mustRotate({
      predecessor: kind !== 'rotated',
      publicClient: client?.clientAuthMethod === 'none',
      lifePassedPercent: token?.ttlPercentagePassed() ?? 100,
    });
    if (rotates) return true;
    const isNoted = presented.generation === 0 || family.used;
    if (!isNoted && (await noteUse(db, family.grant_id, presented)) !== 'current') {
      throw new AppError('unavailable', 'Other requests with this refresh token came first');
    }
    refresh.issued = { generation: presented.generation, branch: presented.branch };
    return false;
  };
}

/** Ending a session leaves apps connected; everything else that asks means the family. */
export function revokeGrantPolicy(ctx: KoaContextWithOIDC): boolean {
  return ctx.oidc.route !== 'end_session_confirm';
}
