import { html } from 'hono/html';
import { type App, appIdentity, callName, callText, seal } from '../app-identity.ts';
import { allowsSomething, byOrganisationAlone } from '../by-organisation.ts';
import * as icons from '../icons.ts';
import { m } from '../messages/index.ts';
import { note } from '../note.ts';
import { markOf, type Permission, permissionsOf } from '../scopes.ts';
import { type Html, plain } from '../text.ts';
import { ago, day, minute } from '../time.ts';
import { type LastCall, type UsageOfDay, usageSetting } from '../usage.ts';
import { accountLayout } from './layout.ts';

/** One time that the app was let in. */
type Connection = { id: string; since: Date; lastRenewed?: Date | undefined };

/** What has just been done: a permission was removed, an end was set, or a connection ended. */
export type AppNotice = { removed: string } | 'limited' | 'ended' | 'project';

/** The projects that an app may use, with `others` in part of its permissions every other one as well. */
export type AppProjects = { rows: readonly { id: string; name: string }[]; others: boolean };

/** The days after which a person can end an app's access. */
export const endDays = ['1', '30', '90'] as const;

type Props = {
  csrf: string;
  email: string;
  admin?: boolean;
  /** The address of this page. Its forms post to it, and to `/remove`, `/remove-project`, `/limit` and `/end` below it. */
  path: string;
  app: App;
  /** Scopes that the person has allowed. */
  granted: string[];
  /** Undefined for every project. */
  projects?: AppProjects | undefined;
  since: Date;
  endsAt?: Date | undefined;
  /** VibeCaaS has suspended or blocked it. */
  stopped?: boolean;
  /** The app gets no refresh tokens, so each connection lasts an hour. */
  byHour?: boolean;
  /** Scopes that their organisations allow, also those that they allow too. */
  byOrganisation?: string[];
  connections: readonly Connection[];
  /** There are older connections than these. */
  more: boolean;
  /** The last thirty days, oldest first. */
  usage: readonly UsageOfDay[];
  lastCall?: LastCall | undefined;
  now: Date;
  notice?: AppNotice | undefined;
};

/** One app that may act for a person: who it is, what it may do, until when, what it did, and its connections. */
export function accountAppPage(props: Props): string {
  const { app, csrf } = props;
  const words = m().connectedApps;
  const disconnect = html`<form method="post" action="/account/apps/disconnect"><input type="hidden" name="csrf" value="${csrf}"><input type="hidden" name="client_id" value="${app.clientId}"><button class="btn danger">${words.disconnect}<span class="vh"> ${plain(callText(app))}</span></button></form>`;
  return accountLayout({
    title: callText(app),
    tab: 'apps',
    csrf,
    email: props.email,
    ...(props.admin && { admin: true }),
    content: html`<header class="subject"><p class="crumb"><a href="/account/apps">← ${m().frame.connectedApps}</a></p>
  <div class="app"><div class="grow"><h1>${callName(app)}</h1></div>${disconnect}</div></header>
${props.notice && noticeNote(props.notice)}${props.stopped && stoppedNote()}
<div class="panel">
  ${setting('who', m().connectedApp.who, html`<div class="stack">${appIdentity(app, 'seal')}${seal(app)}</div>`)}
  ${permissions(props)}
  ${projects(props)}
  ${until(props)}
  ${usageSetting({ days: props.usage, last: props.lastCall, now: props.now })}
  ${connections(props)}
</div>`,
  });
}

function setting(id: string, title: string, content: Html, lead?: string): Html {
  return html`<section class="setting" aria-labelledby="${id}"><header><h2 id="${id}">${title}</h2>${lead && html`<p>${lead}</p>`}</header><div>${content}</div></section>`;
}

function permissions({ app, granted, byOrganisation, path, csrf }: Props): Html {
  const words = m().connectedApp;
  if (!allowsSomething({ granted, byOrganisation }))
    return setting('may', words.may, html`<p>${m().consent.nothingAsked}</p>`);
  const own = app.standing === 'own';
  const row = (permission: Permission, from?: string) =>
    html`<li><div><p class="row">${markOf(permission.mark)} <b>${permission.title}</b></p><p>${permission.line}</p>${from && html`<p><b>${from}</b></p>`}</div>${!own && removal(permission, { app, path, csrf })}</li>`;
  const alone = permissionsOf(byOrganisationAlone({ granted, byOrganisation }));
  const rows = [
    ...permissionsOf(granted).map((permission) => row(permission)),
    ...alone.map((permission) => row(permission, m().connectedApps.byOrganisation)),
  ];
  return setting(
    'may',
    words.may,
    html`<ul class="lines" role="list">${rows}</ul>`,
    own ? words.ownLead : words.mayLead,
  );
}

