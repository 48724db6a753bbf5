import { html } from 'hono/html';
import { type App, callName } from '../app-identity.ts';
import { type Browser, browserName } from '../browser.ts';
import * as icons from '../icons.ts';
import { summary } from '../scopes.ts';
import { type Html, listed, name, plain } from '../text.ts';
import { plural } from '../time.ts';

/** One event in the activity of an account. */
export type ActivityEntry = {
  at: Date;
  /** As the log records it: `account.signed_in`. */
  action: string;
  /** The person, VibeCaaS, or the app. */
  by: 'you' | 'us' | 'app';
  /** The app that it is about. An app that was deleted is known by its id alone. */
  app?: App | { clientId: string } | undefined;
  /** What it was done to, as the log records it; for events that have no sentence of their own. */
  target: string;
  address?: string | undefined;
  browser?: Browser | undefined;
  /** What the app may do since. */
  granted?: string[] | undefined;
  /** Whether something was taken from an app. */
  less?: boolean;
  sessionsEnded?: number | undefined;
  /** The fields that were changed. */
  fields?: string[] | undefined;
  role?: string | undefined;
};

type Line = {
  icon: Html;
  said: Html;
  /** Below the sentence. */
  more?: Html | undefined;
};

const fieldNames: Readonly<Record<string, string>> = { name: 'name', tier: 'plan', locale: 'language' };

/** The sentence of each event. Its subject is in bold. */
const sentences: Readonly<Record<string, (entry: ActivityEntry) => Line>> = {
  'account.created': () => ({ icon: icons.tick, said: html`<b>Account created</b>` }),
  'account.signed_in': () => ({ icon: icons.tick, said: html`<b>Signed in</b>` }),
  'account.password_set': ({ by }) => ({
    icon: icons.key,
    said: html`<b>Password ${by === 'you' ? 'changed' : 'set'}</b>, and every session and connection ended`,
  }),
  'account.password_change_required': () => ({
    icon: icons.key,
    said: html`<b>A new password was asked for</b>, and every session ended`,
  }),
  'account.signed_out_everywhere': () => ({ icon: icons.cross, said: html`<b>Signed out everywhere</b>` }),
  'account.suspended': () => ({ icon: stop, said: html`<b>Account suspended</b>, and everything ended` }),
  'account.restored': () => ({ icon: icons.tick, said: html`<b>Account restored</b>` }),
  'account.role_set': ({ role }) => ({
    icon: icons.key,
    said: role === 'admin' ? html`<b>Made an admin</b>` : html`<b>No longer an admin</b>`,
  }),
  'account.updated': ({ fields = [] }) => ({
    icon: icons.pen,
    said: html`<b>Account changed</b>${fields.length > 0 && html`: ${listed(fields.map((field) => html`${fieldNames[field] ?? field}`))}`}`,
  }),
  'account.second_step_on': () => ({ icon: icons.phone, said: html`<b>The second step</b> turned on` }),
  'account.second_step_replaced': () => ({ icon: icons.phone, said: html`<b>Another authenticator app</b> connected` }),
  'account.second_step_off': () => ({ icon: icons.phone, said: html`<b>The second step</b> turned off` }),
  'account.second_step_reset': () => ({
    icon: icons.phone,
    said: html`<b>The second step</b> removed, and every session ended`,
  }),
  'account.recovery_codes_made': () => ({ icon: icons.box, said: html`<b>New recovery codes</b> made` }),
  'account.recovery_code_used': () => ({ icon: icons.box, said: html`<b>A recovery code</b> used` }),
  'account.exported': () => ({ icon: icons.copy, said: html`<b>A copy of your data</b> downloaded` }),
  'session.ended': () => ({ icon: icons.cross, said: html`<b>A session</b> ended` }),
  'session.others_ended': ({ sessionsEnded = 0 }) => ({
    icon: icons.cross,
    said: html`<b>${plural(sessionsEnded, 'other session')}</b> ended`,
  }),
  'consent.given': (entry) => ({
    icon: icons.tick,
    said: html`<b>${appOf(entry)}</b> allowed${entry.less && ', and less than before'}`,
    more: entry.granted?.length ? summary(entry.granted) : undefined,
  }),
  'app.disconnected': (entry) => ({ icon: icons.cross, said: html`<b>${appOf(entry)}</b> disconnected` }),
  'grant.revoked': (entry) => ({ icon: icons.cross, said: html`A connection of <b>${appOf(entry)}</b> ended` }),
  'refresh_token.reused': (entry) => cutOff(entry),
  'authorization_code.reused': (entry) => cutOff(entry),
  'client.created': (entry) => ({ icon: icons.box, said: html`<b>${appOf(entry)}</b> registered` }),
  'client.updated': (entry) => ({ icon: icons.box, said: html`<b>${appOf(entry)}</b> changed` }),
  'client.deleted': (entry) => ({ icon: icons.box, said: html`<b>${appOf(entry)}</b> deleted` }),
  'client.submitted': (entry) => ({ icon: icons.box, said: html`<b>${appOf(entry)}</b> sent to review` }),
  'client.secret_rotated': (entry) => ({ icon: icons.key, said: html`A new secret of <b>${appOf(entry)}</b>` }),
  'client.secret_removed': (entry) => ({ icon: icons.key, said: html`A secret of <b>${appOf(entry)}</b> removed` }),
};

const stop = icons.coloured('no', icons.wrong);

const cutOff = (entry: ActivityEntry): Line => ({
  icon: icons.coloured('no', icons.wrong),
  said: html`<b>${appOf(entry)}</b> cut off: one of its keys was used twice`,
  more: html`<p>It may have been copied. That connection ended; connect the app again if you use it.</p>`,
});

/** Events that have no sentence yet are shown as they are recorded: nothing is left out. */
const recorded = ({ action, target }: ActivityEntry): Line => ({
  icon: icons.pen,
  said: html`<code>${plain(action)}</code> on <code>${plain(target)}</code>`,
});

const appOf = ({ app }: ActivityEntry): Html => {
  if (!app) return html`An app`;
  return 'name' in app ? callName(app) : html`<code>${plain(app.clientId)}</code>`;
};

const byWords = { you: 'By you', us: 'By VibeCaaS', app: 'By the app itself' } as const;

/** `<li>` of one event. */
export function activityItem(entry: ActivityEntry): Html {
  const { icon, said, more } = (sentences[entry.action] ?? recorded)(entry);
  const signedIn = entry.action === 'account.signed_in';
  const where = [
    signedIn ? undefined : html`${byWords[entry.by]}`,
    entry.browser && name(browserName(entry.browser)),
    entry.by === 'you' && entry.address ? html`<span class="mono">${plain(entry.address)}</span>` : undefined,
  ].filter((part) => part !== undefined);
  const time = entry.at.toISOString();
  return html`
    <li>${icon}<div>${said}${more}<p>${where.map((part, index) => html`${index > 0 && ' · '}${part}`)}</p></div><time class="small quiet" datetime="${time.slice(0, 19)}Z">${time.slice(11, 16)}</time></li>`;
}
