import { html } from 'hono/html';
import * as icons from '../icons.ts';
import { note } from '../note.ts';
import type { Html } from '../text.ts';
import { ago, day } from '../time.ts';

export type SecondStepState = {
  /** The authenticator app, if the second step is on. */
  app?: { added: Date; lastUsed: Date | null } | undefined;
  recoveryCodes: number;
  /** So few recovery codes are left that the person should make new ones. */
  few: boolean;
  /** The person may not do without it. */
  required: boolean;
};

/** The section of the security page. Posts `csrf`. */
export function secondStepSection(props: SecondStepState & { csrf: string; now: Date }): Html {
  return html`<section class="setting" aria-labelledby="two"><header><h2 id="two">${texts.heading}</h2><p>${texts.lead}</p></header><div><ul class="lines" role="list">
    ${props.app ? onLines(props, props.app) : offLine}</ul></div></section>`;
}

/** Warns before the last recovery code is gone. */
export function fewCodesNote(left: number): Html {
  const todo = html`${texts.lockedOut} <a href="#two">${texts.makeNew}</a>.`;
  return note({ kind: 'warn', icon: icons.warning, what: texts.onlyLeft(left), todo });
}

const texts = {
  heading: 'Second step',
  lead: 'Asked for after the password, so that a stolen password is not enough.',
  app: 'Authenticator app',
  on: 'On',
  off: 'Off',
  offHint: 'With it, a sign-in needs a code from your phone too.',
  turnOn: 'Turn on',
  turnOnRest: ' the second step',
  added: (added: Html, used: string | undefined): Html =>
    html`Added ${added} · ${used === undefined ? 'never used' : `last used ${used}`}`,
  replace: 'Replace',
  replaceRest: ' your authenticator app',
  turnOff: 'Turn off',
  turnOffRest: ' the second step',
  required: 'Your account needs it, so it can be replaced but not turned off.',
  codes: 'Recovery codes',
  left: (n: number): string => `${n} of 10 left`,
  codesHint: 'For when your phone is lost. New codes replace the old.',
  makeNew: 'Make new codes',
  onlyLeft: (n: number): string => {
    if (n === 0) return 'No recovery code is left.';
    return n === 1 ? 'Only one recovery code is left.' : `Only ${n} recovery codes are left.`;
  },
  lockedOut: 'If you lose your phone you could be locked out.',
};

const offLine = html`<li><div><p class="row"><b>${texts.app}</b> <span class="tag">${texts.off}</span></p><p>${texts.offHint}</p></div><a class="btn less" href="/account/security/second-step">${texts.turnOn}<span class="vh">${texts.turnOnRest}</span></a></li>`;

function onLines(
  { csrf, now, recoveryCodes, few, required }: SecondStepState & { csrf: string; now: Date },
  { added, lastUsed }: { added: Date; lastUsed: Date | null },
): Html {
  const hidden = html`<input type="hidden" name="csrf" value="${csrf}">`;
  const codes = few
    ? html`<span class="tag warn">${icons.warning}${texts.left(recoveryCodes)}</span>`
    : html`<span class="tag good">${icons.tick}${texts.left(recoveryCodes)}</span>`;
  return html`<li><div><p class="row"><b>${texts.app}</b> <span class="tag good">${icons.tick}${texts.on}</span></p><p>${texts.added(day(added), lastUsed ? ago(lastUsed, now) : undefined)}</p>${required && html`<p>${texts.required}</p>`}</div><div class="acts"><a class="btn less" href="/account/security/second-step">${texts.replace}<span class="vh">${texts.replaceRest}</span></a>${!required && html`<form method="post" action="/account/security/second-step/off">${hidden}<button class="btn less danger">${texts.turnOff}<span class="vh">${texts.turnOffRest}</span></button></form>`}</div></li>
    <li><div><p class="row"><b>${texts.codes}</b> ${codes}</p><p>${texts.codesHint}</p></div><form method="post" action="/account/security/recovery-codes">${hidden}<button class="btn less">${texts.makeNew}</button></form></li>`;
}
