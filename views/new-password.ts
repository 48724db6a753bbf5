import { html } from 'hono/html';
import type { Messages } from './messages/en.ts';
import { m } from './messages/index.ts';
import type { Html } from './text.ts';

type Refused = keyof Messages['newPassword']['refused'];
type Guessed = keyof Messages['newPassword']['guessed'];

/** Why a new password was refused. */
export type PasswordReason = Refused | Guessed;

const isGuessed = (reason: PasswordReason): reason is Guessed => Object.hasOwn(m().newPassword.guessed, reason);

/**
 * The field for a new password, posted as `new_password`; it is never filled in again. A refusal says what makes the
 * password weak, and what helps.
 */
export function newPasswordField(props: {
  label: string;
  /** A sentence after the limits. */
  hint?: string | undefined;
  reason?: PasswordReason | undefined;
  focused?: boolean;
}): Html {
  const { label, hint, reason, focused } = props;
  const described = `${reason ? 'new_password-problem ' : ''}new_password-hint`;
  return html`<p class="field"><label for="new_password">${label}</label>
        <input id="new_password" name="new_password" type="password" autocomplete="new-password" required aria-describedby="${described}"${reason && html` aria-invalid="true"`}${focused && html` autofocus`}>
        ${reason && refusal(reason)}<span class="hint" id="new_password-hint">${m().newPassword.limits}${hint && ` ${hint}`}</span></p>
      ${reason && isGuessed(reason) && tips(reason)}`;
}

function refusal(reason: PasswordReason): Html {
  const { tooEasy, guessed, refused } = m().newPassword;
  if (!isGuessed(reason)) return problem(refused[reason].what, refused[reason].todo);
  const bars = html`<span class="strength" aria-hidden="true"><i class="no"></i><i${reason === 'guessable' && html` class="no"`}></i><i></i><i></i></span>`;
  return html`${bars}${problem(tooEasy, guessed[reason].why)}`;
}

const problem = (what: string, more: string): Html =>
  html`<span class="hint no" id="new_password-problem" role="alert"><b>${what}</b> ${more}</span>`;

function tips(reason: Guessed): Html {
  const { helps, words, manager, guessed } = m().newPassword;
  return html`<div class="field"><p class="label">${helps}</p><ul class="tips"><li>${words}</li><li>${manager}</li><li>${guessed[reason].useless}</li></ul></div>`;
}
