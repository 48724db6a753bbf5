import { html } from 'hono/html';
import type { Html } from '../../html.ts';
import { pluralsOf } from '../plurals.ts';

const plural = pluralsOf('en');

/** Apps that nobody registered, to the people who want to use them. */
export const thirdParty = {
  ask: {
    title: (app: string): string => `${app} has to be allowed by an admin`,
    heading: (app: Html): Html => html`${app} has to be allowed by an admin first`,
    lead: 'Nobody registered this app here, and apps like it are allowed one by one. Nothing was shared.',
    next: 'The admins of VibeCaaS see that you asked, with your address. You hear nothing more from here: start again from the app when they have allowed it. It then asks you what it may do.',
    wrong: 'This server has admins allow apps that nobody registered, and none has allowed this one yet.',
    fix: 'Nothing to fix in the app. Say who runs it when its people ask an admin, or have it registered.',
  },
  blocked: {
    title: 'VibeCaaS does not let this app connect',
    tab: 'VibeCaaS does not let this app connect',
    lead: 'An admin has blocked it. Nothing was shared, and what it had access to has ended.',
    advice: 'If you need this app, ask whoever runs this server, and give them the request id below.',
  },
  admin: {
    title: 'Unregistered apps',
    lead: 'Agents and tools that came by themselves. Nobody here has looked at them.',
    rest: 'What holds for the rest',
    restLead: 'For every app without a rule. THIRD_PARTY_POLICY sets it.',
    host: 'Host',
    hostHint: 'Every app whose document is there, on any port. Hosts below it are other hosts.',
    toRule: 'Set a rule',
    hostRules: 'Rules for hosts',
    app: 'App',
    cameBy: 'Came by',
    firstSeen: 'First seen',
    people: 'People',
    lastUsed: 'Last used',
    rule: 'Rule',
    never: 'never',
    decided: 'Decided',
    reason: 'Reason',
    search: 'Search',
    any: 'Any',
    apply: 'Apply',
    nothing: 'No app came by itself yet',
    nothingWhy:
      'Agents register themselves, or have the URL of a document as their client id. They are listed here from then on.',
    noMatch: 'No such app',
    noMatchWhy: 'Try fewer words, or another rule.',
    clear: 'Show all',
    newest: 'The newest first',
    decide: 'Decide',
    what: 'What holds from now on',
    save: 'Save the rule',
    back: 'Go back',
    suspended: 'It is suspended as well. That stays, whatever the rule says.',
    homeMore: 'Nobody registered it.',
    badHost: html`must be the name of a host, such as agent.example`,
    chooseOne: html`must be one of these`,
    cameBys: { dynamic: 'Registration', metadata_document: 'Metadata document' },
    policies: {
      allow: 'Allow',
      ask: 'Ask an admin',
      block: 'Block',
      none: 'As the rest',
      waiting: 'People wait',
    },
    means: {
      allow: 'People decide.',
      ask: 'Whoever tries is told that an admin has to allow it first, and waits here. What people allowed goes on.',
      block: 'Every request is refused, and everything that is alive ends at once.',
      none: 'No rule: what holds for the rest holds.',
    },
    noun: (n: number): string => plural(n, { one: '# app', other: '# apps' }),
    waits: (n: number): string => plural(n, { one: '# person waits', other: '# people wait' }),
    apps: (n: number): string => plural(n, { one: '# app', other: '# apps' }),
    allowing: (n: number): string =>
      plural(n, { one: '# person who allows it something', other: '# people who allow it something' }),
    atStake: (apps: string, people: string): string => `It is about ${apps} and ${people}.`,
    ruleTitle: (what: string): string => `Rule for ${what}`,
    ruleFor: (what: Html): Html => html`Rule for ${what}`,
    about: (what: string): string => `about ${what}`,
    homeWaits: (app: Html, ago: string): Html => html`${app} waits for an admin to allow it; somebody asked ${ago}`,
  },
};
