import { accountActivityPage } from '../../views/account/activity.ts';
import type { ActivityEntry } from '../../views/account/activity-entry.ts';
import { addressSection } from '../../views/account/address.ts';
import { accountAppsPage } from '../../views/account/apps.ts';
import { confirmPage } from '../../views/account/confirm.ts';
import { accountDataPage } from '../../views/account/data.ts';
import { accountDeletedPage } from '../../views/account/deleted.ts';
import { fewCodesNote, secondStepSection } from '../../views/account/second-step.ts';
import { accountSecurityPage } from '../../views/account/security.ts';
import { accountSessionsPage } from '../../views/account/sessions.ts';
import type { App } from '../../views/app-identity.ts';
import { errorPage } from '../../views/error.ts';
import * as icons from '../../views/icons.ts';
import { landingPage } from '../../views/landing.ts';
import { linkConfirmPage, linkDonePage, linkTakenPage } from '../../views/links/confirm.ts';
import { linkEndedPage } from '../../views/links/ended.ts';
import { resetPage, resetSentPage } from '../../views/links/reset.ts';
import { resetNewPage } from '../../views/links/reset-new.ts';
import { m } from '../../views/messages/index.ts';
import { askAdminPage } from '../../views/oauth/ask-admin.ts';
import { chooseAccountPage } from '../../views/oauth/choose-account.ts';
import { type ConsentProps, consentPage } from '../../views/oauth/consent.ts';
import { enrolPage, recoveryCodesPage } from '../../views/oauth/enrol.ts';
import { handOverPage } from '../../views/oauth/hand-over.ts';
import { peopleLimitPage } from '../../views/oauth/people-limit.ts';
import { secondStepPage } from '../../views/oauth/second-step.ts';
import { signInPage } from '../../views/oauth/sign-in.ts';
import { signOutPage } from '../../views/oauth/sign-out.ts';
import { signedOutPage } from '../../views/oauth/signed-out.ts';
import { outboxMailPage, outboxPage } from '../../views/outbox/index.ts';
import { helpPage, privacyPage, termsPage } from '../../views/site-pages.ts';
import { apiKeyOncePages, apiKeyPages } from './api-key-examples.ts';
import { connectedAppPages } from './connected-app-examples.ts';
import { appsThatEnd, askedByAgent, askedForMore } from './consent-choices-examples.ts';
import { devicePages } from './device-examples.ts';
import { docsPages } from './docs-examples.ts';
import { changedAgent } from './document-examples.ts';
import { passkeyPages } from './passkey-examples.ts';
import { registrationPages } from './registration-examples.ts';
import { upstreamPages, upstreamTexts } from './upstream-examples.ts';

/** An app that VibeCaaS checked. */
export const demoNotes: App = {
  clientId: 'demo-app',
  name: 'Demo Notes',
  owner: 'Example Company Ltd',
  homepage: 'https://demo-notes.example',
  links: [
    { row: 'promises', text: 'privacyPolicy', href: 'https://demo-notes.example/privacy' },
    { row: 'promises', text: 'termsOfUse', href: 'https://demo-notes.example/terms' },
  ],
  standing: 'verified',
  verifiedAt: new Date('2026-09-30T12:00:00Z'),
};

/** An app that nobody checked, whose client id is the address of its metadata. */
export const agent: App = {
  clientId: 'https://agent.tools.example/oauth/desktop/client.json',
  name: 'Example Agent',
  standing: 'unchecked',
};

/** An app that registered itself and claims a homepage. */
export const selfRegistered: App = {
  clientId: 'vcs_c_k81283',
  name: 'Notes Sync',
  homepage: 'https://vibecaas.com',
  standing: 'unchecked',
};

/** VibeCaaS's own app. */
export const ourTerminal: App = {
  clientId: 'vibecaas-cli',
  name: 'VibeCaaS CLI',
  description: 'VibeCaaS’s own command line',
  standing: 'own',
};

