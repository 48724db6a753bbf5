import { html } from 'hono/html';
import { boldHost, host, hostOf } from './host.ts';
import * as icons from './icons.ts';
import { m } from './messages/index.ts';
import { type Html, name, plain, quotable } from './text.ts';
import { day } from './time.ts';

/** What VibeCaaS knows about an app: it is ours, it was checked, somebody is checking it, or nobody has. */
export type Standing = 'own' | 'verified' | 'in_review' | 'unchecked';

/** `row` and `text` are messages of the terms of a consent. */
type AppLink = {
  row: 'promises' | 'whereHelp';
  text: 'privacyPolicy' | 'termsOfUse' | 'help';
  href: string;
};

/**
 * An app as the pages show it. `name`, `description`, `owner` and the addresses count as facts only for our own apps
 * and verified ones. Only a verified app shows its `logo`: an address on this server.
 */
export type App = {
  clientId: string;
  name: string;
  /** What the app says it is for. */
  description?: string | undefined;
  owner?: string | undefined;
  homepage?: string | undefined;
  /** Further addresses that it names, by the row of its terms in which they stand. */
  links?: readonly AppLink[] | undefined;
  logo?: string | undefined;
  standing: Standing;
  /** When a reviewer verified it. */
  verifiedAt?: Date | undefined;
  /** When it was submitted for review. */
  reviewSince?: Date | undefined;
};

/** Whether what the app says about itself counts as a fact. */
export const isTrusted = (app: App): boolean => app.standing === 'own' || app.standing === 'verified';

/**
 * What a sentence calls the app: its name, in quotes unless VibeCaaS vouches for it. An app that nobody checked is
 * called by the host that its client id proves, because the document behind a URL client id is served from there. It is
 * never called by its homepage, which is only a claim.
 */
export const callName = (app: App): Html =>
  isTrusted(app) || hostFirst(app) ? name(callText(app)) : claimedName(app.name);

/** A name that nobody has checked, in a sentence of ours. */
export const claimedName = (text: string): Html => m().apps.quoted(name(quotable(text)));

/** The name of an app, where its host does not stand for it. */
export const ownName = (app: App): Html => (isTrusted(app) ? name(app.name) : claimedName(app.name));

/** The same for `<title>`, where there is no markup. */
export function callText(app: App): string {
  if (isTrusted(app)) return plain(app.name);
  return hostFirst(app) ?? m().apps.quotedText(plain(quotable(app.name)));
}

/**
 * Logo, name and the line below. `line` chooses the fact that a verified app shows there; `seal` is for pages where a
 * seal follows and says the rest.
 */
export function appIdentity(app: App, line: 'owner' | 'host' | 'seal'): Html {
  return html`<div class="app">${logo(app)}<div>${title(app)}${subtitle(app, line)}</div></div>`;
}

/** The identity in a list, where a tag says what the seal says elsewhere. */
export function appItem(app: App): Html {
  return html`<div class="app">${logo(app)}<div><p class="row">${title(app)} ${standingTag(app.standing)}</p>${subtitle(app, 'seal')}</div></div>`;
}

/** The identity in a cell of a table or in a sentence. */
export function appSmall(app: App): Html {
  return html`<div class="app small">${logo(app)}<div><span class="row">${title(app)} ${standingTag(app.standing)}</span></div></div>`;
}

/** The identity in a list of apps that nobody registered, as a link. A tag says only what sets one apart: that it was checked. */
export function appLinked(app: App, href: string, below: Html): Html {
  const called = hostFirst(app) && html`<p>${m().apps.callsItself(name(quotable(app.name)))}</p>`;
  const tag = app.standing !== 'unchecked' && standingTag(app.standing);
  return html`<div class="app small">${logo(app)}<div><span class="row"><a href="${href}">${title(app)}</a> ${tag}</span>${called}${below}</div></div>`;
}

