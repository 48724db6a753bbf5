import { html } from 'hono/html';
import { type App, appIdentity } from '../app-identity.ts';
import * as icons from '../icons.ts';
import { layout } from '../layout.ts';
import { m } from '../messages/index.ts';
import { note } from '../note.ts';
import { type Html, name } from '../text.ts';
import { duration } from '../time.ts';

export type CodeProblem = { kind: 'mismatch' } | { kind: 'throttled'; retryAfterSeconds: number };

/** Asks for a code of the authenticator app, or for a recovery code. */
export type CodeKind = 'app' | 'recovery';

/** A link to another way to show a second factor. Links to a passkey are shown by the script alone. */
export type OtherWay = { href: string; label: string; icon: Html; needsPasskey?: boolean };

/**
 * The second step of a sign-in. Posts `csrf` and `otp` or `recovery` to `action`; "Not you?" posts `csrf` to `cancelAction`.
 * `others` are further ways to show a second factor, under the form.
 */
export function secondStepPage(props: {
  csrf: string;
  action: string;
  cancelAction: string;
  kind: CodeKind;
  /** The person is signed in, and the app asks for more. */
  more?: boolean;
  /** The first step was not a password but a sign-in elsewhere. */
  elsewhere?: boolean;
  email: string;
  app?: App;
  problem?: CodeProblem;
  others: readonly OtherWay[];
  /** The address of the script of passkeys, if one of the other ways is a passkey. */
  script?: string | undefined;
  /** Where to read what to do without phone and codes. */
  help: string;
}): string {
  const { kind, others } = props;
  const words = m().secondStep;
  return layout({
    title: `${words.title} · VibeCaaS`,
    kind: 'short',
    script: props.script,
    main: html`<main class="sheet" id="main">
  <div class="who"><div class="keep">${props.app && appIdentity(props.app, 'host')}
    <h1>${words[kind].heading}</h1><p>${lead(props)}</p><p>${words.signingIn(name(props.email))} <button class="link" form="cancel">${words.notYou}</button></p></div></div>
  <div class="what"><form method="post" action="${props.action}"><input type="hidden" name="csrf" value="${props.csrf}">
      ${props.problem && problemNote(kind, props.problem)}
      ${codeField(kind, props.problem)}
      <p class="field"><button class="btn solid wide">${words.go}</button></p></form>${others.length > 0 && otherWays(others)}${kind === 'recovery' && html`<p class="small quiet field">${words.lost} <a href="${props.help}">${words.lostLink}</a></p>`}</div>
</main><form method="post" action="${props.cancelAction}" id="cancel"><input type="hidden" name="csrf" value="${props.csrf}"></form>`,
  });
}

function lead({ kind, more, elsewhere }: { kind: CodeKind; more?: boolean; elsewhere?: boolean }): string {
  const words = m().secondStep;
  if (kind === 'recovery') return words.recovery.lead;
  if (more) return words.more;
  return elsewhere ? words.app.leadElsewhere : words.app.lead;
}

/** The value is never shown again: a code works once. */
function codeField(kind: CodeKind, problem: CodeProblem | undefined): Html {
  const { label, hint } = m().secondStep[kind];
  const field = kind === 'app' ? 'otp' : 'recovery';
  const form =
    kind === 'app'
      ? html` inputmode="numeric" autocomplete="one-time-code" maxlength="7" placeholder="000 000"`
      : html` autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="12" placeholder="K7QF-2MXD"`;
  const state = problem
    ? html` aria-describedby="problem"${problem.kind === 'mismatch' && html` aria-invalid="true"`} autofocus`
    : html` aria-describedby="${field}-hint" autofocus`;
  return html`<p class="field"><label for="${field}">${label}</label><input class="code" id="${field}" name="${field}"${form}${state} required><span class="hint" id="${field}-hint">${hint}</span></p>`;
}

export function otherWays(others: readonly OtherWay[]): Html {
  const hidden = html` data-needs-passkey hidden`;
  const allHidden = others.every(({ needsPasskey }) => needsPasskey) && hidden;
  return html`<p class="or"${allHidden}>${m().secondStep.or}</p><ul class="stack" role="list"${allHidden}>${others.map(({ href, label, icon, needsPasskey }) => html`<li${needsPasskey && hidden}><a class="btn wide" href="${href}">${icon}${label}</a></li>`)}</ul>`;
}

function problemNote(kind: CodeKind, problem: CodeProblem): Html {
  const words = m().secondStep;
  const common = { role: 'alert', id: 'problem' } as const;
  return problem.kind === 'throttled'
    ? note({
        ...common,
        kind: 'warn',
        icon: icons.warning,
        what: words.tooMany,
        todo: words.wait(duration(problem.retryAfterSeconds)),
      })
    : note({ ...common, kind: 'bad', icon: icons.wrong, what: words.wrong, todo: words[kind].todo });
}
