import { html } from 'hono/html';
import { type App, isTrusted } from '../app-identity.ts';
import { address, destination, host, isLinkable } from '../host.ts';
import * as icons from '../icons.ts';
import { type Html, listed, name } from '../text.ts';
import { day } from '../time.ts';

/**
 * The terms of a consent: whose account it is, where the answer goes, and how long the access lasts at most. With
 * `issuer`, an answer that stays on this server is not mistaken for one to a program on this computer.
 */
export type Terms = {
  app: App;
  account: { email: string };
  redirectUri: string;
  issuer?: string;
  /** The last day of the access; undefined for an app that gets one token and has to come back for the next. */
  lastsUntil?: Date | undefined;
};

/** One line: whose account, and where the answer goes. "Not you?" submits the form with the id `switch`. */
export function route({ account, redirectUri, issuer }: Terms): Html {
  const where = destination(redirectUri, issuer);
  const goal = where === 'web' ? host(redirectUri) : places[where];
  return html`<p class="route"><span class="vh">Your account: </span><span>${name(account.email)}</span> <button class="link" form="switch">Not you?</button> <span>${icons.arrow}<span class="vh">After this you go back to </span>${goal}</span></p>`;
}

const places = { loopback: 'a program on this computer', 'private-use': 'an app on this device' } as const;

/** What the route and the seal leave out, folded. */
export function terms(props: Terms): Html {
  const rows = (isTrusted(props.app) ? trustedRows(props.app) : claimedRows(props)).concat([
    ['How long it lasts', lasting(props.lastsUntil)],
  ]);
  return html`<details class="terms"><summary>Who runs it, and on what terms</summary><dl>${rows.map(([label, value]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl></details>`;
}

type TermRow = [label: string, value: Html | string];

function trustedRows(app: App): TermRow[] {
  const runBy: TermRow[] =
    app.standing === 'own'
      ? [['Run by', 'VibeCaaS']]
      : [
          ...(app.owner ? [['Run by', name(app.owner)] satisfies TermRow] : []),
          ['What VibeCaaS checked', checked(app)],
        ];
  return [
    ...runBy,
    ...(app.description ? [['What it is for', name(app.description)] satisfies TermRow] : []),
    ...linkRows(app),
  ];
}

const checked = ({ homepage }: App): Html =>
  html`Who runs it${homepage && html`, and that ${host(homepage)} is theirs`}. Not whether the app is good.`;

const promises = 'What it promises';
const noPromises = 'It names no privacy policy and no terms.';

/** The addresses that the app names, one row for each purpose. */
function linkRows({ links = [] }: App): TermRow[] {
  const shown = links.flatMap(({ row, text, href }) => (isLinkable(href) ? [{ row, link: link(href, text) }] : []));
  const rows = [...new Set([promises, ...shown.map(({ row }) => row)])];
  return rows.map((row) => {
    const there = shown.filter((one) => one.row === row).map((one) => one.link);
    return [row, there.length > 0 ? listed(there) : noPromises];
  });
}

/** Opens a new window, so that the question stays open. */
const link = (href: string, text: string): Html =>
  html`<a href="${href}" target="_blank" rel="noopener noreferrer">${text}<span class="vh"> (opens a new window)</span></a>`;

/** Nobody has checked such an app, nor the pages that it names, so there is no link to them. */
function claimedRows({ app, redirectUri, issuer }: Terms): TermRow[] {
  const where = destination(redirectUri, issuer);
  const named = app.links?.some(({ row }) => row === promises);
  return [
    ...(app.clientId.startsWith('https://') ? [['Address of the app', address(app.clientId)] satisfies TermRow] : []),
    ...(where === 'web' ? [] : [['Answer goes to', html`${host(redirectUri)}, ${places[where]}`] satisfies TermRow]),
    [promises, named ? 'It names rules of its own. Nobody at VibeCaaS has looked at them.' : noPromises],
  ];
}

const lasting = (until: Date | undefined): Html =>
  until
    ? html`Until you disconnect it, 30 days without use, or ${day(until)}, whichever is first.`
    : html`An hour at a time. Then the app has to come back here.`;
