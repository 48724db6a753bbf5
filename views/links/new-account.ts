import { html } from 'hono/html';
import { textField } from '../admin/fields.ts';
import * as icons from '../icons.ts';
import { layout } from '../layout.ts';
import { m } from '../messages/index.ts';
import { newPasswordField, type PasswordReason } from '../new-password.ts';
import { note } from '../note.ts';
import { type PasskeyButton, passkeyStopped } from '../passkey-button.ts';
import { type Html, plain } from '../text.ts';

/** What was wrong with the form. */
export type NewAccountProblem =
  | { problem: 'name' }
  | { problem: 'password'; wrong: PasswordReason }
  | { problem: 'passkey'; kind: 'expired' | 'refused' };

/**
 * Makes an account. Posts `csrf`, `name` and `new_password` to `action`, or `csrf`, `name` and `passkey` to the action of
 * the button. With `script` and without a button there is a way to a passkey, at `action` and `/with-passkey`.
 */
export function newAccountPage(props: {
  csrf: string;
  action: string;
  email: string;
  /** The account is to be an admin's. */
  admin: boolean;
  name?: string;
  problem?: NewAccountProblem;
  button?: PasskeyButton | undefined;
  script?: string | undefined;
}): string {
  const words = m().registration.make;
  return layout({
    title: `${words.title} · VibeCaaS`,
    kind: 'short',
    script: props.script,
    main: html`<main class="sheet" id="main">
  <div class="who"><div class="keep"><h1>${words.title}</h1><p>${m().links.done.for(plain(props.email))}</p><p>${words.lead}</p>${props.admin && html`<p>${words.admin}</p>`}</div></div>
  <div class="what">${props.button ? passkeyForm(props, props.button) : passwordForm(props)}</div>
</main>`,
  });
}

type Props = Parameters<typeof newAccountPage>[0];

function passwordForm(props: Props): Html {
  const words = m().registration.make;
  const reason = props.problem?.problem === 'password' ? props.problem.wrong : undefined;
  return html`<form method="post" action="${props.action}"><input type="hidden" name="csrf" value="${props.csrf}"><input type="hidden" name="username" autocomplete="username" value="${props.email}">
      ${nameField(props)}
      ${newPasswordField({ label: words.password, reason, focused: reason !== undefined })}
      <p class="field"><button class="btn solid wide">${words.submit}</button></p>
      ${props.script && html`<p class="field" data-needs-passkey hidden><button class="btn wide" formaction="${props.action}/with-passkey" formnovalidate>${icons.key}${m().passkeys.useInstead}</button></p>`}</form>`;
}

function passkeyForm(props: Props, { action, options }: PasskeyButton): Html {
  const words = m().registration.make;
  return html`<p data-without-passkey>${m().passkeys.unsupported}</p>
    <form method="post" action="${action}" data-passkey="create" data-options="${options}" data-needs-passkey hidden><input type="hidden" name="csrf" value="${props.csrf}"><input type="hidden" name="passkey" data-passkey-answer>
      ${props.problem?.problem === 'passkey' && passkeyNote(props.problem.kind)}
      ${nameField(props)}
      <p class="field small quiet">${m().passkeys.create.lead}</p>
      <p class="field"><button class="btn solid wide">${icons.key}${words.passkey}</button></p>
      ${passkeyStopped(m().passkeys.create.stopped)}</form>
    <p class="field small"><a href="${props.action}">${words.withPassword}</a></p>`;
}

function nameField({ name, problem }: Props): Html {
  const words = m().registration.make;
  const wrong = problem?.problem === 'name';
  return textField({
    name: 'name',
    label: words.name,
    hint: words.nameHint,
    required: true,
    autocomplete: 'name',
    ...(name !== undefined && { value: name }),
    ...(wrong && { problem: m().passkeys.create.nameProblem }),
  });
}

function passkeyNote(kind: 'expired' | 'refused'): Html {
  const words = m().registration.make;
  const what = m().passkeys[kind].what;
  return note({
    kind: 'bad',
    icon: icons.wrong,
    what,
    todo: kind === 'expired' ? words.notMade : words.notKept,
    role: 'alert',
  });
}

/** Only whoever has the mailbox gets here, so the page may say it. */
export function addressTakenPage(): string {
  const { title, what } = m().registration.taken;
  return layout({
    title: `${title} · VibeCaaS`,
    kind: 'short',
    main: html`<main class="sheet" id="main">
  <div class="who"><div class="keep"><h1>${title}</h1></div></div>
  <div class="what"><p>${what}</p><p class="field"><a class="btn solid wide" href="/sign-in">${m().signIn.submit}</a></p></div>
</main>`,
  });
}
