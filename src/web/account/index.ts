/** A person's account pages: the apps that may act for them, how to end that, and how they sign in. */

import Router from '@koa/router';
import type { Context } from 'koa';
import { accountAppsPage } from '../../../views/account/apps.ts';
import { AppError } from '../../errors.ts';
import { disconnect } from '../../operations/grants.ts';
import { listedDays, usageByDay } from '../../policy/usage-days.ts';
import { findClient } from '../../store/clients.ts';
import { listConnectedApps } from '../../store/connected-apps.ts';
import type { WebDeps } from '../deps.ts';
import { actorOf } from '../http/actor.ts';
import { field, readForm } from '../http/forms.ts';
import { requireSignedIn } from '../http/guards.ts';
import { activityPages } from './activity.ts';
import { addressPages } from './address.ts';
import { apiKeysPages } from './api-keys.ts';
import { confirmPages } from './confirm.ts';
import { connectedAppPages } from './connected-app.ts';
import { dataPages } from './data.ts';
import { leaveDisconnected, takeDisconnected } from './disconnected.ts';
import { findKnownApp } from './known-app.ts';
import { otherWaysPages } from './other-ways.ts';
import { yourAppsPages } from './own-apps.ts';
import { passkeyPages } from './passkeys.ts';
import { secondStepPages } from './second-step.ts';
import { securityPages } from './security.ts';
import { sessionPages } from './sessions.ts';

export function accountRoutes(deps: WebDeps): Router {
  const router = new Router({ prefix: '/account' });
  router.get('/', (ctx) => ctx.redirect('/account/apps'));
  securityPages(router, deps);
  secondStepPages(router, deps);
  passkeyPages(router, deps);
  addressPages(router, deps);
  confirmPages(router, deps);
  otherWaysPages(router, deps);
  sessionPages(router, deps);
  activityPages(router, deps);
  dataPages(router, deps);
  apiKeysPages(router, deps);
  yourAppsPages(router, deps);
  router.get('/apps', (ctx) => showApps(ctx, deps));
  router.post('/apps/disconnect', (ctx) => disconnectApp(ctx, deps));
  connectedAppPages(router, deps);
  return router;
}

async function showApps(ctx: Context, deps: WebDeps): Promise<void> {
  const person = await requireSignedIn(ctx, deps.engine.provider());
  if (!person) return;
  const { account, binding } = person;
  const apps = await connectedApps(deps, account.id);
  const disconnected = takeDisconnected(ctx);
  ctx.body = accountAppsPage({
    csrf: deps.csrf.token(binding),
    email: account.email,
    admin: account.role === 'admin',
    apps,
    now: new Date(),
    ...(disconnected !== undefined && { notice: { disconnected } }),
  });
}

/** The connected apps in the form of the page. */
async function connectedApps(deps: WebDeps, accountId: string) {
  const now = new Date();
  return Promise.all(
    (await listConnectedApps(deps.db, accountId)).map(async (app) => {
      const known = await findKnownApp(deps, app.client_id);
      return {
        clientId: app.client_id,
        app: known?.app ?? { clientId: app.client_id, name: app.client_id, standing: 'unchecked' as const },
        stopped: known?.stopped === true,
        granted: app.granted,
        byOrganisation: app.by_organisation,
        since: app.since,
        connections: app.connections,
        endsAt: app.ends_at ?? undefined,
        lastCall: app.last_call ?? undefined,
        calls: app.calls ? usageByDay(app.calls, now, listedDays) : undefined,
        lastConnected: app.last_connected ?? undefined,
        lastRenewed: known && !known.hasSecret ? (app.last_rotated ?? undefined) : undefined,
      };
    }),
  );
}

async function disconnectApp(ctx: Context, { db, csrf, engine }: WebDeps): Promise<void> {
  const person = await requireSignedIn(ctx, engine.provider());
  if (!person) return;
  const form = await readForm(ctx);
  csrf.check(form, person.binding);
  const clientId = field(form, 'client_id');
  const client = await findClient(db, clientId);
  if (!client) throw new AppError('not_found', 'There is no such app');
  const actor = actorOf(ctx, `account:${person.account.id}`);
  await disconnect(db, { accountId: person.account.id, clientId }, actor);
  leaveDisconnected(ctx, client);
}
