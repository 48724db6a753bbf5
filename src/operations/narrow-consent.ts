/** What a person takes from an app that stays connected. */
import { AppError } from '../errors.ts';
import { hasScope, isOfUse, scopeWithout, withoutScopes } from '../policy/narrowed-scope.ts';
import { scopesOf, withoutProject } from '../policy/project-details.ts';
import { isApiScope } from '../policy/scopes.ts';
import { findClient } from '../store/clients.ts';
import type { Db } from '../store/database.ts';
import { endGrants, findGrantOwner } from '../store/grants.ts';
import {
  limitConsent,
  lockConsent,
  lockGrantsOf,
  lockLimitedGrants,
  narrowGrants,
  narrowProjects,
  setProjectsOfConsent,
  takeScopesFromConsent,
} from '../store/narrowed-grants.ts';
import { refuseOrganisation } from '../store/organisation-grants.ts';
import type { Actor } from './actor.ts';
import { endFamily } from './end-family.ts';
import { disconnect } from './grants.ts';
import { requirePowerOverAccount } from './powers.ts';
import { record } from './record.ts';

interface Connected {
  readonly accountId: string;
  readonly clientId: string;
}

/**
 * Takes scopes from everything that an account has allowed a client. Its access tokens end at once, and its next refresh
 * gives it tokens without them; it has to ask the person to get them back. If nothing of use is left, the app is
 * disconnected. Returns which of the two happened. @throws AppError not_found if the app has none of the scopes, and conflict for
 * a first-party app, about which nobody is asked
 */
export async function takeScopes(
  db: Db,
  { accountId, clientId, scopes }: Connected & { scopes: readonly string[] },
  actor: Actor,
): Promise<'narrowed' | 'disconnected'> {
  return db.transaction(async (trx) => {
    await requirePowerOver(trx, { accountId, clientId }, actor);
    return takeScopesWithin(trx, { accountId, clientId, scopes }, actor);
  });
}

async function requirePowerOver(trx: Db, { accountId, clientId }: Connected, actor: Actor): Promise<void> {
  await requirePowerOverAccount(trx, actor, { id: accountId });
  const client = await findClient(trx, clientId);
  if (client?.first_party) throw new AppError('conflict', 'Apps of VibeCaaS itself keep what they have');
}

async function takeScopesWithin(
  trx: Db,
  { accountId, clientId, scopes }: Connected & { scopes: readonly string[] },
  actor: Actor,
): Promise<'narrowed' | 'disconnected'> {
  const left = await takeScopesFromConsent(trx, { accountId, clientId, scopes });
  if (!left) throw new AppError('not_found', `${clientId} does not have ${scopes.join(' ')}`);
  if (!isOfUse(left)) {
    await disconnect(trx, { accountId, clientId }, actor);
    return 'disconnected';
  }
  const grants = (await lockGrantsOf(trx, accountId, clientId))
    .filter(({ payload }) => scopes.some((scope) => hasScope(payload, scope)))
    .map(({ id, payload, refresh_payload: refresh }) => ({
      id,
      payload: withoutScopes(payload, scopes),
      refresh_payload: refresh && { ...refresh, ...(refresh.scope && { scope: scopeWithout(refresh.scope, scopes) }) },
    }));
  const isLeft = ({ payload }: (typeof grants)[number]) => left.some((one) => isOfUse([one]) && hasScope(payload, one));
  await narrowGrants(trx, grants.filter(isLeft), { accountId, scopes });
  const useless = grants.filter((grant) => !isLeft(grant)).map(({ id }) => id);
  await endGrants(trx, useless);
  const details = { account: accountId, granted: left, taken_away: scopes, connections: grants.length };
  await record(trx, actor, 'consent.narrowed', `client:${clientId}`, details);
  return 'narrowed';
}

/**
 * Takes one project from everything that an account has allowed a client, which goes on with the others: its access tokens end at
 * once. Scopes that were for no other project go with it; if nothing of use is left, the app is disconnected. Returns which of the
 * two happened. @throws AppError not_found if the app does not have this project by its name, and conflict for a first-party app
 */
export async function takeProject(
  db: Db,
  { accountId, clientId, project }: Connected & { project: string },
  actor: Actor,
): Promise<'narrowed' | 'disconnected'> {
  return db.transaction(async (trx) => {
    await requirePowerOver(trx, { accountId, clientId }, actor);
    const consent = await lockConsent(trx, accountId, clientId);
    const left = withoutProject(consent?.authorization_details ?? undefined, project);
    if (!consent || !left) throw new AppError('not_found', `${clientId} does not have ${project}`);
    const named = scopesOf(left);
    const lost = consent.granted.filter((scope) => isApiScope(scope) && !named.some((one) => one === scope));
    await setProjectsOfConsent(trx, { accountId, clientId, details: left });
    const grants = (await lockLimitedGrants(trx, accountId, clientId)).flatMap(({ id, details }) => {
      const narrowed = withoutProject(details, project);
      return narrowed ? [{ id, details: narrowed }] : [];
    });
    await narrowProjects(trx, grants, accountId);
    const details = {
      account: accountId,
      granted: consent.granted,
      taken_away: [],
      project,
      connections: grants.length,
    };
    await record(trx, actor, 'consent.narrowed', `client:${clientId}`, details);
    return lost.length > 0 ? takeScopesWithin(trx, { accountId, clientId, scopes: lost }, actor) : 'narrowed';
  });
}

/**
 * Ends what an account has allowed a client at a moment, at least a day away. @throws AppError not_found if it ends sooner already,
 * or if the app is not connected
 */
export async function endLater(
  db: Db,
  { accountId, clientId, endsAt }: Connected & { endsAt: Date },
  actor: Actor,
): Promise<void> {
  await db.transaction(async (trx) => {
    await requirePowerOverAccount(trx, actor, { id: accountId });
    if (!(await limitConsent(trx, { accountId, clientId, endsAt }))) {
      throw new AppError('not_found', `${clientId} has no access that lasts longer`);
    }
    await refuseOrganisation(trx, accountId, clientId);
    const details = { account: accountId, ends_at: endsAt.toISOString() };
    await record(trx, actor, 'consent.limited', `client:${clientId}`, details);
  });
}

/** Ends one connection of an account. @throws AppError not_found for one that has ended, or is somebody else's */
export async function endConnection(
  db: Db,
  { accountId, grantId }: { accountId: string; grantId: string },
  actor: Actor,
): Promise<void> {
  const owner = await findGrantOwner(db, grantId);
  const isTheirs = owner?.account_id === accountId;
  if (!isTheirs || !(await endFamily(db, grantId, 'grant.revoked', actor))) {
    throw new AppError('not_found', 'This connection has ended');
  }
}