/** An app that waits for a review. */
export const formBuilder: App = {
  clientId: 'vcs_c_forms',
  name: 'Form Builder',
  owner: 'Example Forms',
  homepage: 'https://vibecaas.com',
  logo: '/logos/forms',
  standing: 'in_review',
  reviewSince: new Date('2026-11-22T09:00:00Z'),
};

/** A word of 43 letters, and more. */
export const longName: App = {
  clientId: 'long',
  name: 'Bereitstellungsprotokollauswertungswerkzeug für Projektmannschaften',
  owner: 'Beispielgesellschaft für Softwarequalitätssicherung mbH',
  homepage: 'https://auswertung.intern.bereitstellungsprotokolle.example',
  standing: 'verified',
  verifiedAt: new Date('2026-09-30T12:00:00Z'),
};

/** The time at which the examples are viewed. */
export const now = new Date('2026-11-24T07:52:44Z');

const longAddress = 'wolfeschlegelsteinhausenbergerdorff@verwaltungsgemeinschaft.example';
const added = new Date('2026-06-12T09:00:00Z');

const secondStep = {
  csrf: 'c',
  action: '/interaction/abc/second-step',
  cancelAction: '/interaction/abc/second-step/cancel',
  email: 'demo@vibecaas.localhost',
  get others() {
    return [{ href: '/interaction/abc/recovery-code', label: m().secondStep.useRecovery, icon: icons.box }];
  },
  help: '/help',
};

const viaApp = () => [{ href: '/interaction/abc/second-step', label: m().secondStep.useApp, icon: icons.phone }];

const enrolment = {
  csrf: 'c',
  action: '/account/security/second-step',
  enrolment: 'sealed',
  qr: { size: 21, path: 'M0 0.5h7M14 0.5h7M0 6.5h7M14 6.5h7M3 10.5h15M0 14.5h7M0 20.5h7' },
  secret: 'NB2WG5DFMRQW4YLUNFXW4YLMMFRGK3DT',
  email: 'demo@vibecaas.localhost',
};

const recoveryCodes = {
  csrf: 'c',
  action: '/account/security/second-step/saved',
  codes: 'K7QF-2MXD 9TRC-HW4B M2ZP-6VKJ XD8N-QT3F 4BHW-R7YC JV6K-ZP2M F3TQ-N8XD C7YR-HB4W P9GM-5SVA W4KD-T8RN'.split(
    ' ',
  ),
  email: 'demo@vibecaas.localhost',
  made: now,
};

const confirmation = {
  csrf: 'c',
  email: 'demo@vibecaas.localhost',
  action: '/account/security/second-step/off',
  again: '/sign-in?again&next=/account/security',
  carried: [] as [string, string][],
};
const owner = { csrf: 'c', email: 'demo@vibecaas.localhost' };
const hoursAgo = (hours: number) => new Date(now.getTime() - hours * 3_600_000);
const session = (id: string, browser: string | undefined, system: string | undefined, hours: number) => ({
  id,
  browser: { browser, system, handheld: system === 'iPhone' },
  address: '203.0.113.24',
  signedIn: hoursAgo(hours * 10),
  lastSeen: hoursAgo(hours),
  here: hours === 0,
});
const firefox = session('here', 'Firefox', 'Linux', 0);
const iPhone = session('phone', 'Safari', 'iPhone', 2);
const twin = (n: number) => session(`twin-${n}`, 'Chrome', 'Windows', 200 + n);
const unknownBrowser = {
  ...session('unknown', undefined, undefined, 300),
  address: '2001:db8:85a3:8d3:1319:8a2e:370:7348',
};
const noObstacles = { obstacles: { apps: [], lastAdmin: false }, support: '/help' };
const someOf = (total: number) => ({ numbers: [], number: 1, from: 1, to: total, total, more: false });
const entry = (action: string, hours: number, more: Partial<ActivityEntry> = {}): ActivityEntry => ({
  action,
  at: hoursAgo(hours),
  by: 'you',
  target: 'account:acc_1',
  address: '203.0.113.24',
  ...more,
});
const entries = [
  entry('app.disconnected', 0.1, { app: demoNotes }),
  entry('account.signed_in', 0.2, { browser: firefox.browser }),
  entry('consent.given', 60, {
    app: agent,
    granted: ['projects:read', 'deployments:write', 'ai:generate'],
    less: true,
  }),
  entry('consent.narrowed', 60.5, { app: demoNotes, granted: ['projects:read'], less: true }),
  entry('consent.limited', 60.6, { app: agent, until: new Date('2026-12-24T07:52:44Z') }),
  entry('refresh_token.reused', 61, { app: longName, by: 'app' }),
  entry('account.password_reset', 129),
  entry('account.address_confirmed', 129),
  entry('account.address_changed', 129),
  entry('account.address_change_undone', 129),
  entry('account.password_set', 130, { by: 'us' }),
  entry('account.updated', 131, { fields: ['name', 'tier'] }),
  entry('session.others_ended', 132, { sessionsEnded: 3 }),
  entry('grant.revoked', 133, { app: { clientId: 'vcs_c_deleted' }, by: 'us' }),
  entry('thing.done', 10_000, { target: 'thing:Bereitstellungsprotokollauswertungswerkzeug-4711' }),
];

