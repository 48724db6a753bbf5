import { html } from 'hono/html';
import { type Browser, browserName, methodWords } from '../browser.ts';
import * as icons from '../icons.ts';
import { m } from '../messages/index.ts';
import { note } from '../note.ts';
import { type Html, listed, name, plain } from '../text.ts';
import { ago, day } from '../time.ts';
import { accountLayout } from './layout.ts';

/** A browser in which a person is signed in. `id` is the session's public id. */
export type ShownSession = {
  id: string;
  browser: Browser;
  address?: string | undefined;
  signedIn?: Date | undefined;
  /** How, as in `amr`. */
  methods?: readonly string[] | undefined;
  lastSeen: Date;
  /** It asked for this page. */
  here: boolean;
};

/** What has just been done: one session ended, or this many others. */
export type SessionNotice = 'one' | number;

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
  const words = m().ownPages.sessions;
  const title = m().frame.sessions;
  const others = sessions.some(({ here }) => !here);
  return accountLayout({
    title,
    tab: 'sessions',
    csrf,
    email: props.email,
    ...(props.admin && { admin: true }),
    content: html`<header><div><h1>${title}</h1><p>${words.lead(link('/account/apps')(m().frame.connectedApps))}</p></div>${others && endOthers(csrf)}</header>
${ended !== undefined && endedNote(ended)}
<div class="panel"><div><ul class="lines" role="list">${sessions.map((session, index) => item(session, spoken(sessions, index), props))}
</ul></div></div>
<p class="small quiet field">${props.more && html`${words.older(sessions.length)} `}${others ? words.doubt(link('/account/security')) : words.alone}</p>`,
  });
}

/** A link whose text the language chooses. */
const link =
  (href: string) =>
  (text: string): Html =>
    html`<a href="${href}">${text}</a>`;

const endOthers = (csrf: string): Html =>
  html`<form method="post" action="/account/sessions/end-others"><input type="hidden" name="csrf" value="${csrf}"><button class="btn danger">${m().ownPages.sessions.endOthers}</button></form>`;

/** What the button of a session ends, unlike that of any other on the page. */
function spoken(sessions: readonly ShownSession[], index: number): string {
  const words = m().ownPages.sessions;
  const names = sessions.map(({ browser }) => browserName(browser));
  const called = names[index] ?? '';
  const same = names.flatMap((one, at) => (one === called ? [at] : []));
  return same.length > 1 ? words.endsOne(called, same.indexOf(index) + 1, same.length) : words.ends(called);
}

function item(session: ShownSession, ends: string, props: { csrf: string; now: Date }): Html {
  const { id, browser, address, signedIn, lastSeen, here } = session;
  const words = m().ownPages.sessions;
  const called = browserName(browser);
  const facts = [
    address && html`<span class="mono">${plain(address)}</span>`,
    signedIn && signedInWords(signedIn, session.methods ?? []),
    !here && words.lastSeen(ago(lastSeen, props.now)),
  ].filter((fact) => Boolean(fact));
  const end = html`<form method="post" action="/account/sessions/end"><input type="hidden" name="csrf" value="${props.csrf}"><input type="hidden" name="session_id" value="${id}"><button class="btn less danger">${words.end}<span class="vh"> ${plain(ends)}</span></button></form>`;
  return html`
  <li>${browser.handheld ? icons.phone : icons.computer}<div><p class="row"><b>${name(called)}</b>${here && html` <span class="tag good">${words.here}</span>`}</p><p>${facts.map((fact, index) => html`${index > 0 && ' · '}${fact}`)}</p></div>${here ? html`<span class="small quiet">${words.now}</span>` : end}</li>`;
}

function signedInWords(at: Date, methods: readonly string[]): Html {
  const words = m().ownPages.sessions;
  const how = methodWords(methods);
  return how.length > 0 ? words.signedInWith(day(at), listed(how)) : words.signedIn(day(at));
}

function endedNote(ended: SessionNotice): Html {
  const words = m().ownPages.sessions;
  const [what, todo] =
    ended === 'one' ? [words.oneEnded, words.oneEffect] : [words.othersEnded(ended), words.othersEffect];
  return note({ kind: 'good', icon: icons.tick, what, todo, role: 'status' });
}
