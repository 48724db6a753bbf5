import { html } from 'hono/html';
import { boldHost, host, hostOf } from './host.ts';
import * as icons from './icons.ts';
import { type Html, name, plain } from './text.ts';

/**
 * An app as the pages show it. Only of a verified one do `name`, `description`, `owner` and the addresses count as facts, and is the
 * `logo` shown: an address on this server.
 */
export type App = {
  clientId: string;
  name: string;
  /** What it says it is for. */
  description?: string;
  owner?: string;
  homepage?: string;
  policy?: string;
  terms?: string;
  logo?: string;
  verified: boolean;
  /** Whether it is ours, checked, being checked, or unknown to us; what the seal and the tag say. */
  standing?: 'own' | 'verified' | 'in_review' | 'unchecked';
  /** When it was verified, if it is. */
  verifiedAt?: Date;
  /** Since when it waits for a reviewer, if it does. */
  reviewSince?: Date;
};

/**
 * What a sentence calls the app. Not verified: the host that its client id proves, since the document behind a URL
 * client id is served from there; without one its own name, in quotes. Never its homepage, which is a claim as well.
 */
export const callName = (app: App): Html =>
  app.verified || provenHost(app) ? name(callText(app)) : html`“${name(app.name)}”`;

/** The same for `<title>`, where there is no markup. */
export function callText(app: App): string {
  if (app.verified) return plain(app.name);
  return provenHost(app) ?? `“${plain(app.name)}”`;
}

/** Logo, name and the line below it. `line` says which fact of a verified app stands there. */
export function appIdentity(app: App, line: 'owner' | 'host'): Html {
  return html`<div class="app">${logo(app)}<div>${title(app)}${subtitle(app, line)}</div></div>`;
}

/** The identity in a list, where a tag says what the seal says elsewhere. */
export function appItem(app: App): Html {
  const lines = app.verified ? [owner(app), homepage(app)].filter((line) => line !== undefined) : [];
  const facts =
    lines.length > 0 ? html`<p>${lines.map((line, i) => html`${i > 0 && html`<br>`}${line}`)}</p>` : undefined;
  const tag = app.verified
    ? html`<span class="tag good">${icons.verified}Verified</span>`
    : html`<span class="tag warn">${icons.unchecked}Not checked</span>`;
  return html`<div class="app">${logo(app)}<div><p class="row">${title(app)} ${tag}</p>${app.verified ? facts : claim(app)}</div></div>`;
}

/** What was checked, or that nothing was. It never says more than VibeCaaS knows. */
export function seal(app: App): Html {
  if (!app.verified) {
    return html`<p class="seal un">${icons.unchecked}<span><b>Not checked.</b> Nobody at VibeCaaS has looked at this app. Its name is its own claim.</span></p>`;
  }
  const checked = app.homepage
    ? 'VibeCaaS checked who runs this app and that its web address is theirs.'
    : 'VibeCaaS checked who runs this app.';
  return html`<p class="seal">${icons.verified}<span><b>Verified.</b> ${checked}</span></p>`;
}

/** The host that a URL client id proves, of an app that is not verified. */
function provenHost(app: App): string | undefined {
  if (app.verified || !app.clientId.startsWith('https://')) return undefined;
  return URL.canParse(app.clientId) ? hostOf(app.clientId) : undefined;
}

function title(app: App): Html {
  if (!provenHost(app)) return html`<b>${callName(app)}</b>`;
  return html`<b class="host">${boldHost(app.clientId)}</b>`;
}

function subtitle(app: App, line: 'owner' | 'host'): Html | undefined {
  if (!app.verified) return claim(app);
  const fact = line === 'host' ? (homepage(app) ?? owner(app)) : (owner(app) ?? homepage(app));
  return fact && html`<p>${fact}</p>`;
}

const claim = (app: App): Html =>
  provenHost(app) ? html`<p>calls itself “${name(app.name)}”</p>` : html`<p>is what it calls itself</p>`;

const owner = (app: App): Html | undefined => (app.owner ? html`by ${name(app.owner)}` : undefined);

const homepage = (app: App): Html | undefined => (app.homepage ? host(app.homepage) : undefined);

function logo(app: App): Html {
  if (!app.verified) return html`<span class="logo none" aria-hidden="true">${icons.robot}</span>`;
  return ownLogo(app);
}

/** The logo that was uploaded, or two letters in its place. */
export function ownLogo({ name: called, logo: src }: Pick<App, 'name' | 'logo'>): Html {
  if (src) return html`<img class="logo" src="${src}" alt="" width="44" height="44">`;
  return html`<span class="logo" aria-hidden="true">${initials(called)}</span>`;
}

/** Two letters: of the first and the last word, or the first two of the only one. */
function initials(text: string): string {
  const letters = (plain(text).match(/[\p{L}\p{N}]+/gu) ?? []).map((word) => [...word]);
  const last = letters.length > 1 ? letters.at(-1)?.[0] : letters[0]?.[1];
  return `${letters[0]?.[0] ?? ''}${last ?? ''}`.toUpperCase();
}