/** A consent page for Demo Notes, with changes. */
export const consent = (changes: Partial<ConsentProps> = {}): string =>
  consentPage({
    csrf: 'csrf-value',
    action: '/interaction/abc/consent',
    switchAction: '/interaction/abc/switch',
    app: demoNotes,
    required: ['openid', 'projects:read', 'deployments:read', 'projects:write', 'deployments:write'],
    optional: ['analytics:read', 'ai:generate'],
    account: { email: 'demo@vibecaas.localhost' },
    redirectUri: 'https://app.demo-notes.example/callback',
    lastsUntil: new Date('2027-11-24T07:52:44Z'),
    ...changes,
  });

/** The person chooses among so many projects; three are ticked. */
const anyProjects = (count: number) => ({
  kind: 'any' as const,
  mode: 'only' as const,
  rows: Array.from({ length: count }, (_, n) => ({
    id: `proj_${n}`,
    name: n === 1 ? 'Bereitstellungsprotokollauswertungswerkzeug-4711 <b>' : `project-${n}`,
    ticked: n % 4 === 1,
  })),
  kept: [] as string[],
  total: count,
  found: count,
  find: '',
  unavailable: false,
});

/** Of two weeks. */
const recentCalls = Array.from({ length: 14 }, (_, n) => ({
  day: new Date(now.getTime() - (13 - n) * 86_400_000).toISOString().slice(0, 10),
  ...{ read: n * 3, changed: n % 4, generated: n % 3, other: 0, refused: n === 9 ? 5 : 0 },
}));

/** A page of connected apps with `app` as the only one. */
export const connected = (app: App, notice?: { disconnected: string }): string =>
  accountAppsPage({
    csrf: 'csrf-value',
    email: 'demo@vibecaas.localhost',
    apps: [
      {
        clientId: app.clientId,
        app,
        granted: ['openid', 'projects:read', 'deployments:read', 'projects:write', 'deployments:write', 'ai:generate'],
        since: new Date('2026-10-03T10:00:00Z'),
        lastConnected: new Date(now.getTime() - 4 * 60_000),
        connections: 2,
        calls: recentCalls,
      },
    ],
    now,
    notice,
  });

/** An error page with every part. */
export const failure = (app: App): string =>
  errorPage({
    title: m().errors.request.title(app.name),
    lead: m().errors.request.nothingShared,
    app,
    advice: [m().errors.request.tryOnceMore(app.name)],
    actions: [
      { href: 'https://demo-notes.example', label: m().errors.request.backTo('demo-notes.example') },
      { href: '/account/apps', label: m().frame.yourConnectedApps },
    ],
    developer: {
      error: 'invalid_request',
      wrong: '`redirect_uri` is not one of those registered for `demo-app`.',
      received: 'https://app.demo-notes.example/callback/',
      fix: 'Send a registered address, character for character.',
    },
    requestId: 'req_01KASV6W2M8QZ4T7C3XN',
    time: now,
  });

