import { html } from 'hono/html';
import { m } from '../../messages/index.ts';
import { newPasswordField, type PasswordReason } from '../../new-password.ts';
import { type Html, listed, name, plain } from '../../text.ts';
import { type Act, actPage } from '../act.ts';
import { clientPath } from '../clients/head.ts';
import { type Problems, textField } from '../fields.ts';
import type { AdminFrame } from '../layout.ts';
import { type SessionRow, sessionBegan, sessionSeen } from './session.ts';

const words = () => m().adminAccounts.acts;
const ending = () => m().adminAccountEnd;

/** What an act on an account would end, counted now: `apps` have a connection, `keys` work. */
export type AccountSize = { sessions: number; connections: number; apps: number; keys: number };

/** An app that would be disconnected. */
export type DisconnectedApp = { clientId: string; name: string; connections: number };

/** What has to be done before the account can be deleted. */
export type AccountObstacles = { lastAdmin: boolean; owns: { clientId: string; name: string }[] };

type Said = {
  email: string;
  size: AccountSize;
  app?: DisconnectedApp;
  passkey?: { id: string; name: string };
  session?: SessionRow;
};

/** The acts on an account that ask for a reason, by the last part of their address. */
export const accountActs = {
  suspend: {
    title: ({ email }: Said) => words().suspend.title(email),
    heading: ({ email }: Said) => words().suspend.heading(name(email)),
    effects: ({ size }: Said) => [
      everything({ ...size, keys: 0 }),
      html`${words().suspend.effect}${size.keys > 0 && ` ${words().keysRefused(size.keys)}`}`,
    ],
    button: ({ email }: Said) => html`<span>${words().suspend.button(name(email))}</span>`,
  },
  'sessions/end': {
    title: ({ email }: Said) => ending().session.title(email),
    heading: ({ email }: Said) => ending().session.heading(name(email)),
    effects: ({ size, session }: Said) => [
      ...(session ? [html`${sessionSeen(session, new Date())}<br>${sessionBegan(session, new Date())}`] : []),
      html`${ending().session.effect}`,
      html`${stay(size.apps)}`,
    ],
    button: () => html`${ending().session.button}`,
  },
  'sessions/end-all': {
    title: ({ email }: Said) => words().endAll.title(email),
    heading: ({ email }: Said) => words().endAll.heading(name(email)),
    effects: ({ size }: Said) => [html`${signsOut(size.sessions)}`, html`${stay(size.apps)}`],
    button: () => html`${words().endAll.button}`,
  },
  'role/admin': {
    title: ({ email }: Said) => words().grant.title(email),
    heading: ({ email }: Said) => words().grant.heading(name(email)),
    effects: () => [html`${words().grant.effect}`, html`${words().grant.effectToo}`],
    button: () => html`${words().grant.button}`,
  },
  'role/user': {
    title: ({ email }: Said) => words().revoke.title(email),
    heading: ({ email }: Said) => words().revoke.heading(name(email)),
    effects: () => [html`${words().revoke.effect}`, html`${words().revoke.effectToo}`],
    button: () => html`${words().revoke.button}`,
  },
  'password/require': {
    title: ({ email }: Said) => words().require.title(email),
    heading: ({ email }: Said) => words().require.heading(name(email)),
    effects: ({ size }: Said) => [
      html`${signsOut(size.sessions)} ${words().require.asks}`,
      html`${stay(size.apps)}${size.apps > 0 && ` ${words().require.ends}`}`,
    ],
    button: () => html`${words().require.button}`,
  },
  'second-step/reset': {
    title: ({ email }: Said) => words().reset.title(email),
    heading: ({ email }: Said) => words().reset.heading(name(email)),
    effects: ({ size }: Said) => [
      html`${signsOut(size.sessions)} ${words().reset.gone}`,
      html`${words().reset.effect}`,
    ],
    button: () => html`${words().reset.button}`,
  },
  'passkeys/remove': {
    title: ({ email, passkey }: Said) => ending().passkey.title(passkey?.name ?? '', email),
    heading: ({ email, passkey }: Said) => ending().passkey.heading(name(passkey?.name ?? ''), name(email)),
    effects: ({ size }: Said) => [
      html`${signsOut(size.sessions)} ${ending().passkey.effect}`,
      html`${ending().passkey.effectToo}`,
    ],
    button: () => html`${ending().passkey.button}`,
  },
  delete: {
    title: ({ email }: Said) => ending().remove.title(email),
    heading: ({ email }: Said) => ending().remove.heading(name(email)),
    effects: ({ size }: Said) => [everything(size), html`${ending().remove.effect}`, html`${ending().remove.told}`],
    button: () => html`${ending().remove.button}`,
  },
  password: {
    title: ({ email }: Said) => words().password.title(email),
    heading: ({ email }: Said) => words().password.heading(name(email)),
    effects: ({ size }: Said) => [everything({ ...size, keys: 0 }), html`${words().password.effect}`],
    button: () => html`${words().password.button}`,
  },
  disconnect: {
    title: ({ email, app }: Said) => words().disconnect.title(app?.name ?? '', email),
    heading: ({ email, app }: Said) => words().disconnect.heading(name(app?.name ?? ''), name(email)),
    effects: ({ app }: Said) => [
      html`${app?.connections ? words().disconnect.effect(app.connections) : words().disconnect.effectNone}`,
      html`${words().disconnect.effectToo}`,
    ],
    button: ({ app }: Said) => html`<span>${words().disconnect.button(name(app?.name ?? ''))}</span>`,
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

const signsOut = (n: number): string => (n === 0 ? words().nobody : words().signsOut(n));

function stay(n: number): string {
  return n === 0 ? words().noApp : words().stay(n);
}

function everything({ sessions, connections, apps, keys }: AccountSize): Html {
  const parts = [
    ...(sessions > 0 ? [html`${words().sessions(sessions)}`] : []),
    ...(apps > 0 ? [html`${words().tokensOf(apps, m().adminAccounts.one.connections(connections))}`] : []),
    ...(keys > 0 ? [html`${words().keys(keys)}`] : []),
  ];
  return parts.length === 0 ? html`${words().endsNothing}` : words().ends(listed(parts));
}

function confirmField(props: { account: { email: string }; confirm?: string; problems: Problems }): Html {
  const { account, confirm = '', problems } = props;
  const { address, confirm: label } = ending().remove;
  return html`<p class="small field">${address(html`<code>${plain(account.email)}</code>`)}</p>${textField({ name: 'confirm', label, called: m().adminFrame.typed, value: confirm, problem: problems.confirm, required: true })}`;
}

/** What has to be done first. The form stays: it is refused until then. */
function blocked({ lastAdmin, owns }: AccountObstacles): Pick<Act, 'warning'> {
  if (!lastAdmin && owns.length === 0) return {};
  const links = owns.map((one) => html`<a href="${clientPath(one.clientId)}">${name(one.name)}</a>`);
  const { first, lastAdmin: only, owns: owned } = ending().remove;
  const todo = html`${lastAdmin && html`${only} `}${owns.length > 0 && owned(listed(links), links.length)}`;
  return { warning: { what: first, todo } };
}

/** Asks for confirmation and a reason. */
export function accountActPage(props: {
  frame: AdminFrame;
  account: { id: string; email: string };
  act: AccountActName;
  size: AccountSize;
  app?: DisconnectedApp;
  passkey?: { id: string; name: string };
  /** The session that would end. */
  session?: SessionRow;
  obstacles?: AccountObstacles;
  problems: Problems;
  /** Why the new password is refused. */
  passwordReason?: PasswordReason | undefined;
  reason: string;
  /** What was typed to confirm. */
  confirm?: string;
}): string {
  const { frame, account, size, app, passkey, session, problems, reason } = props;
  const said: Said = {
    email: account.email,
    size,
    ...(app && { app }),
    ...(passkey && { passkey }),
    ...(session && { session }),
  };
  const { title, heading, effects, button } = accountActs[props.act];
  const path = `/admin/account/${account.id}`;
  const password = newPasswordField({ label: words().password.label, reason: props.passwordReason });
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
    ...(session && { hidden: { session: session.id } }),
  };
  return actPage({ frame, tab: 'accounts', act, problems, reason });
}