const tags: Record<Standing, [kind: string, icon: Html]> = {
  own: ['own', icons.own],
  verified: ['good', icons.verified],
  in_review: ['warn', icons.clock],
  unchecked: ['warn', icons.unchecked],
};

export function standingTag(standing: Standing): Html {
  const [kind, icon] = tags[standing];
  return html`<span class="tag ${kind}">${icon}${m().apps.tags[standing]}</span>`;
}

/** What was checked and when, or that nothing was. It never says more than VibeCaaS knows. */
export function seal(app: App): Html {
  const [kind, icon, words] = seals[app.standing](app);
  return html`<p class="seal${kind && ` ${kind}`}">${icon}<span>${words}</span></p>`;
}

const seals: Record<Standing, (app: App) => [kind: '' | 'own' | 'wait' | 'un', icon: Html, words: Html]> = {
  own: () => ['own', icons.own, m().apps.seal.own],
  verified: ({ verifiedAt, homepage }) => [
    '',
    icons.verified,
    m().apps.seal.verified(verifiedAt && day(verifiedAt), homepage ? host(homepage) : undefined),
  ],
  in_review: ({ reviewSince, owner }) => [
    'wait',
    icons.clock,
    m().apps.seal.inReview(reviewSince && day(reviewSince), Boolean(owner)),
  ],
  unchecked: (app) => [
    'un',
    icons.unchecked,
    provenHost(app) ? m().apps.seal.uncheckedAddress : m().apps.seal.uncheckedName,
  ],
};

/** The host that a URL client id proves. */
function provenHost({ clientId }: App): string | undefined {
  return clientId.startsWith('https://') && URL.canParse(clientId) ? hostOf(clientId) : undefined;
}

/** The proven host of an app that nobody checked. It takes the place of the name. */
const hostFirst = (app: App): string | undefined => (app.standing === 'unchecked' ? provenHost(app) : undefined);

function title(app: App): Html {
  if (!hostFirst(app)) return html`<b>${callName(app)}</b>`;
  return html`<b class="host">${boldHost(app.clientId)}</b>`;
}

function subtitle(app: App, line: 'owner' | 'host' | 'seal'): Html | undefined {
  const lines = linesOf[app.standing](app, line).filter((one) => one !== undefined);
  return lines.length === 0 ? undefined : html`<p>${lines.map((one, i) => html`${i > 0 && html`<br>`}${one}`)}</p>`;
}

const linesOf: Record<Standing, (app: App, line: 'owner' | 'host' | 'seal') => (Html | undefined)[]> = {
  own: ({ description }, line) => [
    line === 'seal' ? undefined : html`${m().apps.tags.own}`,
    description ? name(description) : undefined,
  ],
  verified: (app, line) => [line === 'host' ? (homepage(app) ?? owner(app)) : (owner(app) ?? homepage(app))],
  in_review: (app) => [
    app.owner ? m().apps.saysBy(name(app.owner)) : html`${m().apps.nameOfItsOwn}`,
    provenHost(app) ? host(app.clientId) : undefined,
  ],
  unchecked: (app) => [
    provenHost(app) ? m().apps.callsItself(name(quotable(app.name))) : html`${m().apps.nameOfItsOwn}`,
  ],
};

const owner = (app: App): Html | undefined => (app.owner ? m().apps.by(name(app.owner)) : undefined);

const homepage = (app: App): Html | undefined => (app.homepage ? host(app.homepage) : undefined);

const logos: Record<Standing, (app: App) => Html> = {
  own: () => html`<span class="logo own" aria-hidden="true">${icons.mark}</span>`,
  verified: (app) => ownLogo(app),
  in_review: (app) => html`<span class="logo none" aria-hidden="true">${initials(app.name)}</span>`,
  unchecked: () => html`<span class="logo none" aria-hidden="true">${icons.robot}</span>`,
};

const logo = (app: App): Html => logos[app.standing](app);

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
