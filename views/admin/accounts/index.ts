import { html } from 'hono/html';
import { type Browser, browserName } from '../../browser.ts';
import { type Html, name, plain } from '../../text.ts';
import { ago, day, plural } from '../../time.ts';
import { toldApart } from '../../told-apart.ts';
import { clientPath } from '../clients/head.ts';
import { type ClientState, stateTag } from '../clients/states.ts';
import { type Problems, selectField, textField } from '../fields.ts';
import { type AdminFrame, adminLayout, form, hidden } from '../layout.ts';
import { accountTag } from './list.ts';
import { tierChoices } from './new.ts';

type AccountDetail = {
  id: string;
  email: string;
  name: string;
  admin: boolean;
  tier: string;
  suspended: boolean;
  /** Whether the next sign-in asks for a new password. */
  passwordChangeRequired: boolean;
  secondStep: { totp: boolean; recoveryCodes: number };
  passkeys: {
    id: string;
    name: string;
    authenticator?: string | undefined;
    created: Date;
    lastUsed?: Date | undefined;
  }[];
  /** The id in the system that it was imported from. */
  externalId?: string | undefined;
  created: Date;
  apps: { clientId: string; name: string; granted: string[]; since: Date; connections: number }[];
  /** The clients it owns, and whether there are more than are shown. */
  owned: { clients: { clientId: string; name: string; state: ClientState }[]; more: boolean };
  sessions: { id: string; browser?: Browser; address?: string; signedIn?: Date; lastSeen: Date }[];
  /** Whether it is the admin's own account: admins cannot take away their own access. */
  own: boolean;
};

type Props = {
  frame: AdminFrame;
  account: AccountDetail;
  /** Warnings. */
  notes: Html[];
  /** Every tier that there is. */
  tiers: readonly string[];
  problems: Problems;
  /** The values in the form for name and tier. */
  typed: { name: string; tier: string };
  now: Date;
};

/** One account: what acts for it, and what an admin can end. */
export function accountPage(props: Props): string {
  const { account } = props;
  return adminLayout({
    frame: props.frame,
    title: account.email,
    tab: 'accounts',
    head: html`<div><div class="app lone"><div><h1>${name(account.email)}</h1></div>${accountTag(account.suspended)}${account.admin && html`<span class="tag">Admin</span>`}</div></div>`,
    content: html`${props.notes}<div class="panel">
  <section class="setting" aria-labelledby="who"><h2 id="who">Account</h2><dl class="receipt"><dt>Id</dt><dd><code>${account.id}</code></dd>${account.externalId !== undefined && html`<dt>Id elsewhere</dt><dd><code>${plain(account.externalId)}</code></dd>`}<dt>Name</dt><dd>${name(account.name)}</dd><dt>Tier</dt><dd>${account.tier}</dd><dt>Since</dt><dd>${day(account.created)}</dd><dt>On record</dt><dd><a href="/admin/audit?target=${encodeURIComponent(`account:${account.id}`)}">Done to it</a>, <a href="/admin/audit?actor=${encodeURIComponent(`account:${account.id}`)}">done by it</a></dd></dl></section>
  ${apps(props)}
  ${owned(account)}
  ${sessions(props)}
  ${password(props)}
  ${secondStep(props)}
  ${details(props)}
  ${role(props)}
</div>
${stop(props)}`,
  });
}

const pathOf = (account: AccountDetail) => `/admin/account/${account.id}`;