/** Every page that names an app. */
export const pagesAbout = (app: App): Record<string, string> => ({
  'sign-in': signInPage({ csrf: 'csrf-value', action: '/interaction/abc/login', app }),
  'sign-in, of somebody who is signed in': signInPage({
    csrf: 'csrf-value',
    action: '/interaction/abc/login',
    app,
    email: 'ada@example.com',
    isSignedIn: true,
  }),
  consent: consent({ app }),
  'consent for more': consent({
    app,
    before: { granted: ['projects:read'], refused: ['email', 'analytics:read'], since: now, requested: [] },
  }),
  'consent for a program here': consent({ app, redirectUri: 'http://127.0.0.1:33418/callback' }),
  'choose account': chooseAccountPage({
    csrf: 'csrf-value',
    action: '/interaction/abc/account',
    switchAction: '/interaction/abc/switch',
    app,
    account: { name: 'Demo Person', email: 'demo@vibecaas.localhost' },
  }),
  'choose account, another was asked for': chooseAccountPage({
    csrf: 'csrf-value',
    action: '/interaction/abc/account',
    switchAction: '/interaction/abc/switch',
    app,
    account: { name: 'Demo Person', email: 'demo@vibecaas.localhost' },
    hint: 'somebody.else@example.com',
  }),
  'people limit': peopleLimitPage({
    csrf: 'csrf-value',
    action: '/interaction/abc/consent',
    switchAction: '/interaction/abc/switch',
    app,
    email: 'demo@vibecaas.localhost',
    limit: 100,
    requestId: 'req_01KASV6W2M8QZ4T7C3XN',
    time: now,
  }),
  'an admin has to allow the app': askAdminPage({
    csrf: 'csrf-value',
    action: '/interaction/abc/consent',
    switchAction: '/interaction/abc/switch',
    app,
    email: 'demo@vibecaas.localhost',
    requestId: 'req_01KASV6W2M8QZ4T7C3XN',
    time: now,
  }),
  error: failure(app),
  'sign-out': signOutPage({
    action: '/oauth/logout/confirm',
    xsrf: 'xsrf-value',
    app,
    email: 'demo@vibecaas.localhost',
  }),
  'signed out': signedOutPage({ app }),
  'still signed in': signedOutPage({ app, email: 'demo@vibecaas.localhost' }),
  'back to the app': handOverPage({
    app,
    action: 'https://app.demo-notes.example/callback',
    fields: [
      ['code', 'a-code'],
      ['state', 'a-state'],
    ],
  }),
  'connected apps': connected(app, { disconnected: app.name }),
});

const outboxMail = {
  name: '20261124T075244Z-1d3c2b1a',
  to: 'demo@vibecaas.localhost',
  subject: 'Set a new password',
  date: now,
  text: `Set a new password:\nhttp://localhost:3000/reset/vcs_ml_${'aB3_'.repeat(10)}xyz\n`,
};

const linkPages = (kind: 'verify' | 'change' | 'undo'): Record<string, string> => ({
  [`link, ${kind}`]: linkConfirmPage({
    kind,
    csrf: 'c',
    address: 'new@example.com',
    email: 'demo@vibecaas.localhost',
  }),
  [`link, ${kind} done`]: linkDonePage({ kind, email: 'new@example.com' }),
});

