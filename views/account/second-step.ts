import { html } from 'hono/html';
import * as icons from '../icons.ts';
import { m } from '../messages/index.ts';
import { note } from '../note.ts';
import type { Html } from '../text.ts';
import { ago, day } from '../time.ts';

type App = {
  added: Date;
  lastUsed: Date | null;
  /** What the form that makes new recovery codes posts, so that they are made once. */
  renewal: string;
};

export type SecondStepState = {
  /** The authenticator app, if the second step is on. */
  app?: App | undefined;
  recoveryCodes: number;
  /** So few recovery codes are left that the person should make new ones. */
  few: boolean;
  /** The person may not do without it. */
  required: boolean;
};

/** The section of the security page. Posts `csrf`, and `renewal` for new recovery codes. */
export function secondStepSection(props: SecondStepState & { csrf: string; now: Date }): Html {
  const words = m().secondStep.section;
  return html`<section class="setting" aria-labelledby="two"><header><h2 id="two">${words.heading}</h2><p>${words.lead}</p></header><div><ul class="lines" role="list">
    ${props.app ? onLines(props, props.app) : offLine()}</ul></div></section>`;
}

/** Warns before the last recovery code is gone. */
export function fewCodesNote(left: number): Html {
  const words = m().secondStep.section;
  const todo = words.lockedOut(html`<a href="#two">${words.makeNew}</a>`);
  return note({ kind: 'warn', icon: icons.warning, what: left === 0 ? words.noneLeft : words.onlyLeft(left), todo });
}

function offLine(): Html {
  const words = m().secondStep.section;
  return html`<li><div><p class="row"><b>${words.app}</b> <span class="tag">${words.off}</span></p><p>${words.offHint}</p></div><a class="btn less" href="/account/security/second-step">${words.turnOn}</a></li>`;
}

function onLines(
  { csrf, now, recoveryCodes, few, required }: SecondStepState & { csrf: string; now: Date },
  { added, lastUsed, renewal }: App,
): Html {
  const words = m().secondStep.section;
  const hidden = html`<input type="hidden" name="csrf" value="${csrf}">`;
  const codes = few
    ? html`<span class="tag warn">${icons.warning}${words.left(recoveryCodes)}</span>`
    : html`<span class="tag good">${icons.tick}${words.left(recoveryCodes)}</span>`;
  return html`<li><div><p class="row"><b>${words.app}</b> <span class="tag good">${icons.tick}${words.on}</span></p><p>${lastUsed ? words.used(day(added), ago(lastUsed, now)) : words.unused(day(added))}</p>${required && html`<p>${words.required}</p>`}</div><div class="acts"><a class="btn less" href="/account/security/second-step">${words.replace}</a>${!required && html`<form method="post" action="/account/security/second-step/off">${hidden}<button class="btn less danger">${words.turnOff}</button></form>`}</div></li>
    <li><div><p class="row"><b>${words.codes}</b> ${codes}</p><p>${words.codesHint}</p></div><form method="post" action="/account/security/recovery-codes">${hidden}<input type="hidden" name="renewal" value="${renewal}"><button class="btn less">${words.makeNew}</button></form></li>`;
}