function apps({ account }: Props): Html {
  const spoken = toldApart(account.apps);
  const items = account.apps.map((app) => {
    const act = `${pathOf(account)}/disconnect?client_id=${encodeURIComponent(app.clientId)}`;
    return html`<li><div><p><b><a href="${clientPath(app.clientId)}">${name(app.name)}</a></b></p><p>${app.granted.map((scope, i) => html`${i > 0 && ' '}<code>${scope}</code>`)}</p><p>Since ${day(app.since)} · ${app.connections > 0 ? plural(app.connections, 'connection') : 'no connection now'}</p></div><a class="btn less danger" href="${act}">Disconnect<span class="vh"> ${plain(spoken(app))}</span></a></li>`;
  });
  return html`<section class="setting" aria-labelledby="apps"><header><h2 id="apps">Connected apps</h2><p>Disconnecting ends all access of the app to this account.</p></header>
    ${items.length > 0 ? html`<ul class="lines">${items}</ul>` : html`<p class="quiet">No app is connected.</p>`}</section>`;
}

function owned({ email, owned: { clients, more } }: AccountDetail): Html {
  const items = clients.map(
    ({ clientId, name: called, state }) =>
      html`<li><div><p class="row"><b><a href="${clientPath(clientId)}">${name(called)}</a></b>${stateTag(state)}</p><p><code>${clientId}</code></p></div></li>`,
  );
  const all = more && html`<p><a href="/admin/clients?q=${encodeURIComponent(email)}">All of them</a></p>`;
  return html`<section class="setting" aria-labelledby="owned"><header><h2 id="owned">Owns</h2><p>Clients that belong to this account.</p></header>
    ${items.length > 0 ? html`<div class="stack"><ul class="lines">${items}</ul>${all}</div>` : html`<p class="quiet">No client. An owner is set where a client is edited.</p>`}</section>`;
}

function sessions({ frame, account, now }: Props): Html {
  const many = account.sessions.length;
  const items = account.sessions.map((session, index) => {
    const which = `session ${index + 1} of ${many}, last seen ${ago(session.lastSeen, now)}`;
    const button = html`${hidden('session_id', session.id)}<button class="btn less danger">End<span class="vh"> ${which}</span></button>`;
    return html`<li><div><p>${session.browser && html`<b>${name(browserName(session.browser))}</b> · `}${session.browser ? 'last' : 'Last'} seen ${ago(session.lastSeen, now)}</p><p>${session.signedIn && html`Signed in ${ago(session.signedIn, now)}`}${session.address && html` · <span class="mono">${plain(session.address)}</span>`}</p></div>${form({ csrf: frame.csrf, action: `${pathOf(account)}/sessions/end`, content: button })}</li>`;
  });
  const all = html`<p><a class="btn less danger" href="${pathOf(account)}/sessions/end-all">End every session</a></p>`;
  return html`<section class="setting" aria-labelledby="sessions"><header><h2 id="sessions">Sessions</h2><p>Browsers in which this person is signed in here.</p></header>
    ${items.length > 0 ? html`<div class="stack"><ul class="lines">${items}</ul>${all}</div>` : html`<p class="quiet">Nobody is signed in.</p>`}</section>`;
}

function password({ account }: Props): Html {
  const path = `${pathOf(account)}/password`;
  return html`<section class="setting" aria-labelledby="password"><header><h2 id="password">Password</h2><p>A new one ends every session and every connection.</p></header>
    <div class="stack">${account.passwordChangeRequired && html`<p>The next sign-in asks for a new one.</p>`}<p class="row">${!account.passwordChangeRequired && html`<a class="btn less" href="${path}/require">Require a new one</a>`}<a class="btn less" href="${path}">Set one</a></p></div></section>`;
}

