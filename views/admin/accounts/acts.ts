import { html } from 'hono/html';
import { newPasswordField, type PasswordReason } from '../../new-password.ts';
import { type Html, listed, name, plain } from '../../text.ts';
import { plural } from '../../time.ts';
import { type Act, actPage } from '../act.ts';
import { clientPath } from '../clients/head.ts';
import { type Problems, textField } from '../fields.ts';
import type { AdminFrame } from '../layout.ts';

/** What an act on an account would end, counted now. */
export type AccountSize = { sessions: number; connections: number; apps: number };

/** An app that would be disconnected. */
export type DisconnectedApp = { clientId: string; name: string; connections: number };

/** What has to be done before the account can be deleted. */
export type AccountObstacles = { lastAdmin: boolean; owns: { clientId: string; name: string }[] };

type Said = { email: string; size: AccountSize; app?: DisconnectedApp; passkey?: { id: string; name: string } };

/** The acts on an account that ask for a reason, by the last part of their address. */
export const accountActs = {
  suspend: {
    title: ({ email }: Said) => `Suspend ${email}`,
    heading: ({ email }: Said) => html`Suspend ${name(email)}?`,
    effects: ({ size }: Said) => [
      html`Ends ${everything(size)}.`,
      html`Nobody can sign in to this account until it is restored. What has ended stays ended.`,
    ],
    button: ({ email }: Said) => html`<span>Suspend ${name(email)}</span>`,
  },
  'sessions/end-all': {
    title: ({ email }: Said) => `End every session of ${email}`,
    heading: ({ email }: Said) => html`End every session of ${name(email)}?`,
    effects: ({ size }: Said) => [html`${signsOut(size.sessions)}`, html`${stay(size.apps)}`],
    button: () => html`End every session`,
  },
  'role/admin': {
    title: ({ email }: Said) => `Make ${email} an admin`,
    heading: ({ email }: Said) => html`Make ${name(email)} an admin?`,
    effects: () => [
      html`It may then do everything on these pages, as you may: read who everybody is, end their access, change and delete every client, and make others admins.`,
      html`It can also take the role from you.`,
    ],
    button: () => html`Make admin`,
  },
  'role/user': {
    title: ({ email }: Said) => `Take admin from ${email}`,
    heading: ({ email }: Said) => html`Take the admin role from ${name(email)}?`,
    effects: () => [
      html`It can’t open these pages any more, and its open admin pages stop working at once.`,
      html`Its sessions and its apps go on.`,
    ],
    button: () => html`Take admin away`,
  },
  'password/require': {
    title: ({ email }: Said) => `Require a new password of ${email}`,
    heading: ({ email }: Said) => html`Require a new password of ${name(email)}?`,
    effects: ({ size }: Said) => [
      html`${signsOut(size.sessions)} The next sign-in asks for a new password.`,
      html`${stay(size.apps)} The new password ends that.`,
    ],
    button: () => html`Require a new password`,
  },
  'second-step/reset': {
    title: ({ email }: Said) => `Remove second step and passkeys of ${email}`,
    heading: ({ email }: Said) => html`Remove second step and passkeys of ${name(email)}?`,
    effects: ({ size }: Said) => [
      html`${signsOut(size.sessions)} Its authenticator app, its recovery codes and its passkeys don’t work any more.`,
      html`The next sign-in needs the password alone; without a password it needs a link by mail. Make sure first that the right person asks: whoever knows the password can then sign in.`,
    ],
    button: () => html`Remove all of them`,
  },
  'passkeys/remove': {
    title: ({ email, passkey }: Said) => `Remove the passkey ${passkey?.name} of ${email}`,
    heading: ({ email, passkey }: Said) => html`Remove the passkey ${name(passkey?.name ?? '')} of ${name(email)}?`,
    effects: ({ size }: Said) => [
      html`${signsOut(size.sessions)} Nobody can sign in with this passkey any more.`,
      html`Without another way in, its owner gets back in by a link from their mail.`,
    ],
    button: () => html`Remove the passkey`,
  },
  delete: {
    title: ({ email }: Said) => `Delete ${email}`,
    heading: ({ email }: Said) => html`Delete ${name(email)} for good?`,
    effects: ({ size }: Said) => [
      html`Ends ${everything(size)}.`,
      html`Its name, its address, its ways in and what it allowed are gone. The audit log keeps its id, with the browsers and network addresses of what happened.`,
      html`Its owner is told by mail. This can’t be undone.`,
    ],
    button: () => html`Delete for good`,
  },
  password: {
    title: ({ email }: Said) => `Set a password for ${email}`,
    heading: ({ email }: Said) => html`Set a new password for ${name(email)}?`,
    effects: ({ size }: Said) => [
      html`Ends ${everything(size)}.`,
      html`From then on the person signs in with what you type here: tell it another way than by mail.`,
    ],
    button: () => html`Set the password`,
  },
  disconnect: {
    title: ({ email, app }: Said) => `Disconnect ${app?.name} from ${email}`,
    heading: ({ email, app }: Said) => html`Disconnect ${name(app?.name ?? '')} from ${name(email)}?`,
    effects: ({ app }: Said) => [
      html`Ends all its access to this account at once: ${plural(app?.connections ?? 0, 'connection')}.`,
      html`The app has to ask the person again.`,
    ],
    button: ({ app }: Said) => html`<span>Disconnect ${name(app?.name ?? '')}</span>`,
  },
} as const satisfies Record<
  string,
  {
    title: (said: Said) => string;
    heading: (said: Said) => Html;
    effects: (said: Said) => Html[];
    button: (said: Said) => Html;
  }
