import { html } from 'hono/html';
import { m } from '../../messages/index.ts';
import { newPasswordField, type PasswordReason } from '../../new-password.ts';
import { checkbox, type Problem, type Problems, reasonField, selectField, textField } from '../fields.ts';
import { type AdminFrame, adminLayout, form } from '../layout.ts';

const words = () => m().adminAccounts.create;

export type AccountFormValues = { email: string; name: string; tier: string; admin: boolean; reason: string };

/** A tier's name is its label. */
export const tierChoices = (tiers: readonly string[]) => tiers.map((value) => ({ value, label: value }));

/** Why somebody becomes an admin; only an admin needs it. */
export const adminReasonField = (field: { value: string; problem: Problem | undefined }) =>
  reasonField({ ...field, hint: words().reasonHint, required: false });

/** Creates an account. The form shows again what was typed, but for the password. */
export function newAccountPage(props: {
  frame: AdminFrame;
  values: AccountFormValues;
  tiers: readonly string[];
  problems: Problems;
  /** Why the password is refused. */
  passwordReason?: PasswordReason | undefined;
}): string {
  const { values, problems } = props;
  const fields = html`${textField({ name: 'email', label: words().email, type: 'email', value: values.email, problem: problems.email, required: true })}
${textField({ name: 'name', label: words().name, value: values.name, problem: problems.name, required: true })}
${newPasswordField({ label: words().password, hint: words().passwordHint, reason: props.passwordReason })}
${selectField({ name: 'tier', label: words().tier, value: values.tier, choices: tierChoices(props.tiers), problem: problems.tier })}
${checkbox({ name: 'admin', value: 'yes', label: words().admin, checked: values.admin, hint: words().adminHint })}
${adminReasonField({ value: values.reason, problem: problems.reason })}`;
  return adminLayout({
    frame: props.frame,
    title: words().title,
    tab: 'accounts',
    refused: Object.keys(problems).length > 0,
    head: html`<div><h1>${words().title}</h1><p>${words().lead}</p></div>`,
    content: form({
      csrf: props.frame.csrf,
      action: '/admin/accounts',
      content: html`<div class="panel"><section class="setting"><header><h2>${words().who}</h2></header><div>${fields}</div></section><div class="row"><button class="btn solid">${words().create}</button></div></div>`,
    }),
  });
}
