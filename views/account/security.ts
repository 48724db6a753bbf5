import { html } from 'hono/html';
import { textField } from '../admin/fields.ts';
import * as icons from '../icons.ts';
import type { Messages } from '../messages/en.ts';
import { m } from '../messages/index.ts';
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
export type SecurityNotice = keyof Messages['security']['notices'];

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
  /** The account has no password. `byMail`: a link by mail lets its owner set one. */
  noPassword?: { byMail: boolean } | undefined;
  /** The address of the script of passkeys. */
  script?: string | undefined;
  /** What needs the person’s attention. */
  warnings?: readonly (Html | undefined)[];
  before?: readonly Html[] | undefined;
  after?: readonly (Html | undefined)[];
}): string {
  const { problem, notice } = props;
  const words = m().security;
  return accountLayout({
    title: words.title,
    tab: 'security',
    csrf: props.csrf,
    email: props.email,
    ...(props.admin && { admin: true }),
    script: props.script,
    content: html`<header><div><h1>${words.title}</h1><p>${words.lead}</p></div></header>
${notice && doneNote(notice)}${problem?.kind === 'throttled' && throttledNote(problem.retryAfterSeconds)}${props.warnings}
<div class="panel">${props.before}${theirPassword(props)}${props.after}</div>`,
  });
}

function theirPassword(props: Parameters<typeof accountSecurityPage>[0]): Html {
  if (props.noPassword) return noPasswordSection(props.noPassword);
  return props.confirm === undefined ? passwordSection(props) : lockedSection(props.confirm);
}

const passwordHead = (lead: string): Html =>
  html`<header><h2 id="pw">${m().security.password}</h2><p>${lead}</p></header>`;

/** A form that asks for the current password could only be refused. */
function noPasswordSection({ byMail }: { byMail: boolean }): Html {
  const words = m().security;
  return html`<section class="setting" aria-labelledby="pw">${passwordHead(words.passwordNone)}<div>${byMail && html`<p><a class="btn less" href="/reset">${words.setByMail}</a></p>`}</div></section>`;
}

function passwordSection({ csrf, problem }: { csrf: string; problem?: PasswordProblem }): Html {
  const words = m().security;
  return html`<section class="setting" aria-labelledby="pw">${passwordHead(words.passwordLead)}
  <form method="post" action="/account/security/password" class="narrow"><input type="hidden" name="csrf" value="${csrf}">
    ${textField({ name: 'password', label: words.currentPassword, type: 'password', autocomplete: 'current-password', problem: problem?.kind === 'mismatch' ? words.wrong : undefined, describedBy: problem?.kind === 'throttled' ? 'throttled' : undefined, focused: problem?.kind === 'mismatch' || problem?.kind === 'throttled', required: true })}
    ${newPasswordField({ label: words.newPassword, reason: problem?.kind === 'refused' ? problem.wrong : undefined, focused: problem?.kind === 'refused' })}
    <p class="field"><button class="btn">${words.change}</button></p>
  </form></section>`;
}

/** A person with a second step shows it before the form, because a code can’t wait while a password is corrected. */
const lockedSection = (confirm: string): Html =>
  html`<section class="setting" aria-labelledby="pw">${passwordHead(m().security.passwordLead)}<div><p><a class="btn less" href="${confirm}">${m().security.changeFirst}</a></p></div></section>`;

const doneNote = (notice: SecurityNotice): Html =>
  note({ kind: 'good', icon: icons.tick, ...m().security.notices[notice], role: 'status' });

export const isSecurityNotice = (text: string | undefined): text is SecurityNotice =>
  text !== undefined && Object.hasOwn(m().security.notices, text);

function throttledNote(seconds: number): Html {
  const { tooMany: what, wait } = m().security;
  const todo = wait(duration(seconds));
  return note({ kind: 'warn', icon: icons.warning, what, todo, role: 'alert', id: 'throttled' });
}
