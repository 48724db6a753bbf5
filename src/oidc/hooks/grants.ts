/**
 * Hooks of the engine for grants and refresh tokens. Every authorization gets a new grant, made from the remembered
 * consent, so that ending it on one device does not affect the others.
 */
import type { Client, Grant, KoaContextWithOIDC } from 'oidc-provider';
import { AppError } from '../../errors.ts';
import { rememberConsent } from '../../operations/consents.ts';
import { isAsAllowed } from '../../policy/client/pinned.ts';
import { keepsProfile } from '../../policy/client/profiles.ts';
import { grantFromConsent, optionalScopes, type Remembered } from '../../policy/consent.ts';
import { hasEnded } from '../../policy/consent-duration.ts';
import { meet, type ProjectDetails, withinScopes } from '../../policy/project-details.ts';
import { familyEnd, mustRotate } from '../../policy/refresh.ts';
import { parseScope } from '../../policy/scopes.ts';
import { findConsent, findConsentOrRoom } from '../../store/consents.ts';
import type { Db } from '../../store/database.ts';
import { noteUse } from '../../store/grants.ts';
import { refuseWhatIsGone } from '../current-client.ts';
import { refuseForeignResources } from '../patches/exchange-checks.ts';
import { requestActor } from '../request-actor.ts';
import { type PresentedRefresh, requestContext } from '../request-context.ts';
import { resumes } from '../resumed.ts';
import { askedDetails, engineDetails, refuseForeignDetails } from './project-details.ts';
import { refuseWhatChanged } from './requests-under-way.ts';

interface GrantDeps {
  readonly db: Db;
  /** How many people an app that is not verified may have. */
  readonly maxPeople: number;
  readonly newGrantId: () => Promise<string>;
  /** Whether a page comes before the code, whatever the person has allowed. */
  readonly pagesComeFirst: (ctx: KoaContextWithOIDC) => Promise<boolean>;
}

/**
 * The engine's `loadExistingGrant`. It loads nothing, but makes a grant from the consent. If a first-party app has no
 * consent yet, it writes that first, unless a page comes before the code: a person who leaves that page or refuses has allowed
 * nothing. The engine has no other hook between its prompts and the code.
 */
export function makeGrantAllowingFirstParty(deps: GrantDeps) {
  return async (ctx: KoaContextWithOIDC): Promise<Grant | undefined> => {
    const client = ctx.oidc.client as Client;
    // The consent page says that an admin has to allow the app first.
    if (client.third_party_policy === 'ask') return undefined;
    if (resumes(ctx.oidc.route)) refuseWhatChanged(client);
    const accountId = ctx.oidc.account?.accountId as string;
    const requested = parseScope(ctx.oidc.params?.scope as string | undefined);
    const decided = decidedNow(ctx, accountId, client);
    const consent =
      decided ??
      (client.first_party && client.pin === undefined && !(await deps.pagesComeFirst(ctx))
        ? await allowFirstParty(deps, client, accountId, requested)
        : await readConsent(deps, client, accountId));
    if (!consent) return undefined;
    const { outcome } = requestContext();
    outcome.endsAt = consent.ends_at;
    outcome.consentDetails = consent.authorization_details ?? undefined;
    // An answer can leave out a required scope too, if no project was ticked for it.
    const optional = decided ? requested : optionalScopes(client, requested);
    return makeGrant(ctx, { client, accountId, requested, optional, consent, id: await deps.newGrantId() });
  };
}

/**
 * Makes a grant, which is stored only with its code. It needs an id at once: without one, the code would silently take
 * the session's older grant.
 */
function makeGrant(
  { oidc }: KoaContextWithOIDC,
  given: {
    client: Client;
    accountId: string;
    requested: string[];
    optional: string[];
    consent: LiveConsent;
    id: string;
  },
): Grant {
  const { client, accountId, requested, optional, consent } = given;
  const grant = new oidc.provider.Grant({ accountId, clientId: client.clientId });
  grant.jti = given.id;
  const details = meet(consent.authorization_details ?? undefined, askedDetails(oidc.params));
  const { granted, rejected } = grantFromConsent(requested, consent, optional);
  for (const scope of granted) grant.addOIDCScope(scope);
  for (const scope of rejected) grant.rejectOIDCScope(scope);
  for (const resource of Object.keys(oidc.resourceServers ?? {})) {
    for (const scope of granted) grant.addResourceScope(resource, scope);
    for (const scope of rejected) grant.rejectResourceScope(resource, scope);
  }
  if (details) grant.rar = engineDetails(withinScopes(details, granted));
  return grant;
}

/** A consent that has not ended. */
type LiveConsent = Remembered & {
  readonly ends_at?: Date | null;
  readonly authorization_details?: ProjectDetails | null;
};