function secondStep({ account, now }: Props): Html {
  const { totp, recoveryCodes } = account.secondStep;
  const off =
    account.passkeys.length > 0
      ? 'No authenticator app: a passkey is both steps.'
      : 'It is off, and there is no passkey.';
  const state = totp ? `An authenticator app, and ${plural(recoveryCodes, 'recovery code')} left.` : off;
  const items = account.passkeys.map((passkey) => {
    const act = `${pathOf(account)}/passkeys/remove?passkey=${encodeURIComponent(passkey.id)}`;
    const facts = html`${passkey.authenticator !== undefined && html`${name(passkey.authenticator)} · `}Since ${day(passkey.created)} · ${passkey.lastUsed ? html`last used ${ago(passkey.lastUsed, now)}` : 'never used'}`;
    return html`<li><div><p><b>${name(passkey.name)}</b></p><p>${facts}</p></div><a class="btn less danger" href="${act}">Remove<span class="vh"> the passkey ${name(passkey.name)}</span></a></li>`;
  });
  const reset = html`<p><a class="btn less danger" href="${pathOf(account)}/second-step/reset">${totp ? 'Remove second step and passkeys' : 'Remove every passkey'}</a></p>`;
  const nothing = html`<p class="quiet">The person turns it on, or adds a passkey, under Security.</p>`;
  return html`<section class="setting" aria-labelledby="second-step"><header><h2 id="second-step">Second step and passkeys</h2><p>${state}</p></header>${totp || items.length > 0 ? html`<div class="stack">${items.length > 0 && html`<ul class="lines">${items}</ul>`}${reset}</div>` : nothing}</section>`;
}

function details({ frame, account, tiers, problems, typed }: Props): Html {
  return html`<section class="setting" aria-labelledby="details"><header><h2 id="details">Name and tier</h2><p>The tier decides how many calls each app may make for this account.</p></header>
    ${form({
      csrf: frame.csrf,
      action: `${pathOf(account)}/details`,
      kind: 'narrow',
      content: html`${hidden('name_before', account.name)}${hidden('tier_before', account.tier)}${textField({ name: 'name', label: 'Name', value: typed.name, problem: problems.name, required: true })}${selectField({ name: 'tier', label: 'Tier', value: typed.tier, choices: tierChoices(tiers), problem: problems.tier })}<p class="field"><button class="btn less">Save</button></p>`,
    })}</section>`;
}

function role({ account }: Props): Html {
  const [way, label] = account.admin ? ['role/user', 'Take admin away'] : ['role/admin', 'Make admin'];
  const offer = account.own
    ? html`<p class="quiet">This is you. Another admin can take the role from you.</p>`
    : html`<p><a class="btn less${account.admin && ' danger'}" href="${pathOf(account)}/${way}">${label}</a></p>`;
  return html`<section class="setting" aria-labelledby="role"><header><h2 id="role">Role</h2><p>${account.admin ? 'An admin: may do everything on these pages.' : 'Not an admin: these pages do not exist for this account.'}</p></header>${offer}</section>`;
}

function stop({ frame, account }: Props): Html {
  const csrf = frame.csrf;
  const restore = form({
    csrf,
    action: `${pathOf(account)}/restore`,
    content: html`<button class="btn"><span>Restore ${name(account.email)}</span></button>`,
  });
  const suspend = account.own
    ? html`<p class="quiet">This is you. Another admin can suspend you.</p>`
    : html`<p><a class="btn danger" href="${pathOf(account)}/suspend"><span>Suspend ${name(account.email)}</span></a></p>`;
  return html`<section class="panel grave" aria-labelledby="danger"><div class="setting">${
    account.suspended
      ? html`<header><h2 id="danger">Suspended</h2><p>It can’t sign in. What ended with the suspension stays ended.</p></header>${restore}`
      : html`<header><h2 id="danger">Suspend</h2><p>Ends every session and every token at once. Nobody can sign in until it is restored.</p></header>${suspend}`
  }</div></section>
${remove(account)}`;
}

function remove(account: AccountDetail): Html {
  const offer = account.own
    ? html`<p class="quiet">This is you. You delete your own account under <a href="/account/data">Your data</a>.</p>`
    : html`<p><a class="btn danger" href="${pathOf(account)}/delete"><span>Delete ${name(account.email)}</span></a></p>`;
  return html`<section class="panel grave" aria-labelledby="remove"><div class="setting"><header><h2 id="remove">Delete</h2><p>Ends everything, and removes name and address for good.</p></header>${offer}</div></section>`;
}
