import { html } from 'hono/html';
import type { Html } from '../../html.ts';

/** The playground: every step of an authorization, and what each says before and after it is taken. */
export const playground = {
  page: {
    area: 'playground',
    title: 'Playground · VibeCaaS',
    about: 'About this server',
    heading: 'From a question to a token, and back to nothing',
    lead: 'Demo Notes asks for access, uses it, and loses it. Every step is a real request to this server.',
    restart: 'Start over',
    decoded: 'Access token, decoded',
    folded: 'Request and response',
    sentAt: (at: Html): Html => html`As it was sent at ${at}.`,
    request: 'Request',
    response: 'Response',
    expired: 'expired',
    minutesLeft: (minutes: number, seconds: number): string => `${minutes} min ${seconds} s left`,
    secondsLeft: (seconds: number): string => `${seconds} s left`,
  },
  key: {
    heading: 'Or with a key of your own',
    lead: 'For your own scripts there is no flow: make a key, and call the same API with it.',
    make: 'Make a key',
  },
  notices: {
    gone: {
      what: 'This walk is over.',
      todo: 'You started over, or an hour went by. Ask for access to begin another.',
    },
    foreign: {
      what: 'That answer does not belong to this walk.',
      todo: 'You asked again in the meantime, perhaps in another tab. An app accepts only the answer that it waits for: ask again.',
    },
    taken: {
      what: 'That step is behind you.',
      todo: 'You took it already, perhaps in another tab. Go on from here.',
    },
  },
  go: {
    ask: 'Ask for access',
    exchange: 'Next: exchange the code',
    call: 'Next: call the API',
    refresh: 'Next: refresh',
    revoke: 'Next: revoke',
    refused: 'Next: call again',
  },
  titles: {
    ask: 'Ask',
    answer: 'You answer',
    exchange: 'Exchange the code for tokens',
    call: 'Call the API',
    refresh: 'Refresh',
    revoke: 'Revoke',
    refused: 'Call again: refused',
  },
  youAllowed: 'You allowed it',
  youDenied: 'You allowed nothing',
  withError: 'It came back with an error',
  before: {
    ask: 'Demo Notes sends you to the authorization page with a fresh PKCE challenge.',
    answer: 'You sign in, read what it wants, and allow all of it, a part, or nothing.',
    exchange: 'The code works once and for 60 seconds. The verifier proves that whoever asked is whoever exchanges.',
    call: 'GET /v1/projects behind the verifier, with the access token.',
    refresh: 'A new access token without asking you.',
    revoke: 'What Disconnect does.',
    refused: 'The same token, not expired, answered with 401 within a second.',
  },
  after: {
    ask: 'Demo Notes sent you to the authorization page with a fresh PKCE challenge.',
    refresh: 'A new access token without asking you. The refresh token was replaced as well.',
    revoke:
      'The refresh token ends, and with it every access token made from it. Disconnect does that to all connections of an app.',
    refused: 'The same token, not expired, and nobody accepts it any more.',
  },
  waiting: 'You were sent to the authorization page and have not come back yet. Go on there, or ask again.',
  failed: {
    answer: 'Demo Notes learns that, and nothing else. Ask again to see the rest of the walk.',
    exchange:
      'The code waited longer than 60 seconds, was used before, or you disconnected Demo Notes. Ask again for a fresh one.',
    ended: 'You ended this access meanwhile, or it expired. Ask again to walk on.',
    refused: 'This should have been refused, but was not. Start over.',
  },
  noToken: 'Demo Notes has a code, and no token yet.',
  allowedAll: (scopes: string): string => `${scopes}. That is all it asked for.`,
  allowedPart: (scopes: string, leftOut: string): string => `${scopes}. You left ${leftOut} out.`,
  walkAgain: 'Walk again',
  askAgain: 'Ask again',
  withCurl: 'The same with curl',
  moreWithCurl: 'Once more with curl',
  spent: 'The code is cut short because it is spent: if it came a second time, every token made from it would end.',
  replaced: 'With the new refresh token. From then on the replaced one counts as stolen, and its use ends the access.',
  outcomes: {
    back_with_code: '303, back with a code',
    back_without_code: '303, back without a code',
    code_received: 'code received',
    no_code: 'no code',
    accepted: 'accepted',
    accepted_without_code: 'accepted, without a code',
  },
};
