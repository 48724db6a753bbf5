import { html } from 'hono/html';
import { accessEnd } from '../access-end.ts';
import { type App, appItem } from '../app-identity.ts';
import { allowedSummary } from '../by-organisation.ts';
import * as icons from '../icons.ts';
import { m } from '../messages/index.ts';
import { note } from '../note.ts';
import { type Html, name, plain } from '../text.ts';
import { ago, day } from '../time.ts';
import { toldApart } from '../told-apart.ts';
import { type UsageOfDay, usageBars } from '../usage.ts';
import { accountLayout } from './layout.ts';

/**
 * An app that may act for a person. `granted` holds the scopes that the person has allowed. `connections` counts the live grants, one for each time
 * that the app was let in. While there is one, `lastConnected` says when the last was made. `lastRenewed` is known only
 * for an app without a secret: renewals of an app with one leave no trace.
 */
export type ConnectedApp = {
  clientId: string;
  app: App;
  granted: string[];
  since: Date;
  lastConnected?: Date | undefined;
  lastRenewed?: Date | undefined;
  /** When a gateway last counted a call of it. */
  lastCall?: Date | undefined;
  /** Its calls on the last days, oldest first; undefined without any. */
  calls?: readonly UsageOfDay[] | undefined;
  connections: number;
  /** When its access ends, or has ended, by itself; undefined: when the person disconnects it. */
  endsAt?: Date | undefined;
  /** Scopes that their organisations allow, also those that they allow too. */
  byOrganisation?: string[];
  /** VibeCaaS has suspended or blocked it. */
  stopped?: boolean;
};

/** The address of the page of one app. */
export const appPath = (clientId: string): string => `/account/app/${encodeURIComponent(clientId)}`;

/**
 * The apps that may act for a person. One form per app posts `csrf` and `client_id` to `/account/apps/disconnect`.
 * `notice.disconnected` is the name of the app that has just been disconnected.
 */
export function accountAppsPage(props: {
  csrf: string;
  email: string;
  admin?: boolean;
  apps: ConnectedApp[];
  now: Date;
  notice?: { disconnected: string };
}): string {
  const spoken = toldApart(props.apps.map(({ app }) => app));
  const items = props.apps.map((app) => item(app, spoken(app.app), props));
  return accountLayout({
    title: m().frame.connectedApps,
    tab: 'apps',
    csrf: props.csrf,
    email: props.email,
    ...(props.admin && { admin: true }),
    content: html`<header><div><h1>${m().frame.connectedApps}</h1><p>${m().connectedApps.lead}</p></div></header>
${props.notice && disconnectedNote(props.notice.disconnected)}
${items.length > 0 ? html`<ul class="panel">${items}</ul>` : empty()}
<p class="row"><a href="/device">${m().device.title}</a></p>`,
  });
}

function item(connected: ConnectedApp, spoken: string, { csrf, now }: { csrf: string; now: Date }): Html {
  const { app } = connected;
  return html`
  <li class="item">
    ${appItem(app)}
    <div class="acts row"><a class="btn less" href="${appPath(connected.clientId)}">${m().connectedApp.details}<span class="vh"> ${plain(m().connectedApp.detailsOf(spoken))}</span></a><form method="post" action="/account/apps/disconnect"><input type="hidden" name="csrf" value="${csrf}"><input type="hidden" name="client_id" value="${connected.clientId}"><button class="btn less danger">${m().connectedApps.disconnect}<span class="vh"> ${plain(spoken)}</span></button></form></div>
    <div class="inset stack">${
      connected.stopped &&
      html`
      <p class="small"><b>${m().connectedApps.stopped}</b> ${m().connectedApps.stoppedTodo}</p>`
    }
      ${allowedSummary(connected, { label: m().connectedApps.byOrganisation, nothing: m().consent.nothingAsked })}
      <p class="small quiet">${history(connected, now)}</p>
      ${usageBars(connected.calls)}
    </div>
  </li>`;
}

function history(connected: ConnectedApp, now: Date): Html {
  const { since, lastConnected, lastRenewed, lastCall, connections, endsAt } = connected;
  const words = m().connectedApps;
  const end = accessEnd(endsAt, now);
  if (endsAt && endsAt <= now) return html`${words.since(day(since))}${end}`;
  if (connections === 0) return html`${words.since(day(since))} · ${words.noConnection}${end}`;
  // Gateways that count calls know best.
  const last = lastCall
    ? words.lastUsed(ago(lastCall, now))
    : lastRenewed
      ? words.lastRenewed(ago(lastRenewed, now))
      : lastConnected && words.lastConnected(ago(lastConnected, now));
  return html`${words.since(day(since))}${last && ` · ${last}`} · ${words.connections(connections)}${end}`;
}

function disconnectedNote(app: string): Html {
  return note({
    kind: 'good',
    icon: icons.tick,
    what: m().connectedApps.disconnected(name(app)),
    todo: m().connectedApps.disconnectedTodo,
    role: 'status',
  });
}

function empty(): Html {
  const words = m().connectedApps;
  return html`<div class="panel"><div class="empty"><h2>${words.empty}</h2><p>${words.emptyText}</p><a class="btn" href="/">${words.build}</a></div></div>`;
}
