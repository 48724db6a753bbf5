import { html } from 'hono/html';
import * as icons from '../../icons.ts';
import { m } from '../../messages/index.ts';
import { note } from '../../note.ts';
import { type Html, number } from '../../text.ts';
import { ago, clock, moment } from '../../time.ts';
import { checkbox, type Problems, reasonField } from '../fields.ts';
import { type AdminFrame, adminLayout, form } from '../layout.ts';

const words = () => m().adminSystem.keys;

export type KeyRow = {
  kid: string;
  alg: 'ES256' | 'RS256';
  state: 'current' | 'next' | 'retired';
  created: Date;
  signsSince?: Date;
  /** When a retired key leaves the published set. */
  goneAt?: Date;
};

/** The keys that sign, and their rotation. */
export function keysPage(props: {
  frame: AdminFrame;
  keys: KeyRow[];
  /** Until when a rotation is held back. */
  heldBackUntil?: Date;
  problems: Problems;
  /** The reason as it was typed. */
  reason: string;
  now: Date;
}): string {
  return adminLayout({
    frame: props.frame,
    title: words().title,
    tab: 'keys',
    refused: Object.keys(props.problems).length > 0,
    head: html`<div><h1>${words().title}</h1><p>${words().lead(html`<code>/oauth/jwks</code>`)}</p></div>`,
    content: html`<p class="count"><span>${words().published(html`<b>${number(props.keys.length)}</b>`)}</span><span>${words().order}</span></p><div class="panel"><div class="table"><table>
    <caption class="vh">${words().caption}</caption>
    <thead><tr><th scope="col">${words().key}</th><th scope="col">${words().state}</th><th scope="col" class="mid">${words().made}</th><th scope="col" class="far">${words().since}</th></tr></thead>
    <tbody>${props.keys.map((key) => row(key, props.now))}</tbody>
  </table></div></div>
${rotation(props)}`,
  });
}

function stateTag(state: KeyRow['state']): Html {
  const label = words().states[state];
  return state === 'current'
    ? html`<span class="tag good">${icons.tick}${label}</span>`
    : html`<span class="tag">${label}</span>`;
}

function row(key: KeyRow, now: Date): Html {
  const until = key.goneAt && html`<br><span class="small quiet">${words().goneAfter(moment(key.goneAt))}</span>`;
  return html`
      <tr><th scope="row"><span class="mono">${key.kid}</span><br><span class="small quiet">${key.alg}</span></th><td>${stateTag(key.state)}${until}</td><td class="mid">${moment(key.created)}<br><span class="small quiet">${ago(key.created, now)}</span></td><td class="far">${key.signsSince ? moment(key.signsSince) : '–'}</td></tr>`;
}

function rotation({ frame, heldBackUntil, problems, reason }: Parameters<typeof keysPage>[0]): Html {
  const held =
    heldBackUntil &&
    note({
      kind: 'warn',
      icon: icons.warning,
      what: words().justRotated,
      todo: words().wait(clock(heldBackUntil)),
      ...(problems.force && { role: 'alert' as const }),
    });
  const problem =
    problems.confirm &&
    note({ kind: 'bad', icon: icons.wrong, what: words().notRotated, todo: problems.confirm, role: 'alert' });
  return html`<section class="panel grave" aria-labelledby="rotate"><div class="setting"><header><h2 id="rotate">${words().rotate}</h2><p>${words().rotateLead}</p></header>
  ${form({
    csrf: frame.csrf,
    action: '/admin/keys/rotate',
    content: html`<div class="stack">${held}${problem}${checkbox({ name: 'confirm', value: 'yes', label: words().confirm, checked: false })}${
      heldBackUntil &&
      html`${checkbox({
        name: 'force',
        value: 'yes',
        label: words().force,
        checked: problems.reason !== undefined,
        hint: words().forceHint,
      })}${reasonField({ value: reason, problem: problems.reason, required: false })}`
    }<p><button class="btn danger">${words().button}</button></p></div>`,
  })}</div></section>`;
}