/** Name and email address are two scopes with one line: both are removed. */
function removal({ scopes, title }: Permission, { app, path, csrf }: Pick<Props, 'app' | 'path' | 'csrf'>): Html {
  const words = m().connectedApp;
  return html`<form method="post" action="${path}/remove"><input type="hidden" name="csrf" value="${csrf}">${scopes.slice(1).map((scope) => html`<input type="hidden" name="scope" value="${scope}">`)}<button class="btn less" name="scope" value="${scopes[0]}">${words.remove}<span class="vh"> ${plain(words.removeFrom(title, callText(app)))}</span></button></form>`;
}

function projects({ app, projects: limited, path, csrf }: Props): Html | undefined {
  if (!limited) return undefined;
  const words = m().connectedApp;
  const rows = limited.rows.map(
    ({ id, name }) =>
      html`<li><div><b><bdi>${name}</bdi></b>${name !== id && html`<p>${id}</p>`}</div><form method="post" action="${path}/remove-project"><input type="hidden" name="csrf" value="${csrf}"><button class="btn less" name="project" value="${id}">${words.remove}<span class="vh"> ${plain(words.removeFrom(name, callText(app)))}</span></button></form></li>`,
  );
  const lead = limited.others ? words.whereOthers : words.whereOnly(rows.length);
  return setting('where', words.where, html`<ul class="lines" role="list">${rows}</ul>`, lead);
}

function until({ since, endsAt, byHour, now, path, csrf }: Props): Html {
  const words = m().connectedApp;
  const ended = endsAt !== undefined && endsAt <= now;
  const said = ended
    ? words.ended(minute(endsAt))
    : endsAt
      ? words.untilEnd(day(since), minute(endsAt))
      : byHour
        ? words.untilYouByHour(day(since))
        : words.untilYou(day(since));
  const sooner = endDays.filter(
    (days) => endsAt === undefined || now.getTime() + Number(days) * 86_400_000 < endsAt.getTime(),
  );
  return setting(
    'until',
    words.until,
    html`<div class="stack"><p class="small">${said}</p>${
      sooner.length > 0 &&
      html`
    <form method="post" action="${path}/limit" class="row"><input type="hidden" name="csrf" value="${csrf}"><label class="small" for="limit">${words.sooner}</label><select class="less days" id="limit" name="days">${sooner.map((days) => html`<option value="${days}"${days === '30' && html` selected`}>${words.ends[days]}</option>`)}</select><button class="btn less">${words.set}</button></form>`
    }</div>`,
  );
}

function connections({ connections: list, more, now, path, csrf }: Props): Html {
  const words = m().connectedApp;
  const rows = list.map(
    ({ id, since, lastRenewed }, index) =>
      html`<li><div><p>${words.connected(minute(since))}</p>${lastRenewed && html`<p>${m().connectedApps.lastRenewed(ago(lastRenewed, now))}</p>`}</div><form method="post" action="${path}/end"><input type="hidden" name="csrf" value="${csrf}"><input type="hidden" name="connection" value="${id}"><button class="btn less">${words.end}<span class="vh"> ${words.endOne(index + 1)}</span></button></form></li>`,
  );
  const content =
    rows.length > 0
      ? html`<ul class="lines" role="list">${rows}</ul>${more && html`<p class="small quiet">${words.more(rows.length)}</p>`}`
      : html`<p class="quiet">${words.noConnections}</p>`;
  return setting('con', words.connections, content, words.connectionsLead);
}

function stoppedNote(): Html {
  const { stopped: what, stoppedTodo: todo } = m().connectedApps;
  return note({ kind: 'warn', icon: icons.warning, what, todo });
}

function noticeNote(notice: AppNotice): Html {
  const words = m().connectedApp;
  const [what, todo] =
    notice === 'limited'
      ? [words.limited, words.limitedTodo]
      : notice === 'project'
        ? [words.projectRemoved, words.projectRemovedTodo]
        : notice === 'ended'
          ? [words.connectionEnded, words.connectionEndedTodo]
          : [words.removed(notice.removed), words.removedTodo];
  return note({ kind: 'good', icon: icons.tick, what, todo, role: 'status' });
}
