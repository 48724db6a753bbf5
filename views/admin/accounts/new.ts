import { html } from 'hono/html';
import { newPasswordField, type PasswordReason } from '../../new-password.ts';
import { checkbox, type Problems, selectField, textField } from '../fields.ts';
import { type AdminFrame, adminLayout, form } from '../layout.ts';

export type AccountFormValues = { email: string; name: string; tier: string; admin: boolean };

/** A tier's name is its label. */
export const tierChoices = (tiers: readonly string[]) => tiers.map((value) => ({ value, label: value }));

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
  const fields = html`${textField({ name: 'email', label: 'Email address', type: 'email', value: values.email, problem: problems.email, required: true })}
${textField({ name: 'name', label: 'Name', value: values.name, problem: problems.name, required: true })}
${newPasswordField({ label: 'Password', hint: 'Tell it to its owner another way than by mail.', reason: props.passwordReason })}
${selectField({ name: 'tier', label: 'Tier', value: values.tier, choices: tierChoices(props.tiers), problem: problems.tier })}
${checkbox({ name: 'admin', value: 'yes', label: 'Admin', checked: values.admin, hint: 'May do everything on these pages.' })}`;
  return adminLayout({
    frame: props.frame,
    title: 'Create an account',
    tab: 'accounts',
    head: html`<div><h1>Create an account</h1><p>For a person whose projects are on VibeCaaS.</p></div>`,
    content: form({
      csrf: props.frame.csrf,
      action: '/admin/accounts',
      content: html`<div class="panel"><section class="setting"><header><h2>Who it is for</h2></header><div>${fields}</div></section><div class="row"><button class="btn solid">Create</button></div></div>`,
    }),
  });
}
