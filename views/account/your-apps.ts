import { html } from 'hono/html';
import { ownLogo } from '../app-identity.ts';
import * as icons from '../icons.ts';
import { note } from '../note.ts';
import { type Html, name, percent, plain } from '../text.ts';
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
  docsUrl: string | undefined;
  /** Whether this server has the playground. */
  playground: boolean;
  now: Date;
}): string {
  const { apps, now, docsUrl } = props;
  return accountLayout({
    title: 'Your apps',
    tab: 'your-apps',
    csrf: props.csrf,
    email: props.email,
    admin: props.admin,
    content: html`<header><div><h1>Your apps</h1><p>Apps you build that ask people for access.</p></div></header>
${apps.filter(({ fails }) => fails).map((app) => failing(app, toldApart(apps)(app)))}
${apps.length > 0 ? table(apps, now) : nothing(props.supportUrl)}
${(docsUrl || props.playground) && html`<p class="row">${docsUrl && html`<a href="${docsUrl}">How apps connect</a>`}${props.playground && html`<a href="/">Try the flow step by step</a>`}</p>`}`,
  });
}

function failing({ path, name: called, share }: ListedApp, spoken: string): Html {
  return note({
    kind: 'bad',
    icon: icons.wrong,
    what: html`${name(called)}: ${percent(share ?? 0)} of its requests failed today.`,
    todo: html`<a href="${path}/failed">See why<span class="vh"> ${plain(spoken)} fails</span></a>.`,
  });
}

function table(apps: ListedApp[], now: Date): Html {
  return html`<div class="panel"><div class="table"><table><caption class="vh">Your apps</caption><thead><tr><th scope="col">App</th><th scope="col">State</th><th scope="col" class="num mid">People</th><th scope="col" class="num">Failed today</th><th scope="col" class="mid">Last used</th></tr></thead><tbody>${apps.map((app) => row(app, now))}
</tbody></table></div></div>`;
}

function row(app: ListedApp, now: Date): Html {
  const { share, people, lastUsed } = app;
  const failed =
    share === undefined ? '–' : app.fails ? html`<b class="no">${percent(share)}, high</b>` : percent(share);
  return html`
<tr><th scope="row"><div class="app">${ownLogo(app)}<div><a href="${app.path}">${name(app.name)}</a><p class="mono">${plain(app.clientId)}</p></div></div></th><td>${appState(app)}</td><td class="num mid">${people === undefined ? '–' : people.toLocaleString('en')}</td><td class="num">${failed}</td><td class="mid nb">${lastUsed ? ago(lastUsed, now) : 'never'}</td></tr>`;
}

const nothing = (supportUrl: string | undefined): Html =>
  html`<div class="panel"><div class="empty"><h2>You have no apps here</h2><p>VibeCaaS registers an app and names an account as its owner. From then on you find it here, with its secrets, its failed requests and its review.</p><a class="btn" href="${supportUrl ?? '/help'}">Ask for a client id</a></div></div>`;
