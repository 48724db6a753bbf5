import { html } from 'hono/html';
import { type App, isTrusted } from '../app-identity.ts';
import { address, destination, host, isLinkable } from '../host.ts';
import * as icons from '../icons.ts';
import { m } from '../messages/index.ts';
import { type Html, listed, name } from '../text.ts';
import { day } from '../time.ts';

/**
 * The terms of a consent: whose account it is, where the answer goes, and how long the access lasts at most. With
 * `issuer`, an answer that stays on this server is not mistaken for one to a program on this computer.
 */
export type Terms = {
  app: App;
  account: { email: string };
  /** Undefined if the answer goes to a device that has shown a code. */
  redirectUri: string | undefined;
  issuer?: string;
  /** Redirect URIs with other hosts or schemes, to which the app may also have people sent. */
  elsewhere?: readonly string[] | undefined;
  /** The last day of the access; undefined for an app that gets one token and has to come back for the next. */
  lastsUntil?: Date | undefined;
  /** The person chooses how long it lasts on this page. */
  choosesEnd?: boolean;
};

/**
 * One line: whose account, and where the answer goes. "Not you?" submits the form with the id `switch`. A second line names
 * the other places, since the app gets later answers there without another page.
 */
export function route({ account, redirectUri, issuer, elsewhere = [] }: Terms): Html {
  const words = m().consent.route;
  const where = redirectUri === undefined ? 'device' : destination(redirectUri, issuer);
  const goal =
    redirectUri !== undefined && where === 'web' ? host(redirectUri) : words[where as Exclude<typeof where, 'web'>];
  return html`<p class="route"><span class="vh">${words.account}</span><span>${name(account.email)}</span> <button class="link" form="switch">${words.notYou}</button> <span>${icons.arrow}<span class="vh">${words.backTo}</span>${goal}</span></p>${elsewhere.length > 0 && html`<p class="small quiet">${words.alsoTo(listed(elsewhere.map(host)))}</p>`}`;
}

/** What the route and the seal leave out, folded. */
export function terms(props: Terms): Html {
  const rows = (isTrusted(props.app) ? trustedRows(props.app) : claimedRows(props)).concat(
    props.choosesEnd ? [] : [[m().consent.terms.lasts, lasting(props.lastsUntil)]],
  );
  return html`<details class="terms"><summary>${m().consent.terms.summary}</summary><dl>${rows.map(([label, value]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl></details>`;
}

type TermRow = [label: string, value: Html | string];

function trustedRows(app: App): TermRow[] {
  const words = m().consent.terms;
  const runBy: TermRow[] =
    app.standing === 'own'
      ? [[words.runBy, 'VibeCaaS']]
      : [
          ...(app.owner ? [[words.runBy, name(app.owner)] satisfies TermRow] : []),
          [words.checked, words.checkedWhat(app.homepage ? host(app.homepage) : undefined)],
        ];
  return [
    ...runBy,
    ...(app.description ? [[words.purpose, name(app.description)] satisfies TermRow] : []),
    ...linkRows(app),
  ];
}

/** The addresses that the app names, one row for each purpose. */
function linkRows({ links = [] }: App): TermRow[] {
  const shown = links.flatMap(({ row, text, href }) =>
    isLinkable(href) ? [{ row, link: link(href, m().consent.terms[text]) }] : [],
  );
  const words = m().consent.terms;
  const rows = [...new Set(['promises' as const, ...shown.map(({ row }) => row)])];
  return rows.map((row) => {
    const there = shown.filter((one) => one.row === row).map((one) => one.link);
    return [words[row], there.length > 0 ? listed(there) : words.noPromises];
  });
}

/** Opens a new window, so that the question stays open. */
const link = (href: string, text: string): Html =>
  html`<a href="${href}" target="_blank" rel="noopener noreferrer">${text}<span class="vh">${m().consent.terms.newWindow}</span></a>`;

/** Nobody has checked such an app, nor the pages that it names, so there is no link to them. */
function claimedRows({ app, redirectUri, issuer }: Terms): TermRow[] {
  const words = m().consent.terms;
  const named = app.links?.some(({ row }) => row === 'promises');
  return [
    ...(app.clientId.startsWith('https://') ? [[words.address, address(app.clientId)] satisfies TermRow] : []),
    ...answerRow(redirectUri, issuer),
    [words.promises, named ? words.ownRules : words.noPromises],
  ];
}

/** Where the answer goes, unless the route says all of it. */
function answerRow(redirectUri: string | undefined, issuer: string | undefined): TermRow[] {
  const where = redirectUri === undefined ? 'web' : destination(redirectUri, issuer);
  if (redirectUri === undefined || where === 'web') return [];
  const words = m().consent;
  return [[words.terms.answerTo, words.terms.answerPlace(host(redirectUri), words.route[where])]];
}

const lasting = (until: Date | undefined): Html =>
  until ? m().consent.terms.until(day(until)) : html`${m().consent.terms.anHour}`;
