import { html } from 'hono/html';
import { ownLogo } from '../app-identity.ts';
import * as icons from '../icons.ts';
import { m } from '../messages/index.ts';
import { note } from '../note.ts';
import { docsAddress } from '../site.ts';
import { type Html, name, number, percent, plain } from '../text.ts';
import { ago } from '../time.ts';
import { toldApart } from '../told-apart.ts';
import { accountLayout } from './layout.ts';
import { appState, type State } from './your-app.ts';

/**
 * An app in the list of its owner. `share` is the share of today's requests that failed; undefined if there were no
 * requests.
 */
export type ListedApp = {
  path: string;
  clientId: string;
  name: string;
  logo?: string;
  state: State;
  firstParty: boolean;
  /** Undefined for an app that acts for itself. */
  people: number | undefined;
  share?: number;
  fails: boolean;
  lastUsed?: Date;
};

/** The apps that a person builds. What fails comes first. */
export function yourAppsPage(props: {
  csrf: string;
  email: string;
  admin: boolean;
  apps: ListedApp[];
  supportUrl: string | undefined;
  /** Whether this server has the playground. */
  playground: boolean;
  now: Date;
}): string {
  const { apps, now } = props;
  const words = m().yourApps;
  return accountLayout({
    title: m().frame.yourApps,
    tab: 'your-apps',
    csrf: props.csrf,
    email: props.email,
    admin: props.admin,
    content: html`<header><div><h1>${m().frame.yourApps}</h1><p>${words.lead}</p></div></header>
${apps.filter(({ fails }) => fails).map((app) => failing(app, toldApart(apps)(app)))}
${apps.length > 0 ? table(apps, now) : nothing(props.supportUrl)}
<p class="row"><a href="${docsAddress()}">${words.howAppsConnect}</a>${props.playground && html`<a href="/">${words.tryFlow}</a>`}</p>`,
  });
}

function failing({ path, name: called, share }: ListedApp, spoken: string): Html {
  return note({
    kind: 'bad',
    icon: icons.wrong,
    what: m().yourApps.failing(name(called), percent(share ?? 0)),
    todo: html`<a href="${path}/failed">${m().yourApps.seeWhy}<span class="vh">${m().yourApps.seeWhyOf(plain(spoken))}</span></a>`,
  });
}

function table(apps: ListedApp[], now: Date): Html {
  const { columns } = m().yourApps;
  return html`<div class="panel"><div class="table"><table><caption class="vh">${m().frame.yourApps}</caption><thead><tr><th scope="col">${columns.app}</th><th scope="col">${columns.state}</th><th scope="col" class="num mid">${columns.people}</th><th scope="col" class="num">${columns.failed}</th><th scope="col" class="mid">${columns.lastUsed}</th></tr></thead><tbody>${apps.map((app) => row(app, now))}
</tbody></table></div></div>`;
}

function row(app: ListedApp, now: Date): Html {
  const { share, people, lastUsed } = app;
  const failed =
    share === undefined
      ? '–'
      : app.fails
        ? html`<b class="no">${m().yourApps.high(percent(share))}</b>`
        : percent(share);
  return html`
<tr><th scope="row"><div class="app">${ownLogo(app)}<div><a href="${app.path}">${name(app.name)}</a><p class="mono">${plain(app.clientId)}</p></div></div></th><td>${appState(app)}</td><td class="num mid">${people === undefined ? '–' : number(people)}</td><td class="num">${failed}</td><td class="mid nb">${lastUsed ? ago(lastUsed, now) : m().yourApps.never}</td></tr>`;
}

const nothing = (supportUrl: string | undefined): Html =>
  html`<div class="panel"><div class="empty"><h2>${m().yourApps.none}</h2><p>${m().yourApps.noneText}</p><a class="btn" href="${supportUrl ?? '/help'}">${m().yourApps.askForId}</a></div></div>`;
