import { html } from 'hono/html';
import type { Html } from '../../html.ts';
import { pluralsOf } from '../plurals.ts';

const plural = pluralsOf('en');

/** The first admin page, the audit log, the signing keys and the statistics. */
export const adminSystem = {
  home: {
    said: (n: number): string =>
      n === 1
        ? 'One thing. The rest runs by itself.'
        : `${n} things, the most pressing first. The rest runs by itself.`,
    title: 'What needs somebody',
    idle: 'Nothing now. Everything runs by itself.',
    needs: 'Needs somebody',
    last30: 'The last 30 days',
    allByDay: 'All figures',
    findFailed: 'Find a failed request',
    failing: (app: Html, percent: string): Html => html`${app} fails: ${percent} of its requests today`,
    failed: (n: string, people: string): string => `${n} failed. ${people}.`,
    recently: (wrong: Html): Html => html`Most recently: ${wrong}`,
    look: 'Look',
    lookAt: (app: string): string => `at ${app}`,
    stops: {
      gone: 'It answered 410 Gone, so we stopped.',
      failing: 'For three days nothing got through, so we stopped.',
    },
    tried: 'It is tried again for three days.',
    lastThrough: (ago: string): string => `the last that got through was ${ago}`,
    noneThrough: 'nothing has got through yet',
    webhook: (app: Html, how: string): Html => html`Webhook of ${app}: ${how}`,
    webhookOff: (app: Html, how: string): Html => html`Webhook of ${app} is off: ${how}`,
    undelivered: (n: string, last: string): string =>
      `${n === '1' ? 'one event is' : `${n} events are`} not delivered, ${last}`,
    answered: (host: Html, answer: string): Html => html`${host} answered ${answer}.`,
    lookWebhook: (app: string): string => `at the webhook of ${app}`,
    logouts: (app: Html, n: number, said: string): Html =>
      html`${app} does not learn of logouts: ${n === 1 ? 'one logout token is' : `${said} logout tokens are`} not accepted`,
    logoutsMean: 'Whoever signs out here may stay signed in there.',
    lookLogouts: (app: string): string => `at the logout tokens of ${app}`,
    signals: (app: Html, ago: string): Html => html`${app} takes no signals; the first failure was ${ago}`,
    signalsPaused: 'It was paused because it failed so often. Resume it once it works.',
    signalsTried: 'It is tried again.',
    lookSignals: (app: string): string => `at the signals for ${app}`,
    again: 'verified before, and changed since',
    waits: (app: Html, ago: string): Html => html`${app} waits for review; it was put in ${ago}`,
    review: 'Review',
    moreWait: (n: number): string => plural(n, { one: '# more waits for review', other: '# more wait for review' }),
    cameLater: 'They came later than those above.',
    list: 'List',
    waiting: 'what waits for review',
    secretEnds: (app: Html, day: Html): Html => html`A secret of ${app} ends on ${day} and is still in use`,
    secretUsed: (secret: Html, ago: string): Html =>
      html`${secret}, last used ${ago}. Its developer has to change over by then.`,
    noEnding: 'One that was made before its ending was kept',
    lookSecrets: (app: string): string => `at the secrets of ${app}`,
    oldKey: (days: number): string =>
      plural(days, { one: 'The signing key has signed for # day', other: 'The signing key has signed for # days' }),
    oldKeyTodo: 'Let the waiting key sign. Nobody has to do anything else.',
    atKeys: 'at the signing keys',
    none: 'Nothing needs you',
    noneWhy: 'Apps that fail, webhooks that do not get through, apps in review and keys that end appear here.',
    lookClients: 'Look at the clients',
    people: (n: string): string => (n === '1' ? 'One person' : `${n} people`),
  },
  audit: {
    title: 'Audit log',
    lead: (command: Html): Html =>
      html`Who did what, on what and when. Nothing here is ever changed; ${command} shows it.`,
    export: 'Export as NDJSON',
    noun: 'lines on record',
    newest: 'Newest first',
    actor: 'Actor',
    action: 'Action',
    target: 'Target',
    request: 'Request id',
    from: 'From',
    until: 'Until',
    apply: 'Apply',
    caption: 'What was done, newest first',
    what: 'What, on what',
    who: 'Who, when',
    details: (seq: string): Html => html`Details<span class="vh"> of № ${seq}</span>`,
    asked: {
      actor: (value: Html): Html => html`actor ${value}`,
      action: (value: Html): Html => html`action ${value}`,
      target: (value: Html): Html => html`target ${value}`,
      request: (value: Html): Html => html`request id ${value}`,
      from: (value: Html): Html => html`from ${value}`,
      until: (value: Html): Html => html`until ${value}`,
    },
    none: 'Nothing on record matches',
    youLook: (filters: Html): Html => html`You look for ${filters}.`,
    noneWhy:
      'Actor, action, target and request id must match exactly, with two exceptions: the actor cli is every terminal, and an action that ends with a dot, such as client., is every action that starts with it.',
    clear: 'Clear all filters',
  },
  keys: {
    title: 'Signing keys',
    lead: (place: Html): Html =>
      html`All of these are published at ${place}. ES256 signs access tokens and most ID tokens; RS256 signs the ID tokens of clients that are registered for it. Private parts are sealed and shown nowhere.`,
    published: (n: Html): Html => html`${n} published`,
    order: 'By algorithm, those that sign first',
    caption: 'Published signing keys',
    key: 'Key',
    state: 'State',
    made: 'Made',
    since: 'Signs since',
    states: {
      current: 'Signs',
      next: 'Waits',
      retired: 'Retired',
    },
    goneAfter: (at: Html): Html => html`Gone after ${at}`,
    justRotated: 'The keys were rotated a moment ago.',
    wait: (at: Html): Html =>
      html`Verifiers that keep the key set for 5 minutes have not seen the keys that would sign, and would refuse their tokens. Wait until ${at} UTC.`,
    notRotated: 'Nothing was rotated.',
    tick: html`Tick the box that says what will happen.`,
    rotate: 'Rotate',
    rotateLead:
      'The waiting keys of both algorithms sign from now on, on every node. Those that sign now stay published until their last token has expired. New ones are made and wait.',
    confirm: 'Sign every new token with the waiting keys',
    force: 'Rotate although verifiers may not know the keys',
    forceHint: 'Only when a key was stolen. It needs a reason.',
    button: 'Rotate the signing keys',
  },
  statistics: {
    why: 'Why did they fail?',
    title: 'Statistics',
    lead: (days: number): string =>
      `Now, and the last ${days} days in UTC. What happened in the last ten seconds may be missing.`,
    findFailed: 'Find a failed request',
    totals: 'Totals',
    people: 'People',
    suspendedAdmins: (suspended: string, n: number): string =>
      `${suspended} suspended, ${plural(n, { one: '# admin', other: '# admins' })}`,
    clients: 'Clients',
    verifiedSuspended: (verified: string, suspended: string): string => `${verified} verified, ${suspended} suspended`,
    connections: 'Connections',
    ofApps: 'of an app with a person',
    sessions: 'Sessions',
    browsers: 'browsers signed in',
    tokens: 'Tokens',
    failed: 'Failed requests',
    reused: 'Refresh tokens reused',
    reusedNote: 'spent refresh tokens that came back',
    refused: (why: Html): Html => html`Requests of registered clients and their people that were refused. ${why}`,
  },
  tiles: {
    tokensSaid: (days: number, max: string, today: string): string =>
      `Tokens by day over ${days} days: at most ${max}, today ${today}`,
    tokensToday: 'Tokens today',
    tokensADay: 'Tokens a day, the week before today',
    failedSaid: (days: number, max: string, today: string): string =>
      `Share of failed requests by day over ${days} days: at most ${max}, today ${today}`,
    failed: 'Failed requests',
    today: 'today',
    of: (total: string): string => `of ${total}`,
    gaugeSaid: (what: string, days: number, from: string, to: string): string =>
      `${what} by day over ${days} days, from ${from} to ${to}`,
    noChange: 'no change',
    millions: (n: string): string => `${n} m`,
    people: 'People',
    peopleConnected: 'People connected',
    apps: 'Apps',
    verified: (n: string): string => `${n} verified`,
    newPeople: (n: string): string => `${n} new`,
    newPeopleSaid: (days: number, n: string): string => `New people by day over ${days} days: ${n} in all`,
  },
};