/** The consent page's result in the interaction: who answered, and the consent that is remembered now. */
export type ConsentResult = {
  readonly accountId: string;
  readonly remembered: Remembered;
  /** What the page showed of a client that describes itself. */
  readonly pin?: string | undefined;
  /** The end that this answer has, in milliseconds since the epoch; null: none. */
  readonly endsAt: number | null;
  /** The projects of the app from now on, if they are limited. */
  readonly details?: ProjectDetails | undefined;
};

/**
 * Returns the decision that the person has just made on the consent page. It is stored; if it is gone again, the code
 * is refused.
 */
function decidedNow(ctx: KoaContextWithOIDC, accountId: string, client: Client): LiveConsent | undefined {
  const decision = ctx.oidc.result?.consent as ConsentResult | undefined;
  if (decision?.accountId !== accountId || decision.pin !== client.pin) return undefined;
  // The end of this answer, whatever another answer, given elsewhere at the same time, says.
  const consent = {
    ...decision.remembered,
    ends_at: decision.endsAt ? new Date(decision.endsAt) : null,
    authorization_details: decision.details ?? null,
  };
  return hasEnded(consent, new Date()) ? undefined : consent;
}

/**
 * Reads the remembered consent, unless it has ended, and keeps it for the rest of the request. For an app that is not verified,
 * the same statement returns whether the app has room for another person. A consent to a client that says something else of
 * itself now is only shown: the person is asked again.
 */
async function readConsent({ db, maxPeople }: GrantDeps, client: Client, accountId: string) {
  const { clientId } = client;
  const { consent: found, full } =
    client.verified || client.first_party
      ? { consent: await findConsent(db, accountId, clientId), full: false }
      : await findConsentOrRoom(db, { accountId, clientId, maxPeople });
  const consent = found && !hasEnded(found, new Date()) ? found : undefined;
  Object.assign(requestContext().cache, { consent, full });
  return consent && isAsAllowed(consent, client.pin) ? consent : undefined;
}

/**
 * People are not asked about a first-party app. Its consent is written nevertheless, so that they can see and
 * disconnect it.
 */
async function allowFirstParty(
  deps: GrantDeps,
  client: Client,
  accountId: string,
  requested: string[],
): Promise<LiveConsent | undefined> {
  const consent = await readConsent(deps, client, accountId);
  if (requested.every((scope) => consent?.granted.includes(scope))) return consent;
  requestContext().outcome.unasked = true;
  const given = { accountId, clientId: client.clientId, granted: requested, refused: [], unasked: true };
  return rememberConsent(deps.db, given, { maxPeople: deps.maxPeople, actor: requestActor().actor });
}

/** Every client that is registered for refresh tokens gets one. `offline_access` is not needed. */
export async function issueRefreshToken(_ctx: KoaContextWithOIDC, client: Client): Promise<boolean> {
  return client.grantTypeAllowed('refresh_token');
}

/**
 * The engine's `rotateRefreshToken`. A client that keeps its token has used it, so its predecessor is spent. This is noted
 * once after each rotation.
 */
export function rotateOrNoteUse(db: Db) {
  return async (ctx: KoaContextWithOIDC): Promise<boolean> => {
    const { RefreshToken: token, Client: client } = ctx.oidc.entities;
    const { refresh } = requestContext().outcome;
    if (!token || !refresh) throw new Error('a rotation without a refresh token');
    refuseWhatIsGone();
    // The engine checks this only after the rotation: the client would get an error and never see the successor. Here the
    // error costs nothing.
    refuseForeignResources(ctx, token);
    refuseForeignDetails(ctx, token);
    const rotates = mustRotate({
      predecessor: refresh.kind !== 'rotated',
      publicClient: client?.clientAuthMethod === 'none',
      // FAPI 2.0 Security Profile §5.3.2.1: tokens do not rotate. One from before the client kept the profile ends sooner than
      // its family, so it is replaced once.
      lifePassedPercent: keepsProfile(client) && lastsAsLongAs(refresh.family, token) ? 0 : token.ttlPercentagePassed(),
    });
    if (!rotates) await keepToken(db, refresh);
    return rotates;
  };
}

function lastsAsLongAs({ issued_at, grant_id }: PresentedRefresh['family'], { exp = 0 }: { exp?: number }): boolean {
  const end = familyEnd(issued_at.getTime() / 1000, requestContext().cache.grants.get(grant_id)?.ends_at);
  // The two began in the same request, not in the same millisecond.
  return exp >= end - 60;
}

async function keepToken(db: Db, refresh: PresentedRefresh): Promise<void> {
  const { family, token } = refresh;
  const isNoted = token.generation === 0 || family.used;
  if (
    !isNoted &&
    (await noteUse(db, { grantId: family.grant_id, accountId: family.account_id }, token)) !== 'current'
  ) {
    throw new AppError('unavailable', 'Other requests with this refresh token came first');
  }
  refresh.issued = { generation: token.generation, branch: token.branch };
}

/** Ending a session does not disconnect apps. Every other route ends the family. */
export function revokeGrantPolicy(ctx: KoaContextWithOIDC): boolean {
  return ctx.oidc.route !== 'end_session_confirm';
}
