import { html } from 'hono/html';
import { textField } from '../admin/fields.ts';
import * as icons from '../icons.ts';
import { note } from '../note.ts';
import { type Html, listed, name } from '../text.ts';
import { accountLayout } from './layout.ts';

/** What has to be done before the account can be deleted. */
export type Obstacles = { apps: { clientId: string; name: string }[]; lastAdmin: boolean };

const words = {
  title: 'Your data',
  lead: 'What VibeCaaS’s sign-in service keeps about you. Your projects are exported in the dashboard.',
  you: 'You',
  name: 'Name',
  save: 'Save',
  saved: 'Your name is saved.',
  copy: 'Take a copy',
  copyLead: 'Everything on these pages in one file that programs can read.',
  download: 'Download as JSON',
  downloadLine: 'Account, sessions, apps with what they may do, and activity. No password and no secret.',
  downloadButton: html`Download<span class="vh"> your data</span>`,
  remove: 'Delete this account',
  removeLead: 'Ends every session and every app’s access at once. This can’t be undone.',
  confirm: (email: string) => html`Type <code>${email}</code> to confirm`,
  confirmHint: 'You may be asked to sign in again first.',
  removeButton: 'Delete my account',
  mismatch: 'is not the address of this account: nothing was deleted',
  field: 'What you typed',
  first: 'Something has to be done first.',
  lastAdmin: 'You are the only admin: make somebody else one.',
  apps: (apps: Html[], support: string) =>
    html`You own ${listed(apps)}, which other people may use. <a href="${support}">Ask VibeCaaS</a> to delete ${apps.length === 1 ? 'it' : 'them'} or to name another owner.`,
};

/**
 * What is kept about a person. Posts `csrf` and `name` to `/account/data/profile`, `csrf` to `/account/data/export`, and
 * `csrf` and `confirm` to `/account/data/delete`.
 */
export function accountDataPage(props: {
  csrf: string;
  email: string;
  name: string;
  admin?: boolean;
  obstacles: Obstacles;
  /** Where to ask VibeCaaS. */
  support: string;
  saved?: boolean;
  problems?: Readonly<Record<string, string>>;
  /** The address that was typed does not match. */
  mismatch?: boolean;
}): string {
  const { csrf } = props;
  const hidden = html`<input type="hidden" name="csrf" value="${csrf}">`;
  return accountLayout({
    title: words.title,
    tab: 'data',
    csrf,
    email: props.email,
    ...(props.admin && { admin: true }),
    content: html`<header><div><h1>${words.title}</h1><p>${words.lead}</p></div></header>
${props.saved && note({ kind: 'good', icon: icons.tick, what: words.saved, role: 'status' })}
<div class="panel">
  <section class="setting" aria-labelledby="me"><header><h2 id="me">${words.you}</h2></header><form method="post" action="/account/data/profile" class="narrow">${hidden}
    ${textField({ name: 'name', label: words.name, autocomplete: 'name', value: props.name, problem: props.problems?.name, focused: props.problems?.name !== undefined, required: true })}
    <p class="field"><button class="btn">${words.save}</button></p>
  </form></section>
  <section class="setting" aria-labelledby="get"><header><h2 id="get">${words.copy}</h2><p>${words.copyLead}</p></header><div><ul class="lines" role="list"><li><div><b>${words.download}</b><p>${words.downloadLine}</p></div><form method="post" action="/account/data/export">${hidden}<button class="btn less">${words.downloadButton}</button></form></li></ul></div></section>
</div>
<section class="panel grave" aria-labelledby="del"><div class="setting"><header><h2 id="del">${words.remove}</h2><p>${words.removeLead}</p></header>${blocked(props) ?? removal(props, hidden)}</div></section>`,
  });
}

function removal({ email, mismatch }: { email: string; mismatch?: boolean }, hidden: Html): Html {
  const described = mismatch ? 'confirm-problem confirm-hint' : 'confirm-hint';
  return html`
  <form method="post" action="/account/data/delete" class="narrow">${hidden}
    <div class="field"><label for="confirm">${words.confirm(email)}</label><input id="confirm" name="confirm" autocomplete="off" autocapitalize="none" spellcheck="false" required aria-describedby="${described}"${mismatch && html` aria-invalid="true" autofocus`}>${mismatch && html`<span class="hint no" id="confirm-problem" role="alert">${words.field} ${words.mismatch}.</span>`}<span class="hint" id="confirm-hint">${words.confirmHint}</span></div>
    <p class="field"><button class="btn danger">${words.removeButton}</button></p>
  </form>`;
}

/** Says what to do first, in place of the form; undefined if the account can be deleted. */
function blocked({ obstacles, support }: { obstacles: Obstacles; support: string }): Html | undefined {
  const { apps, lastAdmin } = obstacles;
  if (apps.length === 0 && !lastAdmin) return undefined;
  const links = apps.map(
    (app) => html`<a href="/account/your-apps/${encodeURIComponent(app.clientId)}">${name(app.name)}</a>`,
  );
  return html`<div>${note({
    kind: 'warn',
    icon: icons.warning,
    what: words.first,
    todo: html`${lastAdmin && html`${words.lastAdmin} `}${apps.length > 0 && words.apps(links, support)}`,
  })}</div>`;
}
