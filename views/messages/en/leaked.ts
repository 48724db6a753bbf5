/** What is said about secrets that were found where others can read them: mails and activity. */
import { html } from 'hono/html';
import type { Html } from '../../html.ts';
import { pluralsOf } from '../plurals.ts';

const plural = pluralsOf('en');

export const leaked = {
  kinds: {
    api_key: 'API key',
    client_secret: 'Client secret',
    refresh_token: 'Connection of an app',
    registration_token: 'Registration token',
  },
  mail: {
    subject: (n: number) =>
      plural(n, { one: 'A secret of yours leaked, and has ended', other: '# secrets of yours leaked, and have ended' }),
    preview: 'Nobody can use it any more. See what to do next.',
    lead: (n: number) =>
      plural(n, {
        one: 'It was found where others can read it, so somebody else may have it. We ended it at once: nobody can use it any more, and neither can you.',
        other:
          'They were found where others can read them, so somebody else may have them. We ended them at once: nobody can use them any more, and neither can you.',
      }),
    more: (n: number) => plural(n, { one: 'One more is not listed here.', other: '# more are not listed here.' }),
    found: 'Found at',
    lastLabel: 'Note',
    last: 'The app has no other secret. It gets no tokens until it has a new one.',
    todoOf: {
      api_key: 'API keys.',
      client_secret: 'Client secrets.',
      refresh_token: 'Connections.',
      registration_token: 'Registration tokens.',
    },
    todo: {
      api_key: 'Make a new key for the program that used it, and keep it where only that program can read it.',
      client_secret:
        'Make a new secret for the app, and keep it where only its server can read it. Look for requests that you did not make.',
      refresh_token: 'Connect the app again if you still use it. Tell its developer where the token was found.',
      registration_token: 'The app goes on working. Its registration can’t be changed with this token any more.',
    },
    button: {
      api_key: 'See your keys',
      client_secret: 'See the secrets of the app',
      refresh_token: 'See your apps',
      registration_token: 'See the app',
    },
    unowned: 'You get this because the app has no owner, and you are an admin.',
  },
  events: {
    key: html`<b>An API key of yours leaked.</b>`,
    connection: (app: Html) => html`<b>The connection of ${app} ended, because its token leaked.</b>`,
    secret: (app: Html) => html`<b>A secret of ${app} leaked.</b>`,
    registration: (app: Html) => html`<b>The registration token of ${app} leaked.</b>`,
    more: 'It was found where others can read it, and ended at once.',
  },
  admin: {
    title: 'Leaked secrets',
    lead: 'Secrets that others can read are used by others. Those that you paste here end at once, and their owners are told.',
    paste: 'Paste what you found',
    pasteLead:
      'A log, a commit or a ticket as it is: every secret of this server in it is found. Other text is left alone and not stored.',
    text: 'Text',
    textHint: 'API keys, client secrets, refresh tokens and registration tokens. Up to 2 MB.',
    missing: 'is required: paste the text that has the secrets',
    place: 'Found at',
    placeHint: 'An address, or words such as “ticket 4711”. Owners and the audit log are told.',
    button: 'End these secrets',
    none: 'The text has no secret of this server.',
    noneTodo: 'It may be cut off: a secret is found only if it is whole.',
    done: (n: number) => plural(n, { one: 'One secret has ended.', other: '# secrets have ended.' }),
    doneTodo: 'Their owners are told by mail.',
    doneNothing: 'Nothing ended that had not ended before, so nobody is told.',
    found: (count: Html, n: number): Html => html`${count} ${n === 1 ? 'secret' : 'secrets'} in the text`,
    secret: 'Secret',
    result: 'Result',
    last: 'The app has no other secret',
    outcomes: { revoked: 'Ended now', ended: 'Had ended before', unknown: 'Unknown here' },
  },
  demo: {
    title: 'A secret leaks',
    lead: 'A key of the demo account turns up where others can read it. Report it as a scanner would, and see the API refuse it.',
    back: 'Back to the walk',
    make: '1. Make a key',
    makeLead: 'It may read the projects of the demo account, for ten minutes.',
    makeButton: 'Make a key',
    report: '2. Report it',
    reportLead: 'This is what a scanner finds. Add anything around it: only whole keys of the demo account count here.',
    text: 'What was found',
    reportButton: 'Report this text',
    none: 'No key of the demo account is in this text.',
    noneTodo: 'Make one, and report the text with it.',
    died: (before: number, after: number, tookMs: number) =>
      `Before the report, the API answered ${before}; ${tookMs} ms after it, ${after}. The demo account got a mail.`,
    wasDead: (after: number) => `It had ended before. The API answers ${after}.`,
    link: 'What happens when a secret leaks?',
  },
};
