import { html } from 'hono/html';
import { accessEnd } from '../../access-end.ts';
import { type Allowed, byOrganisationAlone } from '../../by-organisation.ts';
import { m } from '../../messages/index.ts';
import { type Html, name, plain } from '../../text.ts';
import { ago, day } from '../../time.ts';
import { toldApart } from '../../told-apart.ts';
import { clientPath } from '../clients/head.ts';
import { type ClientState, stateTag } from '../clients/states.ts';
import { type Problems, selectField, textField } from '../fields.ts';
import { type AdminFrame, adminLayout, form, hidden } from '../layout.ts';
import { accountTag } from './list.ts';
import { tierChoices } from './new.ts';
import { type SessionRow, sessionBegan, sessionSeen } from './session.ts';

const words = () => m().adminAccounts.one;
const ending = () => m().adminAccountEnd;

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
  apps: (Allowed & { clientId: string; name: string; since: Date; connections: number; endsAt?: Date | null })[];
  /** The clients it owns, and whether there are more than are shown. */
  owned: { clients: { clientId: string; name: string; state: ClientState }[]; more: boolean };
  sessions: SessionRow[];
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
    refused: Object.keys(props.problems).length > 0 || props.notes.length > 0,
    head: html`<div><div class="app lone"><div><h1>${name(account.email)}</h1></div>${accountTag(account.suspended)}${account.admin && html`<span class="tag">${words().admin}</span>`}</div></div>`,
    content: html`${props.notes}<div class="panel">
  <section class="setting" aria-labelledby="who"><h2 id="who">${words().account}</h2><dl class="receipt"><dt>${words().id}</dt><dd><code>${account.id}</code></dd>${account.externalId !== undefined && html`<dt>${ending().idElsewhere}</dt><dd><code>${plain(account.externalId)}</code></dd>`}<dt>${words().name}</dt><dd>${name(account.name)}</dd><dt>${words().tier}</dt><dd>${account.tier}</dd><dt>${words().since}</dt><dd>${day(account.created)}</dd><dt>${words().onRecord}</dt><dd><a href="/admin/audit?target=${encodeURIComponent(`account:${account.id}`)}">${words().doneToIt}</a>, <a href="/admin/audit?actor=${encodeURIComponent(`account:${account.id}`)}">${words().doneByIt}</a></dd><dt>${m().frame.apiKeys}</dt><dd><a href="/admin/api-keys?account=${account.id}">${m().adminApiKeys.show}</a></dd></dl></section>
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

const codes = (scopes: string[]) => scopes.map((scope, i) => html`${i > 0 && ' '}<code>${scope}</code>`);

function apps({ account, now }: Props): Html {
  const spoken = toldApart(account.apps);
  const items = account.apps.map((app) => {
    const alone = byOrganisationAlone(app);
    const act = `${pathOf(account)}/disconnect?client_id=${encodeURIComponent(app.clientId)}`;
    return html`<li><div><p><b><a href="${clientPath(app.clientId)}">${name(app.name)}</a></b></p><p>${codes(app.granted)}</p>${alone.length > 0 && html`<p>${m().adminClients.people.byOrganisation}: ${codes(alone)}</p>`}<p>${words().appSince(day(app.since), app.connections > 0 ? words().connections(app.connections) : words().noConnection)}${accessEnd(app.endsAt, now)}</p></div><a class="btn less danger" href="${act}">${words().disconnect(plain(spoken(app)))}</a></li>`;
  });
  return html`<section class="setting" aria-labelledby="apps"><header><h2 id="apps">${words().apps}</h2><p>${words().appsLead}</p></header>
    ${items.length > 0 ? html`<ul class="lines">${items}</ul>` : html`<p class="quiet">${words().noApps}</p>`}</section>`;
}

function owned({ email, owned: { clients, more } }: AccountDetail): Html {
  const items = clients.map(
    ({ clientId, name: called, state }) =>
      html`<li><div><p class="row"><b><a href="${clientPath(clientId)}">${name(called)}</a></b>${stateTag(state)}</p><p><code>${clientId}</code></p></div></li>`,
  );
  const all = more && html`<p><a href="/admin/clients?q=${encodeURIComponent(email)}">${words().all}</a></p>`;
  return html`<section class="setting" aria-labelledby="owned"><header><h2 id="owned">${words().owns}</h2><p>${words().ownsLead}</p></header>
    ${items.length > 0 ? html`<div class="stack"><ul class="lines">${items}</ul>${all}</div>` : html`<p class="quiet">${words().ownsNone}</p>`}</section>`;
}

function sessions({ account, now }: Props): Html {
  const many = account.sessions.length;
  const items = account.sessions.map((session, index) => {
    const which = words().which(index + 1, many, ago(session.lastSeen, now));
    const act = `${pathOf(account)}/sessions/end?session=${encodeURIComponent(session.id)}`;
    return html`<li><div><p>${sessionSeen(session, now)}</p><p>${sessionBegan(session, now)}</p></div><a class="btn less danger" href="${act}">${words().end(which)}</a></li>`;
  });
  const all = html`<p><a class="btn less danger" href="${pathOf(account)}/sessions/end-all">${words().endAll}</a></p>`;
  return html`<section class="setting" aria-labelledby="sessions"><header><h2 id="sessions">${words().sessions}</h2><p>${words().sessionsLead}</p></header>
    ${items.length > 0 ? html`<div class="stack"><ul class="lines">${items}</ul>${all}</div>` : html`<p class="quiet">${words().nobody}</p>`}</section>`;
}

function password({ account }: Props): Html {
  const path = `${pathOf(account)}/password`;
  return html`<section class="setting" aria-labelledby="password"><header><h2 id="password">${words().password}</h2><p>${words().passwordLead}</p></header>
    <div class="stack">${account.passwordChangeRequired && html`<p>${words().asksForNew}</p>`}<p class="row">${!account.passwordChangeRequired && html`<a class="btn less" href="${path}/require">${words().requireNew}</a>`}<a class="btn less" href="${path}">${words().setOne}</a></p></div></section>`;
}

function secondStep({ account, now }: Props): Html {
  const { totp, recoveryCodes } = account.secondStep;
  const off = account.passkeys.length > 0 ? ending().passkeyIsBoth : words().off;
  const state = totp ? words().authenticator(recoveryCodes) : off;
  const items = account.passkeys.map((passkey) => {
    const act = `${pathOf(account)}/passkeys/remove?passkey=${encodeURIComponent(passkey.id)}`;
    const used = passkey.lastUsed ? ending().lastUsed(ago(passkey.lastUsed, now)) : ending().neverUsed;
    const facts = html`${passkey.authenticator !== undefined && html`${name(passkey.authenticator)} · `}${ending().created(html`${day(passkey.created)}`)} · ${used}`;
    return html`<li><div><p><b>${name(passkey.name)}</b></p><p>${facts}</p></div><a class="btn less danger" href="${act}">${ending().removeOne(name(passkey.name))}</a></li>`;
  });
  const reset = html`<p><a class="btn less danger" href="${pathOf(account)}/second-step/reset">${totp ? words().removeIt : ending().removePasskeys}</a></p>`;
  const nothing = html`<p class="quiet">${words().turnsOn}</p>`;
  return html`<section class="setting" aria-labelledby="second-step"><header><h2 id="second-step">${words().secondStep}</h2><p>${state}</p></header>${totp || items.length > 0 ? html`<div class="stack">${items.length > 0 && html`<ul class="lines">${items}</ul>`}${reset}</div>` : nothing}</section>`;
}

function details({ frame, account, tiers, problems, typed }: Props): Html {
  return html`<section class="setting" aria-labelledby="details"><header><h2 id="details">${words().details}</h2><p>${words().detailsLead}</p></header>
    ${form({
      csrf: frame.csrf,
      action: `${pathOf(account)}/details`,
      kind: 'narrow',
      content: html`${hidden('name_before', account.name)}${hidden('tier_before', account.tier)}${textField({ name: 'name', label: words().name, value: typed.name, problem: problems.name, required: true })}${selectField({ name: 'tier', label: words().tier, value: typed.tier, choices: tierChoices(tiers), problem: problems.tier })}<p class="field"><button class="btn less">${words().save}</button></p>`,
    })}</section>`;
}

function role({ account }: Props): Html {
  const [way, label] = account.admin ? ['role/user', words().takeAdmin] : ['role/admin', words().makeAdmin];
  const offer = account.own
    ? html`<p class="quiet">${words().ownRole}</p>`
    : html`<p><a class="btn less${account.admin && ' danger'}" href="${pathOf(account)}/${way}">${label}</a></p>`;
  return html`<section class="setting" aria-labelledby="role"><header><h2 id="role">${words().role}</h2><p>${account.admin ? words().isAdmin : words().isUser}</p></header>${offer}</section>`;
}

function stop({ frame, account }: Props): Html {
  const csrf = frame.csrf;
  const restore = form({
    csrf,
    action: `${pathOf(account)}/restore`,
    content: html`<button class="btn"><span>${words().restore(name(account.email))}</span></button>`,
  });
  const suspend = account.own
    ? html`<p class="quiet">${words().ownSuspend}</p>`
    : html`<p><a class="btn danger" href="${pathOf(account)}/suspend"><span>${words().suspendIt(name(account.email))}</span></a></p>`;
  return html`<section class="panel grave" aria-labelledby="danger"><div class="setting">${
    account.suspended
      ? html`<header><h2 id="danger">${words().suspended}</h2><p>${words().suspendedLead}</p></header>${restore}`
      : html`<header><h2 id="danger">${words().suspend}</h2><p>${words().suspendLead}</p></header>${suspend}`
  }</div></section>
${remove(account)}`;
}

function remove(account: AccountDetail): Html {
  const { heading, lead, own, offer } = ending().deletion;
  const way = account.own
    ? html`<p class="quiet">${own(html`<a href="/account/data">${m().frame.yourData}</a>`)}</p>`
    : html`<p><a class="btn danger" href="${pathOf(account)}/delete"><span>${offer(name(account.email))}</span></a></p>`;
  return html`<section class="panel grave" aria-labelledby="remove"><div class="setting"><header><h2 id="remove">${heading}</h2><p>${lead}</p></header>${way}</div></section>`;
}
