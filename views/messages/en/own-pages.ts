import { html } from 'hono/html';
import type { Html } from '../../html.ts';
import { pluralsOf } from '../plurals.ts';

const plural = pluralsOf('en');

/** A person's own pages: sessions, activity, and their data. */
export const ownPages = {
  pager: {
    pages: 'Pages',
    page: (n: string): string => `Page ${n}`,
    range: (from: string, to: string, of: string): string => `${from} to ${to} of ${of}`,
    previous: 'Previous',
    next: 'Next',
  },
  browser: {
    onSystem: (browser: string, system: string): string => `${browser} on ${system}`,
    unknown: 'Unknown browser',
  },
  sessions: {
    lead: (connectedApps: Html): Html =>
      html`Browsers in which you are signed in to VibeCaaS. Apps are under ${connectedApps}.`,
    endOthers: 'End all others',
    here: 'This one',
    now: 'Now',
    end: 'End',
    ends: (browser: string): string => `the session in ${browser}`,
    endsOne: (browser: string, which: number, of: number): string => `session ${which} of ${of} in ${browser}`,
    signedIn: (day: Html): Html => html`signed in ${day}`,
    lastSeen: (ago: string): string => `last seen ${ago}`,
    alone: 'You are signed in here alone.',
    older: (shown: number): string =>
      `Only the ${shown} that were seen last are listed. “End all others” ends the older ones too.`,
    doubt: (changePassword: (text: string) => Html): Html =>
      html`Don’t know one of them? End it and ${changePassword('change your password')}.`,
    oneEnded: 'The session is ended.',
    othersEnded: (n: number): string =>
      plural(n, { one: '# other session is ended.', other: '# other sessions are ended.' }),
    oneEffect: 'That browser has to sign in again. Apps stay connected.',
    othersEffect: 'You are signed in here alone. Apps stay connected.',
  },
  activity: {
    lead: 'What happened in your account.',
    show: 'Show',
    everything: 'Everything',
    kinds: {
      'sign-in': 'Signing in',
      apps: 'Apps you connected',
      account: 'Changes to the account',
      work: 'Apps you build, and other work',
    },
    from: 'From',
    until: 'To',
    notADay: 'must be a day such as 2026-11-24',
    apply: 'Apply',
    entries: (n: number, shown: string): Html => html`<b>${shown}</b> ${n === 1 ? 'entry' : 'entries'}`,
    order: 'Newest first, times in UTC',
    today: 'Today',
    notYou: 'Was one of these not you?',
    notYouTodo: (links: {
      sessions: (text: string) => Html;
      password: (text: string) => Html;
      apps: (text: string) => Html;
    }): Html =>
      html`${links.sessions('End the sessions')} that you don’t know, ${links.password('change your password')}, and ${links.apps('disconnect the apps')} that you don’t know.`,
    nothing: 'Nothing on record',
    nothingMatches: 'Nothing of this kind happened on these days.',
    nothingYet: 'When you sign in, allow an app or change something, it is written down here.',
    clear: 'Show everything',
    by: { you: 'By you', us: 'By VibeCaaS', app: 'By the app itself' },
    anApp: 'An app',
    fields: { name: 'name', tier: 'plan' },
  },
  events: {
    created: html`<b>Account created</b>`,
    signedIn: html`<b>Signed in</b>`,
    passwordChanged: html`<b>Password changed</b>, and every session and connection ended`,
    passwordSet: html`<b>Password set</b>, and every session and connection ended`,
    passwordAskedFor: html`<b>A new password was asked for</b>, and every session ended`,
    signedOutEverywhere: html`<b>Signed out everywhere</b>`,
    suspended: html`<b>Account suspended</b>, and everything ended`,
    restored: html`<b>Account restored</b>`,
    madeAdmin: html`<b>Made an admin</b>`,
    noAdmin: html`<b>No longer an admin</b>`,
    updated: (fields: Html): Html => html`<b>Account changed</b>: ${fields}`,
    exported: html`<b>A copy of your data</b> downloaded`,
    secondStepOn: html`<b>Second step turned on</b>, with an authenticator app`,
    secondStepReplaced: html`<b>Authenticator app replaced</b>`,
    secondStepOff: html`<b>Second step turned off</b>`,
    secondStepReset: html`<b>Second step removed</b>, and every session ended`,
    recoveryCodeUsed: (left: number): Html => html`<b>A recovery code used</b>, ${left} left`,
    recoveryCodesMade: html`<b>New recovery codes</b> made`,
    sessionEnded: html`<b>A session</b> ended`,
    othersEnded: (n: number): Html =>
      html`<b>${plural(n, { one: '# other session', other: '# other sessions' })}</b> ended`,
    allowed: (app: Html): Html => html`<b>${app}</b> allowed`,
    allowedLess: (app: Html): Html => html`<b>${app}</b> allowed, and less than before`,
    disconnected: (app: Html): Html => html`<b>${app}</b> disconnected`,
    connectionEnded: (app: Html): Html => html`A connection of <b>${app}</b> ended`,
    cutOff: (app: Html): Html => html`<b>${app}</b> cut off: one of its keys was used twice`,
    cutOffTodo: 'It may have been copied. That connection ended; connect the app again if you use it.',
    appRegistered: (app: Html): Html => html`<b>${app}</b> registered`,
    appChanged: (app: Html): Html => html`<b>${app}</b> changed`,
    appDeleted: (app: Html): Html => html`<b>${app}</b> deleted`,
    appSubmitted: (app: Html): Html => html`<b>${app}</b> sent to review`,
    secretMade: (app: Html): Html => html`A new secret of <b>${app}</b>`,
    secretRemoved: (app: Html): Html => html`A secret of <b>${app}</b> removed`,
    recorded: (action: Html, target: Html): Html => html`${action} on ${target}`,
  },
  data: {
    lead: 'What VibeCaaS’s sign-in service keeps about you. Your projects are exported in the dashboard.',
    you: 'You',
    name: 'Name',
    save: 'Save',
    saved: 'Your name is saved.',
    copy: 'Take a copy',
    copyLead: 'Everything on these pages in one file that programs can read.',
    download: 'Download as JSON',
    downloadLine: 'Account, ways in, sessions, apps with what they may do, and activity. No password and no secret.',
    downloadButton: html`Download<span class="vh"> your data</span>`,
    remove: 'Delete this account',
    removeLead: 'Ends every session and every app’s access at once. This can’t be undone.',
    confirm: (email: Html): Html => html`Type ${email} to confirm`,
    confirmHint: 'You may be asked to show that it is you.',
    removeButton: 'Delete my account',
    mismatch: 'That is not the address of this account. Nothing was deleted.',
    first: 'Something has to be done first.',
    lastAdmin: 'You are the only admin: make somebody else one.',
    owns: (apps: Html, ask: (text: string) => Html): Html =>
      html`You own ${apps}, which other people may use. ${ask('Ask VibeCaaS')} to delete what you own or to name another owner.`,
  },
  deleted: {
    title: 'Account deleted',
    heading: 'Your account is deleted',
    lead: 'Every session and every app’s access has ended.',
    kept: 'What is left',
    keptLine:
      'A record of what happened, under a number, without your name and your address. Projects are deleted in the dashboard.',
    home: 'To the first page',
  },
};
