import { html } from 'hono/html';
import * as icons from '../icons.ts';
import { layout } from '../layout.ts';
import { m } from '../messages/index.ts';
import { newPasswordField, type PasswordReason } from '../new-password.ts';
import { note } from '../note.ts';
import { type Html, plain } from '../text.ts';
import { duration } from '../time.ts';

/** What was wrong: the new password, the code of the second step, or too many codes. */
export type ResetProblem =
  | { kind: 'password'; wrong: PasswordReason }
  | { kind: 'code' }
  | { kind: 'throttled'; retryAfterSeconds: number };

/**
 * Sets a new password. Posts `csrf`, `new_password` and, for an account with a second step, `otp` to `/reset/new`. It shows
 * neither again.
 */
export function resetNewPage(props: {
  csrf: string;
  email: string;
  secondStep: boolean;
  problem?: ResetProblem | undefined;
}): string {
  const { title, effect, submit, ...words } = m().links.newPassword;
  const { problem } = props;
  const refused = problem?.kind === 'password' ? problem.wrong : undefined;
  return layout({
    title: `${title} · VibeCaaS`,
    kind: 'short',
    main: html`<main class="sheet" id="main">
  <div class="who"><div class="keep"><h1>${title}</h1><p>${words.for(plain(props.email))}</p><p>${effect}</p></div></div>
  <div class="what"><form method="post" action="/reset/new"><input type="hidden" name="csrf" value="${props.csrf}"><input type="hidden" name="username" autocomplete="username" value="${props.email}">
      ${problem?.kind === 'throttled' && throttledNote(problem.retryAfterSeconds)}
      ${newPasswordField({ label: words.label, reason: refused, focused: refused !== undefined })}
      ${props.secondStep && codeField(problem)}
      <p class="field"><button class="btn solid wide">${submit}</button></p></form></div>
</main>`,
  });
}

function codeField(problem: ResetProblem | undefined): Html {
  const { code, codeHint, codeWrong } = m().links.newPassword;
  const refused = problem?.kind === 'code';
  const throttled = problem?.kind === 'throttled';
  const ids = ['otp-hint', refused && 'otp-problem', throttled && 'problem'].filter((id) => id);
  const said = refused && html`<span class="hint no" id="otp-problem" role="alert">${codeWrong}</span>`;
  return html`<p class="field"><label for="otp">${code}</label><input class="code" id="otp" name="otp" autocomplete="one-time-code" autocapitalize="characters" spellcheck="false" maxlength="12" required aria-describedby="${ids.toReversed().join(' ')}"${refused && html` aria-invalid="true"`}${(refused || throttled) && html` autofocus`}>
        ${said}<span class="hint" id="otp-hint">${codeHint}</span></p>`;
}

const throttledNote = (seconds: number): Html =>
  note({
    kind: 'warn',
    icon: icons.warning,
    what: m().links.newPassword.tooMany,
    todo: m().links.newPassword.wait(duration(seconds)),
    role: 'alert',
    id: 'problem',
  });
