import { html } from 'hono/html';
import * as icons from '../icons.ts';
import { layout } from '../layout.ts';
import { m } from '../messages/index.ts';
import { note } from '../note.ts';
import { type PasskeyButton, type PasskeyProblem, passkeyProblemNote, passkeyStopped } from '../passkey-button.ts';
import { type Html, name } from '../text.ts';
import { duration } from '../time.ts';

export type ConfirmProblem =
  | { kind: 'password' }
  | { kind: 'code' }
  | { kind: 'throttled'; retryAfterSeconds: number }
  | { kind: PasskeyProblem };

/**
 * Asks a person again for what is `missing`. `carried` is the form that waits; it is sent on to `action` with
 * `confirm_password` and `confirm_code`. A person whose account has neither signs in again at `again`. With `passkey`, a second
 * form sends `confirm_passkey` in place of all that.
 */
export function confirmPage(props: {
  csrf: string;
  email: string;
  action: string;
  again: string;
  missing: { password: boolean; code: boolean; passkey: boolean; signIn: boolean };
  passkey?: PasskeyButton | undefined;
  carried: [string, string][];
  problem?: ConfirmProblem;
}): string {
  const { missing, problem } = props;
  const words = m().secondStep.confirm;
  return layout({
    title: `${words.title} · VibeCaaS`,
    area: m().frame.areas.account,
    kind: 'short',
    script: props.passkey?.script,
    main: html`<main class="sheet" id="main">
  <div class="who"><h1>${words.title}</h1><p>${reason(props.email, missing)}</p></div>
  <div class="what">
    ${problem && problemNote(problem)}
    ${missing.signIn ? html`<p><a class="btn solid wide" href="${props.again}">${words.signIn}</a></p>` : !missing.passkey && fields(props)}
    ${props.passkey && passkeyForm(props, props.passkey)}
  </div>
</main>`,
  });
}

/** Alone, it is the only answer, so its button is the solid one. */
function passkeyForm({ csrf, carried, missing }: Fields, { action, options }: PasskeyButton): Html {
  const words = m().passkeys;
  const alone = missing.passkey;
  return html`<div data-needs-passkey hidden>${!alone && html`<p class="or">${m().secondStep.or}</p>`}<form method="post" action="${action}" data-passkey="get" data-options="${options}"><input type="hidden" name="csrf" value="${csrf}"><input type="hidden" name="confirm_passkey" data-passkey-answer>
      ${hidden(carried)}<p class="field"><button class="btn wide${alone && ' solid'}">${icons.key}${words.use}</button></p>
      ${passkeyStopped(words.stopped)}</form></div>${alone && html`<p data-without-passkey>${words.unsupported}</p>`}`;
}

function reason(email: string, missing: Fields['missing']): Html {
  const words = m().secondStep.confirm;
  if (missing.passkey) return m().passkeys.confirm(name(email));
  if (missing.signIn) return words.anew(name(email));
  if (!missing.password) return words.without(name(email));
  return missing.code ? words.oldBoth(name(email)) : words.old(name(email));
}

type Fields = Pick<Parameters<typeof confirmPage>[0], 'csrf' | 'action' | 'missing' | 'carried' | 'problem'>;

function fields({ csrf, action, missing, carried, problem }: Fields): Html {
  const first = missing.password ? 'password' : 'code';
  /** A wrong field has the focus and names the problem. After too many tries all of them do, and the first has the focus. */
  const state = (field: 'password' | 'code') => {
    const wrong = problem?.kind === field;
    if (!wrong && problem?.kind !== 'throttled') return undefined;
    const focused = wrong || field === first;
    return html` aria-describedby="problem"${wrong && html` aria-invalid="true"`}${focused && html` autofocus`}`;
  };
  const { app, confirm: words } = m().secondStep;
  return html`<form method="post" action="${action}"><input type="hidden" name="csrf" value="${csrf}">
      ${hidden(carried)}
      ${missing.password && html`<p class="field"><label for="confirm_password">${m().signIn.password}</label><input id="confirm_password" name="confirm_password" type="password" autocomplete="current-password" required${state('password')}></p>`}
      ${missing.code && html`<p class="field"><label for="confirm_code">${app.label}</label><input class="code" id="confirm_code" name="confirm_code" autocomplete="one-time-code" autocapitalize="characters" spellcheck="false" maxlength="12" required${state('code') ?? html` aria-describedby="confirm_code-hint"`}><span class="hint" id="confirm_code-hint">${words.codeHint}</span></p>`}
      <p class="field"><button class="btn solid wide">${words.submit}</button></p></form>`;
}

const hidden = (carried: [string, string][]): Html =>
  html`${carried.map(([field, value]) => html`<input type="hidden" name="${field}" value="${value}">`)}`;

function problemNote(problem: ConfirmProblem): Html {
  const common = { role: 'alert', id: 'problem' } as const;
  const words = m().secondStep;
  if (problem.kind === 'throttled') {
    const todo = words.wait(duration(problem.retryAfterSeconds));
    return note({ ...common, kind: 'warn', icon: icons.warning, what: words.tooMany, todo });
  }
  if (problem.kind !== 'password' && problem.kind !== 'code') return passkeyProblemNote(problem.kind);
  const what = problem.kind === 'password' ? words.confirm.wrongPassword : words.wrong;
  return note({ ...common, kind: 'bad', icon: icons.wrong, what, todo: words.confirm.unchanged });
}
