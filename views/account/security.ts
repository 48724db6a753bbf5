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

/** What has just been done, said once. */
export type SecurityNotice = keyof typeof notices;

/**
 * How a person signs in and gets back in. The form of the password posts `csrf`, `password` and `new_password` to
 * `/account/security/password` and shows neither again; with `confirm` it has to be asked for there first. Each of the sections
 * `before` and `after` the password is made by a view of its own.
 */
export function accountSecurityPage(props: {
  csrf: string;
  email: string;
  admin?: boolean;
  problem?: PasswordProblem;
  notice?: SecurityNotice | undefined;
  confirm?: string | undefined;
  /** What needs the person’s attention. */
  warnings?: readonly (Html | undefined)[];
  before?: readonly Html[];
  after?: readonly Html[];
}): string {
  const { problem, notice } = props;
  return accountLayout({
    title: 'Security',
    tab: 'security',
    csrf: props.csrf,
    email: props.email,
    ...(props.admin && { admin: true }),
    content: html`<header><div><h1>Security</h1><p>How you sign in, and how you get back in.</p></div></header>
${notice && doneNote(notice)}${problem?.kind === 'throttled' && throttledNote(problem.retryAfterSeconds)}${props.warnings}
<div class="panel">${props.before}${props.confirm === undefined ? passwordSection(props) : lockedSection(props.confirm)}${props.after}</div>`,
  });
}

const passwordHead = html`<header><h2 id="pw">Password</h2><p>A change signs you out everywhere else. Apps that you connected have to ask you again.</p></header>`;

function passwordSection({ csrf, problem }: { csrf: string; problem?: PasswordProblem }): Html {
  return html`<section class="setting" aria-labelledby="pw">${passwordHead}
  <form method="post" action="/account/security/password" class="narrow"><input type="hidden" name="csrf" value="${csrf}">
    ${textField({ name: 'password', label: 'Current password', type: 'password', autocomplete: 'current-password', problem: problem?.kind === 'mismatch' ? 'is wrong: nothing was changed' : undefined, describedBy: problem?.kind === 'throttled' ? 'throttled' : undefined, focused: problem?.kind === 'mismatch' || problem?.kind === 'throttled', required: true })}
    ${newPasswordField({ label: 'New password', reason: problem?.kind === 'refused' ? problem.wrong : undefined, focused: problem?.kind === 'refused' })}
    <p class="field"><button class="btn">Change password</button></p>
  </form></section>`;
}

/** A person with a second step shows it before the form, because a code can’t wait while a password is corrected. */
const lockedSection = (confirm: string): Html =>
  html`<section class="setting" aria-labelledby="pw">${passwordHead}<div><p><a class="btn less" href="${confirm}">Change<span class="vh"> your password</span></a></p></div></section>`;

const notices = {
  'password-changed': [
    'Your password is changed.',
    'You are signed in here alone, and your apps have to ask you again.',
  ],
  'second-step-off': ['The second step is off.', 'From now on your password alone signs you in.'],
} as const;

const doneNote = (notice: SecurityNotice): Html =>
  note({ kind: 'good', icon: icons.tick, what: notices[notice][0], todo: notices[notice][1], role: 'status' });

export const securityNotices = Object.keys(notices) as SecurityNotice[];

function throttledNote(seconds: number): Html {
  const todo = html`Nothing was changed. Wait ${duration(seconds)}, then try again.`;
  return note({ kind: 'warn', icon: icons.warning, what: 'Too many tries.', todo, role: 'alert', id: 'throttled' });
}
