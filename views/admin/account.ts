import { html } from 'hono/html';
import { type Html, name, plain } from '../text.ts';
import { ago, day, plural } from '../time.ts';
import { tiers } from './account-new.ts';
import { accountTag } from './accounts.ts';
import { clientPath } from './client-head.ts';
import { type ClientState, stateTag } from './client-states.ts';
import { type Problems, selectField, textField } from './fields.ts';
import { type AdminFrame, adminLayout, form, hidden } from './layout.ts';

type AccountDetail = {
  id: string;
  email: string;
  name: string;
  admin: boolean;
  tier: string;
  suspended: boolean;
  /** At the next sign-in. */
  passwordChangeRequired: boolean;
  created: Date;
  apps: { clientId: string; name: string; granted: string[]; since: Date; connections: number }[];
  /** The clients it owns, and whether there are more than are shown. */
  owned: { clients: { clientId: string; name: string; state: ClientState }[]; more: boolean };
  sessions: { id: string; signedIn?: Date; lastSeen: Date }[];
  /** The admin's own: it can’t take its own access away. */
  own: boolean;
};

type Props = {
  frame: AdminFrame;
  account: AccountDetail;
  /** Warnings. */
  notes: Html[];
  problems: Problems;
  /** What stands in the form of name and tier. */
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
  <section class="setting" aria-labelledby="who"><h2 id="who">Account</h2><dl class="receipt"><dt>Id</dt><dd><code>${account.id}</code></dd><dt>Name</dt><dd>${name(account.name)}</dd><dt>Tier</dt><dd>${account.tier}</dd><dt>Since</dt><dd>${day(account.created)}</dd><dt>On record</dt><dd><a href="/admin/audit?target=${encodeURIComponent(`account:${account.id}`)}">Done to it</a>, <a href="/admin/audit?actor=${encodeURIComponent(`account:${account.id}`)}">done by it</a></dd></dl></section>
  ${apps(props)}
  ${owned(account)}
  ${sessions(props)}
  ${password(props)}
  ${details(props)}
  ${role(props)}
</div>
${stop(props)}`,
  });
}

const pathOf = (account: AccountDetail) => `/admin/account/${account.id}`;

function apps({ frame, account }: Props): Html {
  const items = account.apps.map((app) => {
    const button = html`${hidden('client_id', app.clientId)}<button class="btn less danger">Disconnect<span class="vh"> ${plain(app.name)}</span></button>`;
    return html`<li><div><p><b><a href="${clientPath(app.clientId)}">${name(app.name)}</a></b></p><p>${app.granted.map((scope, i) => html`${i > 0 && ' '}<code>${scope}</code>`)}</p><p>Since ${day(app.since)}, ${plural(app.connections, 'connection')}</p></div>${form({ csrf: frame.csrf, action: `${pathOf(account)}/disconnect`, content: button })}</li>`;
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
  const items = account.sessions.map((session) => {
    const button = html`${hidden('session_id', session.id)}<button class="btn less danger">End<span class="vh"> the session last seen ${ago(session.lastSeen, now)}</span></button>`;
    return html`<li><div><p>Last seen ${ago(session.lastSeen, now)}</p><p>${session.signedIn && html`Signed in ${ago(session.signedIn, now)}`}</p></div>${form({ csrf: frame.csrf, action: `${pathOf(account)}/sessions/end`, content: button })}</li>`;
  });
  const all = form({
    csrf: frame.csrf,
    action: `${pathOf(account)}/sessions/end-all`,
    content: html`<button class="btn less danger">End every session</button>`,
  });
  return html`<section class="setting" aria-labelledby="sessions"><header><h2 id="sessions">Sessions</h2><p>Browsers in which this person is signed in here.</p></header>
    ${items.length > 0 ? html`<div class="stack"><ul class="lines">${items}</ul>${all}</div>` : html`<p class="quiet">Nobody is signed in.</p>`}</section>`;
}

function password({ frame, account, problems }: Props): Html {
  return html`<section class="setting" aria-labelledby="password"><header><h2 id="password">Password</h2><p>A new one ends every session and ends every connection of its apps.</p></header>
    <div class="stack">${
      account.passwordChangeRequired
        ? html`<p>The next sign-in asks for a new one.</p>`
        : form({
            csrf: frame.csrf,
            action: `${pathOf(account)}/password/require`,
            content: html`<button class="btn less">Require a new one</button><p class="small quiet">Ends every session. The next sign-in asks for a new password.</p>`,
          })
    }${form({
      csrf: frame.csrf,
      action: `${pathOf(account)}/password`,
      kind: 'narrow',
      content: html`${textField({ name: 'new_password', label: 'New password', type: 'password', autocomplete: 'new-password', hint: 'At least 12 characters, not easy to guess.', problem: problems.password, required: true })}<p class="field"><button class="btn less">Set the password</button></p>`,
    })}</div></section>`;
}

function details({ frame, account, problems, typed }: Props): Html {
  return html`<section class="setting" aria-labelledby="details"><header><h2 id="details">Name and tier</h2><p>The tier decides how many calls each app may make for this account.</p></header>
    ${form({
      csrf: frame.csrf,
      action: `${pathOf(account)}/details`,
      kind: 'narrow',
      content: html`${hidden('name_before', account.name)}${hidden('tier_before', account.tier)}${textField({ name: 'name', label: 'Name', value: typed.name, problem: problems.name, required: true })}${selectField({ name: 'tier', label: 'Tier', value: typed.tier, choices: tiers, problem: problems.tier })}<p class="field"><button class="btn less">Save</button></p>`,
    })}</section>`;
}

function role({ frame, account }: Props): Html {
  const action = `${pathOf(account)}/role`;
  const [value, label] = account.admin ? ['user', 'Take admin away'] : ['admin', 'Make admin'];
  const offer = account.own
    ? html`<p class="quiet">This is you. Another admin can take the role from you.</p>`
    : form({
        csrf: frame.csrf,
        action,
        content: html`<button class="btn less${account.admin && ' danger'}" name="role" value="${value}">${label}</button>`,
      });
  return html`<section class="setting" aria-labelledby="role"><header><h2 id="role">Role</h2><p>${account.admin ? 'An admin: may do everything on these pages.' : 'No admin: these pages do not exist for this account.'}</p></header>${offer}</section>`;
}

function stop({ frame, account }: Props): Html {
  const csrf = frame.csrf;
  const suspended = account.suspended
    ? html`<div class="setting"><header><h3>Suspended</h3><p>It can’t sign in. What ended with the suspension stays ended.</p></header>${form({ csrf, action: `${pathOf(account)}/restore`, content: html`<button class="btn"><span>Restore ${name(account.email)}</span></button>` })}</div>`
    : html`<div class="setting"><header><h3>Suspend</h3><p>Ends every session and every token at once. Nobody can sign in until it is restored.</p></header>${
        account.own
          ? html`<p class="quiet">This is you. Another admin can suspend you.</p>`
          : form({
              csrf,
              action: `${pathOf(account)}/suspend`,
              content: html`<button class="btn danger"><span>Suspend ${name(account.email)}</span></button>`,
            })
      }</div>`;
  return html`<section class="panel grave" aria-labelledby="danger"><div><h2 id="danger">Stop this account</h2></div>${suspended}</section>`;
}
