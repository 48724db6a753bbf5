import { html } from 'hono/html';
import type { Html } from '../../html.ts';

/** A link around words that stand in a sentence. */
type Link = (words: string) => Html;

/** The landing page, and the short pages that the foot leads to. */
export const site = {
  help: {
    title: 'Help',
    lead: 'What to do here, and whom to ask.',
    useApps: 'You use apps',
    useAppsText: (connectedApps: Html, security: Html): Html =>
      html`See which apps may act for you, what each may do, and end any of them under ${connectedApps}. Change your password under ${security}.`,
    useKeys: 'You use API keys',
    useKeysText: (keys: Link): Html =>
      html`Your own scripts and servers call the API with a key: make one under ${keys('API keys')}, one for each program, with only what it needs. A key acts as you, in any hands. If others may have seen one, revoke it there: every call with it is refused within a second.`,
    cantSignIn: 'You can’t sign in',
    cantSignInText: (reset: Link): Html =>
      html`${reset('Ask for a link')} to set a new password. It goes to the address of your account and works once. The new password ends every session. If the phone with your codes or your passkeys is gone, use a recovery code. If those are gone too, whoever runs this server can remove passkeys and second step.`,
    safer: 'You want it safer',
    saferText: (security: Html): Html =>
      html`Add a passkey or a second step under ${security}. A passkey is your fingerprint, face or PIN in place of the password. Save your recovery codes: they are the way back in.`,
    notYou: 'Somebody else was in your account',
    notYouText: (sessions: Html, security: Html, activity: Html, apps: Html, keys: Link): Html =>
      html`End what you don’t know under ${sessions}, then change your password under ${security}: that ends every other session and every connection of an app. It leaves passkeys, API keys and what apps may do: remove there, under ${keys('API keys')} and under ${apps} what is not yours. See what happened under ${activity}. We write to you about each sign-in in a new browser and each change of how you sign in, and never ask for a password by mail.`,
    data: 'Your data',
    dataText: (yourData: Html): Html =>
      html`Take a copy of everything, or delete your account, under ${yourData}. After that a record of what happened stays, under a number, without your name and your email address; it names the browsers and network addresses that it came from.`,
    buildApp: 'You build an app',
    buildAppText: (lines: Link, metadata: Link): Html =>
      html`An app needs a client id. It comes from whoever runs this server, where the app is registered; ${lines('five lines')} connect it then. For a library: ${metadata('the server’s metadata')}.`,
    buildAppDocs: (docs: Link): Html => html`For all the rest: ${docs('the documentation')}.`,
    wrong: 'Something went wrong',
    wrongText: (operator: Link): Html =>
      html`If you keep getting an error page, note the request id that it shows and give it to ${operator('whoever runs this server')}: it leads to the reason. If an app does what it should not, disconnect it first, then tell them.`,
  },
  privacy: {
    title: 'Privacy',
    lead: 'What this server keeps about you, and who sees it.',
    kept: 'What is kept',
    keptLines: [
      'Your name, your email address and the language you chose, as long as you have an account. If it was brought along from elsewhere, your id there.',
      'How you sign in: your password only as a hash that nobody can read back, passkeys with their names, the key of your authenticator app encrypted, recovery codes as hashes, and your id and address at other providers that you connected.',
      'Where you are signed in: browser, network address and times, until 14 days after the last use.',
      'Which apps you allowed to do what, and their connections.',
      'Your API keys only as hashes, with their names, what they may do, and when and from which network address each was last used, until 90 days after they end.',
      'Mails to you for 30 days: your address, what they tell, and the browser and network address that caused them.',
      'A log of what happened to your account, with browser, language and network address. It has neither your name nor your email address, and stays when the account is deleted.',
    ],
    seen: 'Who sees it',
    seenText: 'Whoever runs this server. An app sees what you allow it, and never your password.',
    policy: (link: Link): Html => html`Their ${link('privacy policy')} says the rest.`,
    noPolicy: 'They have named no privacy policy of their own here.',
    cookies: 'Cookies',
    cookiesText:
      'Only those that keep you signed in (14 days), protect forms, keep the language you chose (a year), and know a browser again in which you have signed in (180 days; it names up to five accounts, as hashes). These pages load nothing from elsewhere and follow nobody.',
  },
  terms: {
    title: 'Terms',
    lead: 'What you agree to here.',
    server: 'This server',
    serverText: (link: Link): Html => html`The ${link('terms')} of whoever runs this server apply here.`,
    noTerms:
      'Whoever runs this server has named no terms for it here. What you agreed with them for your account applies.',
    apps: 'Apps',
    appsText: (connectedApps: Html): Html =>
      html`Each app has terms of its own. You can end what an app may do at any time under ${connectedApps}.`,
  },
  landing: {
    title: 'Apps and your projects',
    heading: 'Let apps work with your VibeCaaS projects, on your terms',
    lead: 'An app asks, you decide, and you can take it back within a second. No app ever sees your password.',
    library: 'For your OAuth library',
    libraryLead: 'The first line is enough for most.',
    fiveLines: 'Connect in five lines',
    fiveLinesText: (library: Html, url: Html, verifier: Html): Html =>
      html`In Node, with the package ${library}. Put your client id in. Send the person to ${url}, and keep ${verifier} for when they come back.`,
    forPeople: 'For people',
    peopleHeading: 'See who may act for you',
    peoplePoints: {
      see: 'Every app and agent, and what each may do.',
      allow: 'You allow all that an app asks for, or a part of it.',
      end: 'One button ends it, everywhere at once.',
    },
    example: 'For example',
    forBuilders: 'For builders',
    buildersHeading: 'Connect what you build',
    builderPoints: {
      standard: 'OAuth 2.0 as in the standard: give your library one address, it finds the rest.',
      clientId: (ask: Link): Html =>
        html`Your app needs a client id. It comes from whoever runs this server: they register your app. ${ask('Ask them for one')}.`,
      demo: (client: Html): Html => html`To try it first: ${client} is registered here already.`,
    },
    oneAddress: 'One address, any library',
    tryIt: 'Try it step by step',
    endpoints: {
      issuer: 'Issuer',
      authorize: 'Authorize',
      token: 'Token',
      revoke: 'Revoke',
      metadata: 'Metadata',
    },
  },
};