/** Every page in every state that changes its shape or its colours, in the current language. */
const everyAxePage = (): Record<string, string> => ({
  ...pagesAbout(demoNotes),
  ...prefixed('own', pagesAbout(ourTerminal)),
  ...prefixed('unverified', pagesAbout(agent)),
  ...upstreamPages(demoNotes),
  'account sign-in': signInPage({ csrf: 'csrf-value', action: '/sign-in', register: '/register?next=%2Faccount' }),
  'sign-in mismatch': signInPage({
    csrf: 'c',
    action: '/sign-in',
    email: 'a@b.example',
    problem: { kind: 'mismatch' },
  }),
  'sign-in with demo data': signInPage({
    csrf: 'c',
    action: '/sign-in',
    demo: { email: 'demo@vibecaas.localhost', password: 'demo-password-change-me' },
  }),
  'sign-in with a change': signInPage({
    csrf: 'csrf-value',
    action: '/sign-in',
    email: 'ada@example.com',
    change: { wrong: 'about_you' },
  }),
  'sign-in throttled': signInPage({
    csrf: 'c',
    action: '/sign-in',
    problem: { kind: 'throttled', retryAfterSeconds: 280 },
  }),
  'consent, all of it up to the person': consent({ app: agent, ...askedByAgent }),
  'consent, of an app that changed': consent({ app: agent, ...changedAgent }),
  'consent, more of it up to the person': consent({ app: agent, ...askedForMore(now, added) }),
  'connected apps with an end': appsThatEnd(agent, selfRegistered, now),
  'consent, with projects': consent({ projects: anyProjects(12) }),
  'consent, with many projects': consent({
    projects: { ...anyProjects(200), total: 5_000, found: 4_200, find: 'a', kept: ['proj_x'] },
  }),
  'consent, where no project is found': consent({ projects: { ...anyProjects(0), total: 12, find: 'zz' } }),
  'consent, without projects': consent({ projects: anyProjects(0) }),
  'consent, while projects can’t be listed': consent({ projects: { ...anyProjects(0), unavailable: true } }),
  'consent, with known projects alone': consent({ projects: { ...anyProjects(2), unavailable: true } }),
  'consent, for named projects': consent({
    projects: { kind: 'named', rows: anyProjects(3).rows, foreign: 2, varied: true, unavailable: true },
  }),
  'consent, identity only': consent({ required: ['openid'], optional: [] }),
  'consent with a problem': consent({ problem: 'That answer did not arrive. Choose again.', ticked: ['ai:generate'] }),
  'error on the way to a strange address': errorPage({
    title: m().errors.request.asksInVain('“Elsewhere”'),
    lead: m().errors.request.nothingShared,
    advice: [m().errors.request.goOnOnly('elsewhere.example')],
    actions: [{ href: '/account/apps', label: m().frame.yourConnectedApps }],
    onward: {
      address: 'https://elsewhere.example/landing',
      fields: [['error', 'invalid_scope']],
      label: m().errors.request.goOnTo('elsewhere.example'),
    },
    requestId: 'r',
    time: now,
  }),
  'bare error': errorPage({
    ...m().errors.byStatus[410],
    advice: [],
    actions: [],
    requestId: 'r',
    time: now,
  }),
  'signed out, nobody asked': signedOutPage(),
  'no connected apps': accountAppsPage({ csrf: 'c', email: 'demo@vibecaas.localhost', apps: [], now }),
  security: accountSecurityPage({
    csrf: 'c',
    email: 'demo@vibecaas.localhost',
    notice: 'password-changed',
    before: [addressSection({ csrf: 'c', email: 'demo@vibecaas.localhost', verified: true })],
  }),
  'security, throttled': accountSecurityPage({
    csrf: 'c',
    email: longAddress,
    problem: { kind: 'throttled', retryAfterSeconds: 30 },
    before: [addressSection({ csrf: 'c', email: longAddress, verified: false })],
  }),
  'security, refused': accountSecurityPage({
    csrf: 'c',
    email: 'demo@vibecaas.localhost',
    problem: { kind: 'refused', wrong: 'guessable' },
  }),
  'security, not an address': accountSecurityPage({
    csrf: 'c',
    email: 'demo@vibecaas.localhost',
    before: [
      addressSection({ csrf: 'c', email: 'demo@vibecaas.localhost', verified: true, problem: 'shape', typed: 'demo' }),
    ],
  }),
  reset: resetPage({ csrf: 'c' }),
  'reset, not an address': resetPage({ csrf: 'c', email: 'demo', wrong: true }),
  'reset, sent': resetSentPage({ csrf: 'c', email: 'demo@vibecaas.localhost' }),
  'reset, new password': resetNewPage({ csrf: 'c', email: 'demo@vibecaas.localhost', secondStep: false }),
  'reset, refused': resetNewPage({
    csrf: 'c',
    email: 'demo@vibecaas.localhost',
    secondStep: true,
    problem: { kind: 'password', wrong: 'about_you' },
  }),
  'reset, wrong code': resetNewPage({
    csrf: 'c',
    email: 'demo@vibecaas.localhost',
    secondStep: true,
    problem: { kind: 'code' },
  }),
  'reset, too many codes': resetNewPage({
    csrf: 'c',
    email: 'demo@vibecaas.localhost',
    secondStep: true,
    problem: { kind: 'throttled', retryAfterSeconds: 60 },
  }),
  'link ended': linkEndedPage({ kind: 'reset' }),
  'link of a taken address': linkTakenPage(),
  ...linkPages('verify'),
  ...linkPages('change'),
  ...linkPages('undo'),
  outbox: outboxPage({ mails: [outboxMail], folder: '/var/lib/vcauth/outbox', now }),
  'outbox, empty': outboxPage({ mails: [], folder: '.data/outbox', now }),
  'outbox, a mail': outboxMailPage(outboxMail),
  'security with a second step': accountSecurityPage({
    csrf: 'c',
    email: 'demo@vibecaas.localhost',
    notice: 'second-step-off',
    confirm: '/account/confirm',
    warnings: [fewCodesNote(2)],
    after: [
      secondStepSection({
        csrf: 'c',
        now,
        app: { added, lastUsed: now, renewal: 'sealed' },
        recoveryCodes: 2,
        few: true,
        required: false,
      }),
    ],
  }),
  'security without a second step': accountSecurityPage({
    csrf: 'c',
    email: 'demo@vibecaas.localhost',
    after: [secondStepSection({ csrf: 'c', now, recoveryCodes: 0, few: true, required: false })],
  }),
  'security with a second step that is required': accountSecurityPage({
    csrf: 'c',
    email: 'demo@vibecaas.localhost',
    after: [
      secondStepSection({
        csrf: 'c',
        now,
        app: { added, lastUsed: null, renewal: 'sealed' },
        recoveryCodes: 9,
        few: false,
        required: true,
      }),
    ],
  }),
  'second step': secondStepPage({ ...secondStep, kind: 'app', app: demoNotes }),
  'second step, for an app that asks for more': secondStepPage({
    ...secondStep,
    kind: 'app',
    app: demoNotes,
    more: true,
  }),
  'second step, wrong code': secondStepPage({ ...secondStep, kind: 'app', problem: { kind: 'mismatch' } }),
  'second step, too many tries': secondStepPage({
    ...secondStep,
    kind: 'app',
    problem: { kind: 'throttled', retryAfterSeconds: 40 },
  }),
  'recovery code': secondStepPage({ ...secondStep, kind: 'recovery', others: viaApp(), app: demoNotes }),
  'recovery code, wrong': secondStepPage({
    ...secondStep,
    kind: 'recovery',
    others: viaApp(),
    problem: { kind: 'mismatch' },
  }),
  'second step, setting up': enrolPage({ ...enrolment, notNow: { href: '/account/security' } }),
  'second step, setting up for an app': enrolPage({
    ...enrolment,
    app: demoNotes,
    why: 'app',
    notNow: { action: '/interaction/abc/enrol/decline' },
    wrong: true,
  }),
  'second step, setting up because everybody must': enrolPage({ ...enrolment, why: 'everyone' }),
  'recovery codes': recoveryCodesPage({ ...recoveryCodes, enrolled: true }),
  'new recovery codes': recoveryCodesPage({ ...recoveryCodes, enrolled: false }),
  'confirm with password and code': confirmPage({
    ...confirmation,
    missing: { password: true, code: true, passkey: false, signIn: false },
  }),
  'confirm with a code': confirmPage({
    ...confirmation,
    missing: { password: false, code: true, passkey: false, signIn: false },
    problem: { kind: 'code' },
  }),
  'confirm with a password': confirmPage({
    ...confirmation,
    missing: { password: true, code: false, passkey: false, signIn: false },
    problem: { kind: 'password' },
  }),
  'confirm, too many tries': confirmPage({
    ...confirmation,
    missing: { password: true, code: true, passkey: false, signIn: false },
    problem: { kind: 'throttled', retryAfterSeconds: 40 },
  }),
  'confirm by signing in': confirmPage({
    ...confirmation,
    missing: { password: false, code: false, passkey: false, signIn: true },
  }),
  'sign-in after a second step that took too long': signInPage({
    csrf: 'c',
    action: '/sign-in',
    problem: { kind: 'late' },
  }),
  ...passkeyPages(),
  ...docsPages(),
  ...apiKeyPages(now),
  ...apiKeyOncePages(now),
  ...connectedAppPages({ verified: demoNotes, unchecked: agent, own: ourTerminal, now }),
  ...devicePages({ verified: demoNotes, unchecked: agent, now }),
  ...registrationPages(),
  sessions: accountSessionsPage({
    ...owner,
    sessions: [firefox, iPhone, twin(1), twin(2), unknownBrowser],
    now,
    ended: 2,
  }),
  'one session': accountSessionsPage({ ...owner, sessions: [firefox], now }),
  activity: accountActivityPage({ ...owner, asked: {}, wrong: [], entries, links: someOf(entries.length), now }),
  'activity, paged': accountActivityPage({
    ...owner,
    asked: { kind: 'apps', from: '2026-11-01' },
    wrong: [],
    entries: entries.slice(0, 3),
    links: { ...someOf(27), next: '?page=2', numbers: [1, 2].map((page) => ({ page, href: `?page=${page}` })) },
    now,
  }),
  'activity, nothing matches': accountActivityPage({
    ...owner,
    asked: { kind: 'apps', from: 'yesterday' },
    wrong: ['from'],
    entries: [],
    links: someOf(0),
    removed: { before: now, days: 400 },
    now,
  }),
  'your data': accountDataPage({ ...owner, name: 'Demo Account', ...noObstacles, saved: true }),
  'your data, wrong address': accountDataPage({ ...owner, name: 'Demo Account', ...noObstacles, mismatch: true }),
  'your data, owner and last admin': accountDataPage({
    ...owner,
    name: 'Demo Account',
    ...noObstacles,
    obstacles: { apps: [demoNotes, longName].map(({ clientId, name }) => ({ clientId, name })), lastAdmin: true },
  }),
  'account deleted': accountDeletedPage(),
  help: helpPage(),
  privacy: privacyPage(),
  terms: termsPage(),
  'landing with demo': landingPage({ issuer: 'http://localhost:3000', demo: true }),
  'landing, signed in': landingPage({
    issuer: 'https://auth.vibecaas.com',
    demo: false,
    person: { email: 'demo@vibecaas.localhost', admin: true },
  }),
});

/** The same, and states that differ only in words and lengths. */
export const everyPage = (): Record<string, string> => ({
  ...everyAxePage(),
  ...upstreamTexts(),
  ...prefixed('in review', pagesAbout(formBuilder)),
  ...prefixed('self-registered', pagesAbout(selfRegistered)),
  ...prefixed('long', pagesAbout(longName)),
});

export const axePages = everyAxePage();
export const allPages = everyPage();

function prefixed(prefix: string, pages: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(pages).map(([title, page]) => [`${prefix}: ${title}`, page]));
}
