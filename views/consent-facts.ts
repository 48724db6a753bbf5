import { html } from 'hono/html';
import { type App, isTrusted } from './app-identity.ts';
import { address, destination, host, isLinkable } from './host.ts';
import { type Html, name } from './text.ts';
import { day } from './time.ts';

/**
 * The terms of a consent: who is asked, where the answer goes, how long it counts at most. With `issuer`, an answer
 * that stays on this server is not taken for one to a program on this computer.
 */
export type Facts = {
  app: App;
  account: { name: string; email: string };
  redirectUri: string;
  issuer?: string;
  lastsUntil: Date;
};

/** The terms as the tinted side of the sheet shows them. "Not you?" belongs to a form with the id `switch`. */
export function consentFacts({ app, account, redirectUri, issuer, lastsUntil }: Facts): Html {
  const appAddress = !isTrusted(app) && app.clientId.startsWith('https://');
  return html`<div class="facts"><dl>
    <div><dt>Your account</dt><dd>${name(account.name)}<br>${name(account.email)}<br><button class="link" form="switch">Not you?</button></dd></div>
    ${appAddress && html`<div><dt>App’s address</dt><dd>${address(app.clientId)}</dd></div>`}
    ${isTrusted(app) && app.description && html`<div><dt>What it is for</dt><dd>${name(app.description)}</dd></div>`}
    <div><dt>You go back to</dt><dd>${goesBackTo(redirectUri, issuer)}</dd></div>
    <div><dt>Lasts until</dt><dd>${day(lastsUntil)} at the latest. Sooner if you disconnect it, or after 30 days without use.</dd></div>
    ${rules(app)}
  </dl></div>`;
}

/** Of a verified app alone: what an unchecked one links to is as unchecked. */
function rules(app: App): Html | undefined {
  const links = [link(app.policy, 'Privacy policy'), link(app.terms, 'Terms')].filter((one) => one !== undefined);
  if (!isTrusted(app) || links.length === 0) return undefined;
  return html`<div><dt>Its own rules</dt><dd>${links.map((one, i) => html`${i > 0 && html`<br>`}${one}`)}</dd></div>`;
}

/** In a window of its own, so that the question stays open. */
const link = (href: string | undefined, label: string): Html | undefined =>
  href && isLinkable(href)
    ? html`<a href="${href}" target="_blank" rel="noopener noreferrer">${label}<span class="vh"> (opens a new window)</span></a>`
    : undefined;

function goesBackTo(redirectUri: string, issuer?: string): Html {
  const where = destination(redirectUri, issuer);
  if (where === 'web') return host(redirectUri);
  const place = where === 'loopback' ? 'A program on this computer' : 'An app on this device';
  return html`${place}<br>${host(redirectUri)}`;
}