>;

export type AccountActName = keyof typeof accountActs;

const signsOut = (n: number): string =>
  n === 0 ? 'Nobody is signed in now.' : `Signs out ${plural(n, 'browser')} at once.`;

function stay(n: number): string {
  if (n === 0) return 'No app is connected.';
  return n === 1 ? 'One app stays connected: its tokens go on.' : `${n} apps stay connected: their tokens go on.`;
}

function everything({ sessions, connections, apps }: AccountSize): Html {
  const parts = [
    ...(sessions > 0 ? [html`${plural(sessions, 'session')}`] : []),
    ...(apps > 0 ? [html`every token of ${plural(apps, 'app')} (${plural(connections, 'connection')})`] : []),
  ];
  return parts.length === 0 ? html`nothing: there is no session and no app now` : html`${listed(parts)} at once`;
}

function confirmField(props: { account: { email: string }; confirm?: string; problems: Problems }): Html {
  const { account, confirm = '', problems } = props;
  return html`<p class="small field">Its address is <code>${plain(account.email)}</code></p>${textField({ name: 'confirm', label: 'Type the address to confirm', value: confirm, problem: problems.confirm, required: true })}`;
}

/** What has to be done first. The form stays: it is refused until then. */
function blocked({ lastAdmin, owns }: AccountObstacles): Pick<Act, 'warning'> {
  if (!lastAdmin && owns.length === 0) return {};
  const links = owns.map((one) => html`<a href="${clientPath(one.clientId)}">${name(one.name)}</a>`);
  return {
    warning: {
      what: 'Something has to be done first.',
      todo: html`${lastAdmin && 'It is the only admin: make another one. '}${owns.length > 0 && html`It owns ${listed(links)}: delete ${links.length === 1 ? 'it' : 'them'}, or name another owner.`}`,
    },
  };
}

/** Asks for confirmation and a reason. */
export function accountActPage(props: {
  frame: AdminFrame;
  account: { id: string; email: string };
  act: AccountActName;
  size: AccountSize;
  app?: DisconnectedApp;
  passkey?: { id: string; name: string };
  obstacles?: AccountObstacles;
  problems: Problems;
  /** Why the new password is refused. */
  passwordReason?: PasswordReason | undefined;
  reason: string;
  /** What was typed to confirm. */
  confirm?: string;
}): string {
  const { frame, account, size, app, passkey, problems, reason } = props;
  const said: Said = { email: account.email, size, ...(app && { app }), ...(passkey && { passkey }) };
  const { title, heading, effects, button } = accountActs[props.act];
  const path = `/admin/account/${account.id}`;
  const password = newPasswordField({ label: 'New password', reason: props.passwordReason });
  const act: Act = {
    title: title(said),
    heading: heading(said),
    effects: effects(said),
    button: button(said),
    action: `${path}/${props.act}`,
    back: path,
    ...(props.act === 'password' && { fields: password }),
    ...(props.act === 'delete' && { fields: confirmField(props) }),
    ...(props.obstacles && blocked(props.obstacles)),
    ...(app && { hidden: { client_id: app.clientId } }),
    ...(passkey && { hidden: { passkey: passkey.id } }),
  };
  return actPage({ frame, tab: 'accounts', act, problems, reason });
}
