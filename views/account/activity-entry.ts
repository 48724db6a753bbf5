import { html } from 'hono/html';
import { type App, callName } from '../app-identity.ts';
import { type Browser, browserName, methodWords } from '../browser.ts';
import * as icons from '../icons.ts';
import type { Messages } from '../messages/en.ts';
import { m } from '../messages/index.ts';
import { summary } from '../scopes.ts';
import { type Html, listed, name, plain } from '../text.ts';
import { minute } from '../time.ts';

/** One event in the activity of an account. */
export type ActivityEntry = {
  at: Date;
  /** As the log records it: `account.signed_in`. */
  action: string;
  /** The person, VibeCaaS, or the app. */
  by: 'you' | 'us' | 'app';
  /** The app that it is about. An app that was deleted is known by its id alone. */
  app?: App | { clientId: string } | undefined;
  /** The app with whose access it was done, or the issuer of the organisation that allowed it. */
  through?: App | { clientId: string } | undefined;
  organisation?: string | undefined;
  /** What it was done to, as the log records it; for events that have no sentence of their own. */
  target: string;
  address?: string | undefined;
  browser?: Browser | undefined;
  /** How the person signed in, as in `amr`. */
  methods?: readonly string[] | undefined;
  /** What the app may do since. */
  granted?: string[] | undefined;
  /** Until when it may, if the person chose an end. */
  until?: Date | undefined;
  /** Whether something was taken from an app. */
  less?: boolean;
  sessionsEnded?: number | undefined;
  /** The recovery codes that are left. */
  left?: number | undefined;
  /** The fields that were changed. */
  fields?: string[] | undefined;
  role?: string | undefined;
  /** What the API key looks like that it is about, or its id. */
  apiKey?: string | undefined;
};

type Line = {
  icon: Html;
  said: Html;
  /** Below the sentence. */
  more?: Html | undefined;
};

type Words = Messages['ownPages']['events'];

const bad = (): Html => icons.coloured('no', icons.wrong);
const careful = (): Html => icons.coloured('hm', icons.warning);

/** The sentence of each event. Its subject is in bold. */
const sentences: Readonly<Record<string, (words: Words, entry: ActivityEntry) => Line>> = {
  'account.created': (words) => ({ icon: icons.tick, said: words.created }),
  'account.signed_in': (words, { methods = [] }) => ({
    icon: icons.tick,
    said: methodWords(methods).length > 0 ? words.signedInWith(listed(methodWords(methods))) : words.signedIn,
  }),
  'account.password_set': (words, { by }) => ({
    icon: icons.key,
    said: by === 'you' ? words.passwordChanged : words.passwordSet,
  }),
  'account.password_change_required': (words) => ({ icon: icons.key, said: words.passwordAskedFor }),
  'account.signed_out_everywhere': (words) => ({ icon: icons.cross, said: words.signedOutEverywhere }),
  'account.suspended': (words) => ({ icon: bad(), said: words.suspended }),
  'account.restored': (words) => ({ icon: icons.tick, said: words.restored }),
  'account.role_set': (words, { role }) => ({
    icon: icons.key,
    said: role === 'admin' ? words.madeAdmin : words.noAdmin,
  }),
  'account.updated': (words, { fields = [] }) => ({ icon: icons.pen, said: words.updated(fieldNames(fields)) }),
  'account.exported': (words) => ({ icon: icons.copy, said: words.exported }),
  'account.second_step_on': (words) => ({ icon: icons.key, said: words.secondStepOn }),
  'account.second_step_replaced': (words) => ({ icon: icons.key, said: words.secondStepReplaced }),
  'account.second_step_off': (words) => ({ icon: careful(), said: words.secondStepOff }),
  'account.second_step_reset': (words) => ({ icon: careful(), said: words.secondStepReset }),
  'account.recovery_code_used': (words, { left = 0 }) => ({ icon: careful(), said: words.recoveryCodeUsed(left) }),
  'account.recovery_codes_made': (words) => ({ icon: icons.key, said: words.recoveryCodesMade }),
  'account.password_reset': (words) => ({ icon: icons.key, said: words.passwordReset }),
  'account.address_confirmed': (words) => ({ icon: icons.tick, said: words.addressConfirmed }),
  'account.address_changed': (words) => ({ icon: careful(), said: words.addressChanged }),
  'account.address_change_undone': (words) => ({ icon: careful(), said: words.addressUndone }),
  'account.passkey_added': (words) => ({ icon: icons.key, said: words.passkeyAdded }),
  'account.passkey_renamed': (words) => ({ icon: icons.pen, said: words.passkeyRenamed }),
  'account.passkey_removed': (words) => ({ icon: careful(), said: words.passkeyRemoved }),
  'account.passkey_refused': (words) => ({ icon: bad(), said: words.passkeyRefused }),
  'account.identity_connected': (words) => ({ icon: icons.key, said: words.identityConnected }),
  'account.identity_disconnected': (words) => ({ icon: careful(), said: words.identityDisconnected }),
  'session.ended': (words) => ({ icon: icons.cross, said: words.sessionEnded }),
  'session.others_ended': (words, { sessionsEnded = 0 }) => ({
    icon: icons.cross,
    said: words.othersEnded(sessionsEnded),
  }),
  'consent.given': (words, entry) => ({
    icon: icons.tick,
    said: entry.less ? words.allowedLess(appOf(entry)) : words.allowed(appOf(entry)),
    more: allowedNow(entry),
  }),
  'device.confirmed': (_, entry) => ({ icon: icons.computer, said: m().device.events.confirmed(appOf(entry)) }),
  'device.denied': (_, entry) => ({ icon: careful(), said: m().device.events.denied(appOf(entry)) }),
  'consent.narrowed': (_, entry) => ({
    icon: icons.cross,
    said: m().connectedApp.events.narrowed(appOf(entry)),
    more: allowedNow(entry),
  }),
  'consent.limited': (_, entry) => ({
    icon: icons.clock,
    said: m().connectedApp.events.limited(appOf(entry)),
    more: allowedNow(entry),
  }),
  'app.disconnected': (words, entry) => ({ icon: icons.cross, said: words.disconnected(appOf(entry)) }),
  'grant.revoked': (words, entry) => ({ icon: icons.cross, said: words.connectionEnded(appOf(entry)) }),
  'token.exchanged': (words, entry) => ({
    icon: icons.copy,
    said: words.exchanged(appOf(entry), appOf({ app: entry.through })),
    more: granted(entry),
  }),
  'token.asserted': (words, entry) => ({
    icon: icons.tick,
    said: words.asserted(appOf(entry), html`<span class="mono">${plain(entry.organisation ?? '')}</span>`),
    more: granted(entry),
  }),
  'refresh_token.reused': cutOff,
  'authorization_code.reused': cutOff,
  'device_code.reused': cutOff,
  'refresh_token.leaked': (_, entry) => leaked(m().leaked.events.connection(appOf(entry))),
  'api_key.leaked': () => leaked(m().leaked.events.key),
  'client.secret_leaked': (_, entry) => leaked(m().leaked.events.secret(appOf(entry))),
  'client.registration_token_leaked': (_, entry) => leaked(m().leaked.events.registration(appOf(entry))),
  'client.created': (words, entry) => ({ icon: icons.box, said: words.appRegistered(appOf(entry)) }),
  'client.updated': (words, entry) => ({ icon: icons.box, said: words.appChanged(appOf(entry)) }),
  'client.deleted': (words, entry) => ({ icon: icons.box, said: words.appDeleted(appOf(entry)) }),
  'client.submitted': (words, entry) => ({ icon: icons.box, said: words.appSubmitted(appOf(entry)) }),
  'client.secret_rotated': (words, entry) => ({ icon: icons.key, said: words.secretMade(appOf(entry)) }),
  'api_key.created': (_, entry) => ({ icon: icons.key, said: keyWords().created(keyOf(entry)), more: granted(entry) }),
  'api_key.rotated': (_, entry) => ({ icon: icons.key, said: keyWords().rotated(keyOf(entry)) }),
  'api_key.changed': (_, entry) => ({ icon: icons.pen, said: keyWords().changed(keyOf(entry)), more: granted(entry) }),
  'api_key.revoked': (_, entry) => ({ icon: icons.cross, said: keyWords().revoked(keyOf(entry)) }),
  'client.secret_removed': (words, entry) => ({ icon: icons.key, said: words.secretRemoved(appOf(entry)) }),
};

