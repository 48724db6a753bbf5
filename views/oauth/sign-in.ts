import { html } from 'hono/html';
import { type App, appIdentity, callName } from '../app-identity.ts';
import * as icons from '../icons.ts';
import { layout } from '../layout.ts';
import { m } from '../messages/index.ts';
import { newPasswordField, type PasswordReason } from '../new-password.ts';
import { note } from '../note.ts';
import { connectedApps } from '../own-pages.ts';
import { type PasskeyButton, type PasskeyProblem, passkeyProblemNote, passkeySignIn } from '../passkey-button.ts';
import type { Html } from '../text.ts';
import { duration } from '../time.ts';
import { type UpstreamButton, upstreamSignIn } from '../upstream-buttons.ts';

/** Why a sign-in failed. `mismatch` does not say which half was wrong or missing; `late`: the second step came too late. */
export type SignInProblem =
  | { kind: 'mismatch' }
  | { kind: 'late' }
  | { kind: 'throttled'; retryAfterSeconds: number }
  | { kind: PasskeyProblem };

/**
 * The sign-in page: for an app, or without `app` for the account's own pages. Posts `csrf`, `email` and `password` to
 * `action`. The form shows the `email` that was typed again, never a password.
 */
export function signInPage(props: {
  csrf: string;
  action: string;
  app?: App;
  email?: string;
  /** The person is signed in, and the app asks them to sign in again. */
  isSignedIn?: boolean;
  problem?: SignInProblem;
  /**
   * An admin requires a new password, posted as `new_password`; `wrong` says why the one that was sent is refused.
   */
  change?: { wrong?: PasswordReason };
  /** The account of the demo data. Only the terminal shows it otherwise. */
  demo?: { email: string; password: string } | undefined;
  /** How to sign in with a passkey instead, if this server supports that. */
  passkey?: PasskeyButton | undefined;
  /** Where somebody goes who forgot the password, if the app is to be found again afterwards. */
  reset?: string;
  /** Other providers. */
  upstreams?: readonly UpstreamButton[];
}): string {
  const words = m().signIn;
  const value = props.email && html` value="${props.email}"`;
  const state = fieldState(props.problem);
  // A screen reader does not announce an alert that a page loads with, but it reads what describes the focused field.
  const focused = props.change?.wrong && !props.problem ? 'new_password' : 'password';
  const again = focused === 'password' && (props.problem || props.change) && html` autofocus`;
  const changing = props.change && !props.change.wrong && html` aria-describedby="problem"`;
  return layout({
    title: `${words.title} · VibeCaaS`,
    kind: 'short',
    script: props.passkey?.script,
    main: html`<main class="sheet" id="main">
  <div class="who"><div class="keep">${props.app ? forApp(props.app) : forAccount()}</div></div>
  <div class="what">
    <form method="post" action="${props.action}">
      <input type="hidden" name="csrf" value="${props.csrf}">
      ${topNote(props)}
      <p class="field"><label for="email">${words.email}</label>
        <input id="email" name="email" type="email" autocomplete="username webauthn" inputmode="email" autocapitalize="none" spellcheck="false" required${value}${state}></p>
      <p class="field"><label for="password">${props.change ? words.currentPassword : words.password}</label>
        <input id="password" name="password" type="password" autocomplete="current-password" required${state ?? changing}${again}></p>
      ${props.change && newPasswordField({ label: words.newPassword, hint: words.newPasswordHint, reason: props.change.wrong, focused: focused === 'new_password' })}
      <p class="field"><button class="btn solid wide">${words.submit}</button></p>
      <p class="field small"><a href="${props.reset ?? '/reset'}">${words.forgot}</a></p>
    </form>
    ${otherWays(props)}
  </div>
</main>`,
  });
}

/** The first of these that there is. */
function topNote({ problem, change, isSignedIn, demo }: Parameters<typeof signInPage>[0]): Html | undefined {
  if (problem) return problemNote(problem);
  if (change) return changeNote(change.wrong);
  if (isSignedIn) return note({ icon: icons.key, what: m().signIn.again, todo: m().signIn.againTodo });
  return demo && demoNote(demo);
}

/** Not an alert when a new password was refused: then the field says what is wrong. */
const changeNote = (wrong: PasswordReason | undefined): Html =>
  note({
    kind: 'warn',
    icon: icons.warning,
    what: m().signIn.change,
    todo: m().signIn.changeTodo,
    ...(!wrong && { role: 'alert' }),
    id: 'problem',
  });

const demoNote = ({ email, password }: { email: string; password: string }): Html =>
  html`<div class="note">${icons.key}<div>${m().signIn.demo(html`<code class="nb">${email}</code>`, html`<code class="nb">${password}</code>`)}</div></div>`;

/*
 * The page must not promise a question: people are not asked about our own apps, nor again about an app that they
 * allowed.
 */
function forApp(app: App): Html {
  const words = m().signIn;
  if (app.standing === 'own') {
    return html`${appIdentity(app, 'host')}
    <h1>${words.toOwnApp}</h1>
    <p>${words.ownAppLead(callName(app), connectedApps())}</p>`;
  }
  return html`${appIdentity(app, 'host')}
    <h1>${words.toContinue(callName(app))}</h1>
    <p>${words.appLead(callName(app))}</p>`;
}

const forAccount = (): Html => html`<h1>${m().signIn.toOwnApp}</h1>
    <p>${m().signIn.accountLead}</p>`;

/** Passkeys and other providers. Without the script of passkeys, the line above them is there only for the providers. */
function otherWays({ csrf, passkey, upstreams = [] }: Parameters<typeof signInPage>[0]): Html | undefined {
  if (!passkey && upstreams.length === 0) return undefined;
  const hidden = upstreams.length === 0 && html` data-needs-passkey hidden`;
  return html`<p class="or"${hidden}>${m().upstream.or}</p>
    <div class="stack">${passkey && passkeySignIn({ ...passkey, csrf })}${upstreamSignIn(upstreams, csrf)}</div>`;
}

/** Both fields point at the message: marking one would reveal which half was wrong. */
function fieldState(problem?: SignInProblem): Html | undefined {
  if (problem?.kind === 'mismatch') return html` aria-invalid="true" aria-describedby="problem"`;
  return problem && html` aria-describedby="problem"`;
}

function problemNote(problem: SignInProblem): Html {
  if (problem.kind === 'mismatch') {
    return note({
      kind: 'bad',
      icon: icons.wrong,
      what: m().signIn.mismatch,
      todo: m().signIn.mismatchTodo,
      role: 'alert',
      id: 'problem',
    });
  }
  if (problem.kind === 'late') {
    const late = { what: m().signIn.late, todo: m().signIn.lateTodo };
    return note({ kind: 'warn', icon: icons.clock, ...late, role: 'alert', id: 'problem' });
  }
  if (problem.kind !== 'throttled') return passkeyProblemNote(problem.kind);
  const what = m().signIn.throttled;
  const todo = m().signIn.throttledTodo(duration(problem.retryAfterSeconds));
  return note({ kind: 'warn', icon: icons.warning, what, todo, role: 'alert', id: 'problem' });
}
