import { html } from 'hono/html';
import * as icons from '../../icons.ts';
import { m } from '../../messages/index.ts';
import { note } from '../../note.ts';
import { type Html, name, number } from '../../text.ts';
import { areaField, textField } from '../fields.ts';
import { type AdminFrame, adminLayout, form } from '../layout.ts';

const words = () => m().leaked.admin;

export type LeakedRow = {
  kind: 'api_key' | 'client_secret' | 'refresh_token' | 'registration_token';
  /** Prefix and last four characters. */
  shown: string;
  outcome: 'revoked' | 'ended' | 'unknown';
  /** The name of the key or the app; absent if the secret is unknown. */
  name?: string;
  clientId?: string;
  accountId?: string;
  /** It was the only secret of its app. */
  isLast?: boolean;
};

/** A text is pasted, and the secrets in it end. `rows` is what became of them; the text itself is not shown again. */
export function leakedPage(props: {
  frame: AdminFrame;
  rows?: LeakedRow[];
  /** Nothing was pasted. */
  isMissing?: boolean;
  place?: string;
}): string {
  const { frame, rows, isMissing = false, place = '' } = props;
  return adminLayout({
    frame,
    title: words().title,
    tab: 'home',
    refused: isMissing,
    head: html`<div><h1>${words().title}</h1><p>${words().lead}</p></div>`,
    content: html`${rows && results(rows)}
<section class="panel grave" aria-labelledby="paste"><div class="setting"><header><h2 id="paste">${words().paste}</h2><p>${words().pasteLead}</p></header>
  ${form({
    csrf: frame.csrf,
    action: '/admin/leaked',
    content: html`<div class="stack">${areaField({
      name: 'text',
      label: words().text,
      hint: words().textHint,
      rows: 8,
      required: true,
      problem: isMissing ? words().missing : undefined,
    })}${textField({ name: 'found_at', label: words().place, hint: words().placeHint, value: place })}<p><button class="btn danger">${words().button}</button></p></div>`,
  })}</div></section>`,
  });
}

function results(rows: LeakedRow[]): Html {
  const ended = rows.filter(({ outcome }) => outcome === 'revoked').length;
  if (rows.length === 0) {
    return note({ kind: 'warn', icon: icons.warning, what: words().none, todo: words().noneTodo, role: 'status' });
  }
  const kind = ended > 0 ? 'good' : undefined;
  return html`${note({
    ...(kind && { kind }),
    icon: icons.tick,
    what: words().done(ended),
    todo: ended > 0 ? words().doneTodo : words().doneNothing,
    role: 'status',
  })}<p class="count"><span>${words().found(html`<b>${number(rows.length)}</b>`, rows.length)}</span></p><div class="panel"><div class="table"><table>
    <caption class="vh">${words().title}</caption>
    <thead><tr><th scope="col">${words().secret}</th><th scope="col">${words().result}</th></tr></thead>
    <tbody>${rows.map(row)}</tbody>
  </table></div></div>`;
}

function row({ kind, shown, outcome, isLast, ...owner }: LeakedRow): Html {
  const last = isLast && html`<br><span class="small">${words().last}</span>`;
  return html`
      <tr><th scope="row"><span class="mono">${shown}</span><br><span class="small quiet">${m().leaked.kinds[kind]}${ownerOf(owner)}</span></th><td>${tag(outcome)}${last}</td></tr>`;
}

function tag(outcome: LeakedRow['outcome']): Html {
  const label = words().outcomes[outcome];
  return outcome === 'revoked'
    ? html`<span class="tag good">${icons.tick}${label}</span>`
    : html`<span class="tag">${label}</span>`;
}

function ownerOf({ name: called, clientId, accountId }: Pick<LeakedRow, 'name' | 'clientId' | 'accountId'>) {
  if (called === undefined) return undefined;
  const href =
    clientId === undefined
      ? `/admin/account/${encodeURIComponent(accountId ?? '')}`
      : `/admin/client/${encodeURIComponent(clientId)}`;
  return html` · <a href="${href}">${name(called)}</a>`;
}
