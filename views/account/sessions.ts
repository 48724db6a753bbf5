import { html } from 'hono/html';
import { type Browser, browserName } from '../browser.ts';
import * as icons from '../icons.ts';
import { note } from '../note.ts';
import { type Html, name, plain } from '../text.ts';
import { ago, day } from '../time.ts';
import { accountLayout } from './layout.ts';

/** A browser in which a person is signed in. `id` is the session's public id. */
export type ShownSession = {
  id: string;
  browser: Browser;
  address?: string | undefined;
  signedIn?: Date | undefined;
  lastSeen: Date;
  /** It asked for this page. */
  here: boolean;
};

/** What has just been done: one session ended, or this many others. */
export type SessionNotice = 'one' | number;

const words = {
  title: 'Sessions',
  lead: html`Browsers in which you are signed in to VibeCaaS. Apps are under <a href="/account/apps">Connected apps</a>.`,
  endOthers: 'End all others',
  here: 'This one',
  now: 'Now',
  end: 'End',
  /** Said after “End”, for those who hear the button alone. */
  ends: (browser: string) => `the session in ${browser}`,
  endsOne: (browser: string, number: number, of: number) => `session ${number} of ${of} in ${browser}`,
  signedIn: (date: Date) => html`signed in ${day(date)}`,
  lastSeen: (date: Date, now: Date) => `last seen ${ago(date, now)}`,
  alone: 'You are signed in here alone.',
  older: (shown: number) =>
    `Only the ${shown} that were seen last are listed. “End all others” ends the older ones too.`,
  doubt: html`Don’t know one of them? End it and <a href="/account/security">change your password</a>.`,
  ended: (ended: SessionNotice) => {
    if (ended === 'one') return 'The session is ended.';
    return ended === 1 ? 'One other session is ended.' : `${ended} other sessions are ended.`;
  },
  effect: 'That browser has to sign in again. Apps stay connected.',
  effects: 'You are signed in here alone. Apps stay connected.',
};

/**
 * Where a person is signed in. Posts `csrf` and `session_id` to `/account/sessions/end`, and `csrf` alone to
 * `/account/sessions/end-others`. `more` says that there are older sessions than these.
 */
export function accountSessionsPage(props: {
  csrf: string;
  email: string;
  admin?: boolean;
  sessions: ShownSession[];
  more?: boolean;
  now: Date;
  ended?: SessionNotice | undefined;
}): string {
  const { sessions, ended, csrf } = props;
  const others = sessions.some(({ here }) => !here);
  return accountLayout({
    title: words.title,
    tab: 'sessions',
    csrf,
    email: props.email,
    ...(props.admin && { admin: true }),
    content: html`<header><div><h1>${words.title}</h1><p>${words.lead}</p></div>${others && endOthers(csrf)}</header>
${ended !== undefined && endedNote(ended)}
<div class="panel"><div><ul class="lines" role="list">${sessions.map((session, index) => item(session, spoken(sessions, index), props))}
</ul></div></div>
<p class="small quiet field">${props.more && html`${words.older(sessions.length)} `}${others ? words.doubt : words.alone}</p>`,
  });
}

const endOthers = (csrf: string): Html =>
  html`<form method="post" action="/account/sessions/end-others"><input type="hidden" name="csrf" value="${csrf}"><button class="btn danger">${words.endOthers}</button></form>`;

/** What the button of a session ends, unlike that of any other on the page. */
function spoken(sessions: readonly ShownSession[], index: number): string {
  const names = sessions.map(({ browser }) => browserName(browser));
  const called = names[index] ?? '';
  const same = names.flatMap((one, at) => (one === called ? [at] : []));
  return same.length > 1 ? words.endsOne(called, same.indexOf(index) + 1, same.length) : words.ends(called);
}

function item(session: ShownSession, ends: string, props: { csrf: string; now: Date }): Html {
  const { id, browser, address, signedIn, lastSeen, here } = session;
  const called = browserName(browser);
  const facts = [
    address && html`<span class="mono">${plain(address)}</span>`,
    signedIn && words.signedIn(signedIn),
    !here && words.lastSeen(lastSeen, props.now),
  ].filter((fact) => Boolean(fact));
  const end = html`<form method="post" action="/account/sessions/end"><input type="hidden" name="csrf" value="${props.csrf}"><input type="hidden" name="session_id" value="${id}"><button class="btn less danger">${words.end}<span class="vh"> ${plain(ends)}</span></button></form>`;
  return html`
  <li>${browser.handheld ? icons.phone : icons.computer}<div><p class="row"><b>${name(called)}</b>${here && html` <span class="tag good">${words.here}</span>`}</p><p>${facts.map((fact, index) => html`${index > 0 && ' · '}${fact}`)}</p></div>${here ? html`<span class="small quiet">${words.now}</span>` : end}</li>`;
}

function endedNote(ended: SessionNotice): Html {
  const what = words.ended(ended);
  const todo = ended === 'one' ? words.effect : words.effects;
  return note({ kind: 'good', icon: icons.tick, what, todo, role: 'status' });
}
