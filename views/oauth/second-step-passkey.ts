import { html } from 'hono/html';
import { type App, appIdentity } from '../app-identity.ts';
import * as icons from '../icons.ts';
import { layout } from '../layout.ts';
import { note } from '../note.ts';
import { type PasskeyButton, type PasskeyProblem, passkeyProblemNote, passkeyStopped } from '../passkey-button.ts';
import { type Html, listed, name } from '../text.ts';
import { duration } from '../time.ts';
import { type OtherWay, otherWays } from './second-step.ts';

export type PasskeySecondStepProblem = { kind: PasskeyProblem } | { kind: 'throttled'; retryAfterSeconds: number };

/**
 * The second step of a sign-in by a passkey. Posts `csrf` and `passkey` to the action of the button; "Not you?" posts `csrf` to
 * `cancelAction`. `passkeys` are the names of those that the account has.
 */
export function secondStepPasskeyPage(props: {
  csrf: string;
  button: PasskeyButton;
  cancelAction: string;
  email: string;
  passkeys: readonly string[];
  app?: App;
  problem?: PasskeySecondStepProblem;
  others: readonly OtherWay[];
}): string {
  const { button, others, problem } = props;
  return layout({
    title: `${texts.title} · VibeCaaS`,
    kind: 'short',
    script: button.script,
    main: html`<main class="sheet" id="main">
  <div class="who"><div class="keep">${props.app && appIdentity(props.app, 'host')}
    <h1>${texts.heading}</h1><p>${texts.lead}</p><p>${texts.signingIn(name(props.email))} <button class="link" form="cancel">${texts.notYou}</button></p></div></div>
  <div class="what">${problem && problemNote(problem)}
    <p data-without-passkey>${texts.unsupported}</p>
    <form method="post" action="${button.action}" data-passkey="get" data-options="${button.options}" data-needs-passkey hidden><input type="hidden" name="csrf" value="${props.csrf}"><input type="hidden" name="passkey" data-passkey-answer>
      ${!problem && html`<div class="note">${icons.key}<div>${texts.have(listed(props.passkeys.map((one) => html`<b>${name(one)}</b>`)))}</div></div>`}
      <p class="field"><button class="btn solid wide">${texts.use}</button></p>
      ${passkeyStopped(texts.stopped)}</form>${others.length > 0 && otherWays(others)}</div>
</main><form method="post" action="${props.cancelAction}" id="cancel"><input type="hidden" name="csrf" value="${props.csrf}"></form>`,
  });
}

const texts = {
  title: 'One more step',
  heading: 'Confirm with your passkey',
  lead: 'Your browser asks for your fingerprint, face or device lock.',
  signingIn: (email: Html): Html => html`Signing in as ${email}.`,
  notYou: 'Not you?',
  have: (passkeys: Html): Html => html`Have one of these at hand: ${passkeys}.`,
  use: 'Use a passkey',
  stopped: 'Nothing was sent. Press the button again.',
  unsupported: 'A passkey needs a browser that supports it, with scripts allowed for this page.',
  tooMany: 'Too many tries.',
  wait: (time: string): string => `Wait ${time}, then try again.`,
};

function problemNote(problem: PasskeySecondStepProblem): Html {
  if (problem.kind !== 'throttled') return passkeyProblemNote(problem.kind);
  const todo = texts.wait(duration(problem.retryAfterSeconds));
  return note({ kind: 'warn', icon: icons.warning, what: texts.tooMany, todo, role: 'alert', id: 'problem' });
}
