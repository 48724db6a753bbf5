import { accountAppsPage } from '../../views/account/apps.ts';
import { accountSecurityPage } from '../../views/account/security.ts';
import type { App } from '../../views/app-identity.ts';
import { errorPage } from '../../views/error.ts';
import { landingPage } from '../../views/landing.ts';
import { chooseAccountPage } from '../../views/oauth/choose-account.ts';
import { type ConsentProps, consentPage } from '../../views/oauth/consent.ts';
import { handOverPage } from '../../views/oauth/hand-over.ts';
import { peopleLimitPage } from '../../views/oauth/people-limit.ts';
import { signInPage } from '../../views/oauth/sign-in.ts';
import { signOutPage } from '../../views/oauth/sign-out.ts';
import { signedOutPage } from '../../views/oauth/signed-out.ts';
import { helpPage, privacyPage, termsPage } from '../../views/site-pages.ts';

/** An app that VibeCaaS checked. */
export const demoNotes: App = {
  clientId: 'demo-app',
  name: 'Demo Notes',
  owner: 'Example Company Ltd',
  homepage: 'https://demo-notes.example',
  links: [
    { row: 'What it promises', text: 'Privacy policy', href: 'https://demo-notes.example/privacy' },
    { row: 'What it promises', text: 'terms of use', href: 'https://demo-notes.example/terms' },
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
const longName: App = {
  clientId: 'long',
  name: 'Bereitstellungsprotokollauswertungswerkzeug für Projektmannschaften',
  owner: 'Beispielgesellschaft für Softwarequalitätssicherung mbH',
  homepage: 'https://auswertung.intern.bereitstellungsprotokolle.example',
  standing: 'verified',
  verifiedAt: new Date('2026-09-30T12:00:00Z'),
};

/** The time at which the examples are viewed. */
export const now = new Date('2026-11-24T07:52:44Z');

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
      },
    ],
    now,
    notice,
  });

/** An error page with every part. */
export const failure = (app: App): string =>
  errorPage({
    title: `${app.name} sent a request we can’t accept`,
    lead: 'Nothing was shared, and nothing in your account changed.',
    app,
    advice: [`Go back to ${app.name} and try once more.`],
    actions: [
      { href: 'https://demo-notes.example', label: 'Back to demo-notes.example' },
      { href: '/account/apps', label: 'Your connected apps' },
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
  consent: consent({ app }),
  'consent for more': consent({
    app,
    before: { granted: ['projects:read'], refused: ['email', 'analytics:read'], since: now },
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

/** Every page in every state that changes its shape or its colours. */
export const axePages: Record<string, string> = {
  ...pagesAbout(demoNotes),
  ...prefixed('own', pagesAbout(ourTerminal)),
  ...prefixed('unverified', pagesAbout(agent)),
  'account sign-in': signInPage({ csrf: 'csrf-value', action: '/sign-in' }),
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
  'consent, identity only': consent({ required: ['openid'], optional: [] }),
  'consent with a problem': consent({ problem: 'That answer did not arrive. Choose again.', ticked: ['ai:generate'] }),
  'bare error': errorPage({
    title: 'This page has ended',
    lead: 'It was open too long.',
    advice: [],
    actions: [],
    requestId: 'r',
    time: now,
  }),
  'signed out, nobody asked': signedOutPage(),
  'no connected apps': accountAppsPage({ csrf: 'c', email: 'demo@vibecaas.localhost', apps: [], now }),
  security: accountSecurityPage({ csrf: 'c', email: 'demo@vibecaas.localhost', changed: true }),
  'security, throttled': accountSecurityPage({
    csrf: 'c',
    email: 'demo@vibecaas.localhost',
    problem: { kind: 'throttled', retryAfterSeconds: 30 },
  }),
  'security, refused': accountSecurityPage({
    csrf: 'c',
    email: 'demo@vibecaas.localhost',
    problem: { kind: 'refused', wrong: 'guessable' },
  }),
  help: helpPage(),
  privacy: privacyPage(),
  terms: termsPage(),
  'landing with demo': landingPage({ issuer: 'http://localhost:3000', demo: true }),
  'landing, signed in': landingPage({
    issuer: 'https://auth.vibecaas.com',
    demo: false,
    person: { email: 'demo@vibecaas.localhost', admin: true },
  }),
};

/** The same, and states that differ only in words and lengths. */
export const allPages: Record<string, string> = {
  ...axePages,
  ...prefixed('in review', pagesAbout(formBuilder)),
  ...prefixed('self-registered', pagesAbout(selfRegistered)),
  ...prefixed('long', pagesAbout(longName)),
};

function prefixed(prefix: string, pages: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(pages).map(([title, page]) => [`${prefix}: ${title}`, page]));
}