function allowedNow({ granted, until }: ActivityEntry): Html | undefined {
  const end = until && html`<p>${m().consentChoices.activityUntil(minute(until))}</p>`;
  return granted?.length ? html`${summary(granted)}${end}` : end;
}

function cutOff(words: Words, entry: ActivityEntry): Line {
  return { icon: bad(), said: words.cutOff(appOf(entry)), more: html`<p>${words.cutOffTodo}</p>` };
}

const leaked = (said: Html): Line => ({ icon: bad(), said, more: html`<p>${m().leaked.events.more}</p>` });

/** Events that have no sentence yet are shown as they are recorded: nothing is left out. */
const recorded = (words: Words, { action, target }: ActivityEntry): Line => ({
  icon: icons.pen,
  said: words.recorded(html`<code>${plain(action)}</code>`, html`<code>${plain(target)}</code>`),
});

const granted = ({ granted: scopes }: ActivityEntry): Html | undefined =>
  scopes?.length ? summary(scopes) : undefined;

const appOf = ({ app }: Pick<ActivityEntry, 'app'>): Html => {
  if (!app) return html`${m().ownPages.activity.anApp}`;
  return 'name' in app ? callName(app) : html`<code>${plain(app.clientId)}</code>`;
};

const keyWords = () => m().apiKeys.events;
const keyOf = ({ apiKey = '' }: ActivityEntry): Html => html`<code>${plain(apiKey)}</code>`;

/** A field without a name of its own is called as it is recorded. */
function fieldNames(changed: readonly string[]): Html {
  const fields: Readonly<Record<string, string>> = m().ownPages.activity.fields;
  return listed(changed.map((field) => (fields[field] ? html`${fields[field]}` : html`<code>${plain(field)}</code>`)));
}

/** `<li>` of one event. */
export function activityItem(entry: ActivityEntry): Html {
  const { icon, said, more } = (sentences[entry.action] ?? recorded)(m().ownPages.events, entry);
  const signedIn = entry.action === 'account.signed_in';
  const where = [
    signedIn ? undefined : html`${m().ownPages.activity.by[entry.by]}`,
    entry.browser && name(browserName(entry.browser)),
    entry.by === 'you' && entry.address ? html`<span class="mono">${plain(entry.address)}</span>` : undefined,
  ].filter((part) => part !== undefined);
  const time = entry.at.toISOString();
  return html`
    <li>${icon}<div>${said}${more}<p>${where.map((part, index) => html`${index > 0 && ' · '}${part}`)}</p></div><time class="small quiet" datetime="${time.slice(0, 19)}Z">${time.slice(11, 16)}</time></li>`;
}
