/** The page of one connected app: what a person can take from it while it stays connected, and what it did. */
import type Router from '@koa/router';
import type { Context } from 'koa';
import { type AppNotice, type AppProjects, accountAppPage, endDays } from '../../../views/account/app.ts';
import { appPath } from '../../../views/account/apps.ts';
import { speech } from '../../../views/messages/index.ts';
import { permissionsOf } from '../../../views/scopes.ts';
import { AppError } from '../../errors.ts';
import { endConnection, endLater, takeProject, takeScopes } from '../../operations/narrow-consent.ts';
import type { ProjectDetails } from '../../policy/project-details.ts';
import { type Project, sortedProjects } from '../../policy/project-list.ts';
import { usageOnPage } from '../../policy/usage-days.ts';
import { listUsageOfApp } from '../../store/app-usage.ts';
import { findClient } from '../../store/clients.ts';
import { listConnectedApps } from '../../store/connected-apps.ts';
import { listGrants } from '../../store/grant-list.ts';
import type { WebDeps } from '../deps.ts';
import { readCookie, removeCookie, writeCookie } from '../http/cookies.ts';
import { field } from '../http/forms.ts';
import type { PersonProjects } from '../http/person-projects.ts';
import { listedProjects } from '../http/project-picker.ts';
import { seeOther } from '../http/see-other.ts';
import { leaveDisconnected } from './disconnected.ts';
import { findKnownApp } from './known-app.ts';
import { type PersonPages, personPages } from './person-pages.ts';

const cookie = 'app_changed';
/** Nobody tells more connections apart. */
const maxShown = 50;

/** Adds the routes of this page to those of the account. */
export function connectedAppPages(router: Router, deps: WebDeps): void {
  const pages: PersonPages = personPages(router, deps);
  const { db } = deps;
  const projectsOf = listedProjects(deps);
  const idOf = (ctx: Context) => String(ctx.params.client_id);

  pages.show('/app/:client_id', async (ctx, { id: accountId, ...owner }) => {
    const clientId = idOf(ctx);
    const notice = takeNotice(ctx);
    const app = await connectedApp(deps, projectsOf, { accountId, clientId });
    if (!app) {
      // It was disconnected elsewhere while the page with the form was open.
      if (notice) return seeOther(ctx, '/account/apps');
      throw new AppError('not_found', 'This app is not connected');
    }
    ctx.body = accountAppPage({ ...owner, ...app, path: appPath(clientId), now: new Date(), notice });
  });

  pages.change('/app/:client_id/remove', async (ctx, { id: accountId, actor }, form) => {
    const clientId = idOf(ctx);
    const scopes = form.getAll('scope');
    const outcome = await unlessGone(takeScopes(db, { accountId, clientId, scopes }, actor));
    if (outcome === 'disconnected') return leaveDisconnected(ctx, await findClient(db, clientId));
    done(ctx, clientId, `removed ${scopes.join(' ')}`);
  });

  pages.change('/app/:client_id/remove-project', async (ctx, { id: accountId, actor }, form) => {
    const clientId = idOf(ctx);
    const project = field(form, 'project');
    const outcome = await unlessGone(takeProject(db, { accountId, clientId, project }, actor));
    if (outcome === 'disconnected') return leaveDisconnected(ctx, await findClient(db, clientId));
    done(ctx, clientId, 'project');
  });

  pages.change('/app/:client_id/limit', async (ctx, { id: accountId, actor }, form) => {
    const clientId = idOf(ctx);
    const days = endDays.find((one) => one === field(form, 'days'));
    if (!days) throw new AppError('invalid', 'Choose one of the ends that the page offers');
    // To the second, as tokens have it.
    const endsAt = new Date((Math.floor(Date.now() / 1000) + Number(days) * 86_400) * 1000);
    await unlessGone(endLater(db, { accountId, clientId, endsAt }, actor));
    done(ctx, clientId, 'limited');
  });

  pages.change('/app/:client_id/end', async (ctx, { id: accountId, actor }, form) => {
    await unlessGone(endConnection(db, { accountId, grantId: field(form, 'connection') }, actor));
    done(ctx, idOf(ctx), 'ended');
  });
}

/** Undefined if the app is not connected. */
async function connectedApp(
  deps: WebDeps,
  projectsOf: PersonProjects,
  { accountId, clientId }: { accountId: string; clientId: string },
) {
  const { db, reads } = deps;
  const [[consent], known] = await Promise.all([
    listConnectedApps(db, accountId, clientId),
    findKnownApp(deps, clientId),
  ]);
  if (!consent || !known) return undefined;
  const [days, grants] = await Promise.all([
    reads.run(true, (replica) => listUsageOfApp(replica, accountId, clientId)),
    // One more tells whether there are more.
    listGrants(db, { accountId, clientId, limit: maxShown + 1 }),
  ]);
  const details = consent.authorization_details;
  const theirs = details ? await projectsOf('connected app', accountId) : undefined;
  return {
    app: known.app,
    stopped: known.stopped,
    granted: consent.granted,
    byOrganisation: consent.by_organisation,
    projects: details ? projectsIn(details, theirs) : undefined,
    since: consent.since,
    endsAt: consent.ends_at ?? undefined,
    byHour: !known.refreshes,
    connections: grants.slice(0, maxShown).map((grant) => ({
      id: grant.id,
      since: grant.created_at,
      lastRenewed: grant.refreshed_at ?? undefined,
    })),
    more: grants.length > maxShown,
    ...usageOnPage(days, new Date()),
  };
}

/** The projects of an app, by their names if the API says them. */
function projectsIn(details: ProjectDetails, known: readonly Project[] = []): AppProjects {
  const names = new Map(known.map(({ id, name }) => [id, name]));
  const rows = details.flatMap(({ identifier: id }) => (id === undefined ? [] : { id, name: names.get(id) ?? id }));
  return { rows: sortedProjects(rows, speech().code), others: details.length > rows.length };
}

/** What is gone already is what was asked for. */
async function unlessGone<T>(work: Promise<T>): Promise<T | undefined> {
  return work.catch((error: unknown) => {
    if (error instanceof AppError && error.kind === 'not_found') return undefined;
    throw error;
  });
}

function done(ctx: Context, clientId: string, notice: string): void {
  writeCookie(ctx, cookie, encodeURIComponent(notice), { maxAgeMs: 60_000 });
  seeOther(ctx, appPath(clientId));
}

function takeNotice(ctx: Context): AppNotice | undefined {
  const value = readCookie(ctx, cookie);
  if (value === undefined) return undefined;
  removeCookie(ctx, cookie);
  const [what, ...scopes] = decodeURIComponent(value).split(' ');
  if (what === 'limited' || what === 'ended' || what === 'project') return what;
  const [permission] = permissionsOf(scopes);
  return permission && { removed: permission.title };
}
