import { html } from 'hono/html';
import * as icons from '../../icons.ts';
import { note } from '../../note.ts';
import type { Html } from '../../text.ts';
import { ago, clock, moment } from '../../time.ts';
import { checkbox, type Problems, reasonField } from '../fields.ts';
import { type AdminFrame, adminLayout, form } from '../layout.ts';

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
    title: 'Signing keys',
    tab: 'keys',
    refused: Object.keys(props.problems).length > 0,
    head: html`<div><h1>Signing keys</h1><p>All of these are published at <code>/oauth/jwks</code>. ES256 signs access tokens and most ID tokens; RS256 signs the ID tokens of clients that are registered for it. Private parts are sealed and shown nowhere.</p></div>`,
    content: html`<p class="count"><span><b>${props.keys.length}</b> published</span><span>By algorithm, those that sign first</span></p><div class="panel"><div class="table"><table>
    <caption class="vh">Published signing keys</caption>
    <thead><tr><th scope="col">Key</th><th scope="col">State</th><th scope="col" class="mid">Made</th><th scope="col" class="far">Signs since</th></tr></thead>
    <tbody>${props.keys.map((key) => row(key, props.now))}</tbody>
  </table></div></div>
${rotation(props)}`,
  });
}

const states: Readonly<Record<KeyRow['state'], Html>> = {
  current: html`<span class="tag good">${icons.tick}Signs</span>`,
  next: html`<span class="tag">Waits</span>`,
  retired: html`<span class="tag">Retired</span>`,
};

function row(key: KeyRow, now: Date): Html {
  const until = key.goneAt && html`<br><span class="small quiet">Gone after ${moment(key.goneAt)}</span>`;
  return html`
      <tr><th scope="row"><span class="mono">${key.kid}</span><br><span class="small quiet">${key.alg}</span></th><td>${states[key.state]}${until}</td><td class="mid">${moment(key.created)}<br><span class="small quiet">${ago(key.created, now)}</span></td><td class="far">${key.signsSince ? moment(key.signsSince) : '–'}</td></tr>`;
}

function rotation({ frame, heldBackUntil, problems, reason }: Parameters<typeof keysPage>[0]): Html {
  const held =
    heldBackUntil &&
    note({
      kind: 'warn',
      icon: icons.warning,
      what: 'The keys were rotated a moment ago.',
      todo: html`Verifiers that keep the key set for 5 minutes have not seen the keys that would sign, and would refuse their tokens. Wait until ${clock(heldBackUntil)} UTC.`,
      ...(problems.force && { role: 'alert' as const }),
    });
  const problem =
    problems.confirm &&
    note({ kind: 'bad', icon: icons.wrong, what: 'Nothing was rotated.', todo: problems.confirm, role: 'alert' });
  return html`<section class="panel grave" aria-labelledby="rotate"><div class="setting"><header><h2 id="rotate">Rotate</h2><p>The waiting keys of both algorithms sign from now on, on every node. Those that sign now stay published until their last token has expired. New ones are made and wait.</p></header>
  ${form({
    csrf: frame.csrf,
    action: '/admin/keys/rotate',
    content: html`<div class="stack">${held}${problem}${checkbox({ name: 'confirm', value: 'yes', label: 'Sign every new token with the waiting keys', checked: false })}${
      heldBackUntil &&
      html`${checkbox({
        name: 'force',
        value: 'yes',
        label: 'Rotate although verifiers may not know the keys',
        checked: problems.reason !== undefined,
        hint: 'Only when a key was stolen. It needs a reason.',
      })}${reasonField({ value: reason, problem: problems.reason, required: false })}`
    }<p><button class="btn danger">Rotate the signing keys</button></p></div>`,
  })}</div></section>`;
}
