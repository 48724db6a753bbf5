import { html } from 'hono/html';
import { textField } from '../admin/fields.ts';
import * as icons from '../icons.ts';
import { newPasswordField, type PasswordReason } from '../new-password.ts';
import { note } from '../note.ts';
import type { Html } from '../text.ts';
import { duration } from '../time.ts';
import { accountLayout } from './layout.ts';

/** Why the password was not changed: the current one, the new one, or too many tries. */
export type PasswordProblem =
  | { kind: 'mismatch' }
  | { kind: 'refused'; wrong: PasswordReason }
  | { kind: 'throttled'; retryAfterSeconds: number };

/**
 * How a person signs in. Posts `csrf`, `password` and `new_password` to `/account/security/password`; the form shows
 * neither password again.
 */
export function accountSecurityPage(props: {
  csrf: string;
  email: string;
  admin?: boolean;
  problem?: PasswordProblem;
  /** The password has just been changed. */
  changed?: boolean;
}): string {
  const { problem } = props;
  return accountLayout({
    title: 'Security',
    tab: 'security',
    csrf: props.csrf,
    email: props.email,
    ...(props.admin && { admin: true }),
    content: html`<header><div><h1>Security</h1><p>How you sign in.</p></div></header>
${props.changed && changedNote}${problem?.kind === 'throttled' && throttledNote(problem.retryAfterSeconds)}
<div class="panel"><section class="setting" aria-labelledby="pw"><header><h2 id="pw">Password</h2><p>A change signs you out everywhere else. Apps that you connected have to ask you again.</p></header>
  <form method="post" action="/account/security/password" class="narrow"><input type="hidden" name="csrf" value="${props.csrf}">
    ${textField({ name: 'password', label: 'Current password', type: 'password', autocomplete: 'current-password', problem: problem?.kind === 'mismatch' ? 'is wrong: nothing was changed' : undefined, describedBy: problem?.kind === 'throttled' ? 'throttled' : undefined, focused: problem?.kind === 'mismatch' || problem?.kind === 'throttled', required: true })}
    ${newPasswordField({ label: 'New password', reason: problem?.kind === 'refused' ? problem.wrong : undefined, focused: problem?.kind === 'refused' })}
    <p class="field"><button class="btn">Change password</button></p>
  </form></section></div>`,
  });
}

const changedNote = note({
  kind: 'good',
  icon: icons.tick,
  what: 'Your password is changed.',
  todo: 'You are signed in here alone, and your apps have to ask you again.',
  role: 'status',
});

function throttledNote(seconds: number): Html {
  const todo = html`Nothing was changed. Wait ${duration(seconds)}, then try again.`;
  return note({ kind: 'warn', icon: icons.warning, what: 'Too many tries.', todo, role: 'alert', id: 'throttled' });
}
