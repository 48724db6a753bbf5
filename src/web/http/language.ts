/**
 * The language of a page: what an app asked for (`ui_locales`, OpenID Connect Core §3.1.2.1), then what the person
 * chose, then what their browser prefers. A choice made here a moment ago comes before all of them, because a person who
 * presses "Deutsch" on the page of an app means that page.
 */
import type { Context, Next } from 'koa';
import { LRUCache } from 'lru-cache';
import { changeLanguage, inLanguage, speech } from '../../../views/messages/index.ts';
import { firstLanguage, isLanguage, type Language, languageCodes } from '../../../views/messages/languages.ts';
import { atAddress } from '../../../views/site.ts';
import { isForPrograms } from '../../oidc/response-format.ts';
import { cookieName } from '../../policy/cookie-names.ts';
import { cookieValues, hardened, nameHere } from './cookies.ts';

/** How long a choice comes before what apps ask for: as long as an interaction lasts. */
const freshMs = 3600 * 1000;
const keptMs = 365 * 24 * 3600 * 1000;
const maxTags = 10;

interface LanguageState {
  /** Chosen by this request, with a link of our own page. */
  readonly chosen: Language | undefined;
  /** Chosen earlier in this browser. */
  readonly kept: { readonly language: Language; readonly fresh: boolean } | undefined;
  /** Asked for by the app or by a link from elsewhere. */
  asked: Language | undefined;
}

/** Chooses the language for everything below this middleware. A page says in which language it is. */
export function speakLanguages(issuer: string, hasPage: (path: string) => boolean) {
  const cookie = cookieName('language', { secure: issuer.startsWith('https:') });
  return async (ctx: Context, next: Next): Promise<void> => {
    if (isForPrograms(ctx.path)) return next();
    const wanted = isRead(ctx) ? firstOf(ctx.query.ui_locales) : undefined;
    const chosen = isOurLink(ctx) ? wanted : undefined;
    const state: LanguageState = { chosen, kept: keptIn(ctx, cookie), asked: chosen ? undefined : wanted };
    ctx.state.language = state;
    await atAddress(pageOf(ctx, hasPage), () => inLanguage(languageOf(ctx, state), () => page(ctx, next)));
    if (chosen) keepInBrowser(ctx, chosen);
  };
}

async function page(ctx: Context, next: Next): Promise<void> {
  await next();
  if (ctx.response.type !== 'text/html') return;
  ctx.set('Content-Language', speech().code);
  ctx.vary(['Accept-Language', 'Cookie']);
}

function keepInBrowser(ctx: Context, language: Language): void {
  const value = `${language}.${Math.floor(Date.now() / 1000)}`;
  ctx.cookies.set(nameHere(ctx, 'language'), value, { ...hardened(ctx), signed: false, maxAge: keptMs });
}

/** The choice that this request made, with a link of our own page. */
export const chosenLanguage = (ctx: Context): Language | undefined => stateOf(ctx)?.chosen;

/** Goes on in the language that an app asked for when it sent the person here. */
export async function speakAsAsked(ctx: Context, uiLocales: unknown): Promise<void> {
  const state = stateOf(ctx);
  if (!state || state.asked) return;
  state.asked = firstOf(uiLocales);
  await changeLanguage(languageOf(ctx, state));
}

/** Goes on in the language of this account, if neither this browser nor an app has said another. */
export async function speakAsAccount(ctx: Context, locale: string | null): Promise<void> {
  const state = stateOf(ctx);
  if (!state || state.chosen || state.kept || state.asked || !locale || !isLanguage(locale)) return;
  await changeLanguage(locale);
}

const stateOf = (ctx: Context): LanguageState | undefined => ctx.state.language;

function languageOf(ctx: Context, { chosen, kept, asked }: LanguageState): Language {
  if (chosen) return chosen;
  if (kept?.fresh) return kept.language;
  return asked ?? kept?.language ?? preferred(ctx);
}

/** By the value of Accept-Language: browsers send a few values again and again. */
const preferences = new LRUCache<string, Language>({ max: 200 });
const maxKeptChars = 200;

function preferred(ctx: Context): Language {
  const accepted = ctx.get('Accept-Language');
  const known = preferences.get(accepted);
  if (known) return known;
  const code = ctx.acceptsLanguages([...languageCodes]);
  const language = typeof code === 'string' && isLanguage(code) ? code : 'en';
  if (accepted.length <= maxKeptChars) preferences.set(accepted, language);
  return language;
}

const isRead = ({ method }: Context): boolean => method === 'GET' || method === 'HEAD';

/** Links of other sites show a page in a language, but leave the person's choice alone. */
const isOurLink = (ctx: Context): boolean =>
  ctx.get('Sec-Fetch-Site') === 'same-origin' && !/^\/oauth(\/|$)/i.test(ctx.path);

function firstOf(uiLocales: unknown): Language | undefined {
  return typeof uiLocales === 'string' ? firstLanguage(uiLocales.split(' ', maxTags)) : undefined;
}

/** A made-up value is as good as a choice, so the cookie needs no signature. */
function keptIn(ctx: Context, cookie: string): LanguageState['kept'] {
  const [language = '', seconds] = cookieValues(ctx, cookie)[0]?.split('.') ?? [];
  if (!isLanguage(language)) return undefined;
  return { language, fresh: Date.now() - Number(seconds) * 1000 < freshMs };
}

/**
 * The address to which the languages in the foot lead: this page or, for the answer to a form, the page that has the
 * form. Forms are sent to their page or to an address below it, with the query of the page.
 */
function pageOf(ctx: Context, hasPage: (path: string) => boolean): string {
  // A browser takes what follows two slashes for another host.
  const path = ctx.path.replace(/^[/\\]+/, '/');
  if (isRead(ctx)) return `${path}${ctx.search}`;
  const tab = tabOf(path);
  let page = tab !== undefined && hasPage(tab) ? tab : path;
  while (page !== '' && !hasPage(page)) page = page.slice(0, page.lastIndexOf('/'));
  return `${page || '/'}${ctx.search}`;
}

/** Acts of admins on a client whose form is on a tab beside them. */
const tabs: Readonly<Record<string, string>> = {
  verify: 'review',
  'send-back': 'review',
  disable: 'stop',
  delete: 'stop',
};

function tabOf(path: string): string | undefined {
  const [, client, act = ''] = /^(\/admin\/client\/[^/]+\/)([^/]+)$/.exec(path) ?? [];
  return client !== undefined && Object.hasOwn(tabs, act) ? `${client}${tabs[act]}` : undefined;
}
