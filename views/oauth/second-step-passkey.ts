import { html } from 'hono/html';
import { type App, appIdentity } from '../app-identity.ts';
import * as icons from '../icons.ts';
import { layout } from '../layout.ts';
import { m } from '../messages/index.ts';
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
  const [step, words] = [m().secondStep, m().passkeys];
  return layout({
    title: `${step.title} · VibeCaaS`,
    kind: 'short',
    script: button.script,
    main: html`<main class="sheet" id="main">
  <div class="who"><div class="keep">${props.app && appIdentity(props.app, 'host')}
    <h1>${words.step.heading}</h1><p>${words.step.lead}</p><p>${step.signingIn(name(props.email))} <button class="link" form="cancel">${step.notYou}</button></p></div></div>
  <div class="what">${problem && problemNote(problem)}
    <p data-without-passkey>${words.unsupported}</p>
    <form method="post" action="${button.action}" data-passkey="get" data-options="${button.options}" data-needs-passkey hidden><input type="hidden" name="csrf" value="${props.csrf}"><input type="hidden" name="passkey" data-passkey-answer>
      ${!problem && html`<div class="note">${icons.key}<div>${words.step.have(listed(props.passkeys.map((one) => html`<b>${name(one)}</b>`)))}</div></div>`}
      <p class="field"><button class="btn solid wide">${words.use}</button></p>
      ${passkeyStopped(words.stopped)}</form>${others.length > 0 && otherWays(others)}</div>
</main><form method="post" action="${props.cancelAction}" id="cancel"><input type="hidden" name="csrf" value="${props.csrf}"></form>`,
  });
}

function problemNote(problem: PasskeySecondStepProblem): Html {
  if (problem.kind !== 'throttled') return passkeyProblemNote(problem.kind);
  const words = m().secondStep;
  const todo = words.wait(duration(problem.retryAfterSeconds));
  return note({ kind: 'warn', icon: icons.warning, what: words.tooMany, todo, role: 'alert', id: 'problem' });
}
