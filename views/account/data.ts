import { html } from 'hono/html';
import { type Problems, textField } from '../admin/fields.ts';
import * as icons from '../icons.ts';
import { m } from '../messages/index.ts';
import { note } from '../note.ts';
import { type Html, listed, name } from '../text.ts';
import { accountLayout } from './layout.ts';

/** What has to be done before the account can be deleted. */
export type Obstacles = { apps: { clientId: string; name: string }[]; lastAdmin: boolean };

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
  problems?: Problems;
  /** The address that was typed does not match. */
  mismatch?: boolean;
}): string {
  const { csrf } = props;
  const words = m().ownPages.data;
  const title = m().frame.yourData;
  const hidden = html`<input type="hidden" name="csrf" value="${csrf}">`;
  return accountLayout({
    title,
    tab: 'data',
    csrf,
    email: props.email,
    ...(props.admin && { admin: true }),
    content: html`<header><div><h1>${title}</h1><p>${words.lead}</p></div></header>
${props.saved && note({ kind: 'good', icon: icons.tick, what: words.saved, role: 'status' })}
<div class="panel">
  <section class="setting" aria-labelledby="me"><header><h2 id="me">${words.you}</h2></header><form method="post" action="/account/data/profile" class="narrow">${hidden}
    ${textField({ name: 'name', label: words.name, autocomplete: 'name', value: props.name, problem: props.problems?.name, required: true })}
    <p class="field"><button class="btn">${words.save}</button></p>
  </form></section>
  <section class="setting" aria-labelledby="get"><header><h2 id="get">${words.copy}</h2><p>${words.copyLead}</p></header><div><ul class="lines" role="list"><li><div><b>${words.download}</b><p>${words.downloadLine}</p></div><form method="post" action="/account/data/export">${hidden}<button class="btn less">${words.downloadButton}</button></form></li></ul></div></section>
</div>
<section class="panel grave" aria-labelledby="del"><div class="setting"><header><h2 id="del">${words.remove}</h2><p>${words.removeLead}</p></header>${blocked(props) ?? removal(props, hidden)}</div></section>`,
  });
}

function removal({ email, mismatch }: { email: string; mismatch?: boolean }, hidden: Html): Html {
  const words = m().ownPages.data;
  const described = mismatch ? 'confirm-problem confirm-hint' : 'confirm-hint';
  return html`
  <form method="post" action="/account/data/delete" class="narrow">${hidden}
    <div class="field"><label for="confirm">${words.confirm(html`<code>${email}</code>`)}</label><input id="confirm" name="confirm" autocomplete="off" autocapitalize="none" spellcheck="false" required aria-describedby="${described}"${mismatch && html` aria-invalid="true" autofocus`}>${mismatch && html`<span class="hint no" id="confirm-problem" role="alert">${words.mismatch}</span>`}<span class="hint" id="confirm-hint">${words.confirmHint}</span></div>
    <p class="field"><button class="btn danger">${words.removeButton}</button></p>
  </form>`;
}

/** Says what to do first, in place of the form; undefined if the account can be deleted. */
function blocked({ obstacles, support }: { obstacles: Obstacles; support: string }): Html | undefined {
  const { apps, lastAdmin } = obstacles;
  if (apps.length === 0 && !lastAdmin) return undefined;
  const words = m().ownPages.data;
  const links = apps.map(
    (app) => html`<a href="/account/your-apps/${encodeURIComponent(app.clientId)}">${name(app.name)}</a>`,
  );
  const ask = (text: string) => html`<a href="${support}">${text}</a>`;
  return html`<div>${note({
    kind: 'warn',
    icon: icons.warning,
    what: words.first,
    todo: html`${lastAdmin && html`${words.lastAdmin} `}${apps.length > 0 && words.owns(listed(links), ask)}`,
  })}</div>`;
}
