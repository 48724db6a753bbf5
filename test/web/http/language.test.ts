/** The language of a page: what an app asks for, then what the person chose, then what the browser prefers. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readConfig } from '../../../src/config/index.ts';
import { pageRooms, pageRouters, type RouterDeps } from '../../../src/web/routers.ts';
import { signedInAdmin, signedInAs } from '../../support/admin.ts';
import { authorizeUrl } from '../../support/oauth.ts';
import { newPerson, type Person } from '../../support/person.ts';
import { rowsOf } from '../../support/rows.ts';
import { addPerson, password, startTestServer, type TestServer } from '../../support/server.ts';

/** The routers as the server builds them, for the list of their addresses. */
const deps = {
  config: readConfig({ DATABASE_URL: 'postgres://localhost/none', SECRETS: 'x'.repeat(32) }),
} as unknown as RouterDeps;
const rooms = await Promise.all(pageRooms(deps).map((room) => room.open()));
const routers = [...pageRouters(deps), ...rooms.flatMap((room) => room.routers)];
const formPaths = routers
  .flatMap(({ stack }) => stack)
  .filter(({ methods }) => methods.includes('POST'))
  .map(({ path }) => String(path).replaceAll(/:\w+/g, 'x'))
  .filter((path) => !/^\/(admin|outbox|oauth|sign-out)/.test(path));

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const ours = { 'sec-fetch-site': 'same-origin' };
const german = { 'accept-language': 'de-CH,de;q=0.9,en;q=0.5' };
const languageIn = (html: string) => /<html lang="([^"]+)" dir="([^"]+)"/.exec(html)?.slice(1, 3).join(' ');

const read = (browser: Person, path: string, headers: Record<string, string> = {}) =>
  browser.request(path, { headers: { accept: 'text/html', ...headers } });

const speaks = async (browser: Person, path: string, headers: Record<string, string> = {}) =>
  languageIn((await read(browser, path, headers)).text);

it('a browser gets the language that it prefers, and the answer says so', async () => {
  const { headers, text } = await read(newPerson(server.issuer), '/help', german);
  expect(languageIn(text)).toBe('de ltr');
  expect(text).toContain('>Zum Inhalt springen</a>');
  expect(headers.get('content-language')).toBe('de');
  expect(headers.get('vary')).toBe('Accept-Language, Cookie');
});

it.each([
  ['nothing', {}, 'en ltr'],
  ['a language that is not here', { 'accept-language': 'tlh' }, 'en ltr'],
  ['a wish with weights', { 'accept-language': 'en;q=0.1, ja;q=0.8' }, 'ja ltr'],
  ['a language that it refuses', { 'accept-language': 'de;q=0, fr' }, 'fr ltr'],
  ['nonsense', { 'accept-language': ';;q=,,*-' }, 'en ltr'],
])('a browser that sends %s gets a page', async (_what, headers, language) => {
  expect(await speaks(newPerson(server.issuer), '/help', headers)).toBe(language);
});

it('what one browser prefers is not what the next one gets, also if that one says nothing', async () => {
  const preferred = ['ja', undefined, 'de', 'fr;q=0.2, es', undefined, 'de'];
  const pages = [];
  for (const value of preferred)
    pages.push(await speaks(newPerson(server.issuer), '/help', value ? { 'accept-language': value } : {}));
  expect(pages).toEqual(['ja ltr', 'en ltr', 'de ltr', 'es ltr', 'en ltr', 'de ltr']);
});

it('a link of our own page is kept in the browser, and comes before what the browser prefers', async () => {
  const browser = newPerson(server.issuer);
  expect(await speaks(browser, '/help?ui_locales=fr', { ...ours, ...german })).toBe('fr ltr');
  expect(await speaks(browser, '/privacy', german)).toBe('fr ltr');
});

it('a link of another site chooses the language of one page for those who have chosen none, and changes no choice', async () => {
  const browser = newPerson(server.issuer);
  await read(browser, '/help?ui_locales=fr', ours);
  const there = { 'sec-fetch-site': 'cross-site' };
  const { headers } = await read(browser, '/help?ui_locales=ja', there);
  expect(headers.getSetCookie().join()).not.toContain('language');
  expect(await speaks(browser, '/help')).toBe('fr ltr');
  expect(await speaks(newPerson(server.issuer), '/help?ui_locales=ja', there)).toBe('ja ltr');
});

it('a language that is not here, or was made up, is left out', async () => {
  const browser = newPerson(server.issuer);
  expect(await speaks(browser, '/help?ui_locales=tlh', { ...ours, ...german })).toBe('de ltr');
  expect(await speaks(browser, '/help?ui_locales=constructor', ours)).toBe('en ltr');
  await browser.jar.setCookie('vcauth_language=__proto__.1', server.issuer);
  expect(await speaks(browser, '/help')).toBe('en ltr');
});

it('the foot leads to the same page in each language, with what the address holds', async () => {
  const { text } = await read(newPerson(server.issuer), '/sign-in?next=%2Faccount%2Fsecurity%3Fa%3D1&ui_locales=es');
  const links = [...text.matchAll(/<a href="([^"]*ui_locales=[^"]*)" lang="(\w+)"/g)].map(([, href = '', code]) => {
    const url = new URL(href.replaceAll('&amp;', '&'), server.issuer);
    return [code, url.pathname, url.searchParams.getAll('next'), url.searchParams.getAll('ui_locales')];
  });
  const next = ['/account/security?a=1'];
  expect(links).toEqual(['en', 'de', 'es', 'fr', 'ja'].map((code) => [code, '/sign-in', next, [code]]));
  expect(text).toMatch(/lang="es" hreflang="es" rel="nofollow" aria-current="true"/);
});

it('the foot of an answer to a form leads to the page that has the form', async () => {
  const browser = newPerson(server.issuer);
  const page = await browser.visit(authorizeUrl(server, { client_id: 'web' }));
  const refused = await browser.submit(page, '/sign-in', { email: 'nobody@example.com', password: 'wrong' });
  expect(refused.status).toBe(422);
  const [, href = ''] = /href="([^"]*)" lang="de"/.exec(refused.text) ?? [];
  expect(new URL(href, server.issuer).pathname).toBe(new URL(page.url).pathname);
  expect(await speaks(browser, href, ours)).toBe('de ltr');
});

it('a page that a foreign link leads to after a sign-in leaves the language alone', async () => {
  for (const next of [
    '/account/apps?ui_locales=ja',
    '/account/activity?a=1&ui%5Flocales=ja#x',
    '/help?ui_locales=ja',
  ]) {
    const browser = newPerson(server.issuer, ours);
    const page = await browser.visit(`/sign-in?next=${encodeURIComponent(next)}`);
    const inside = await browser.submit(page, '/sign-in', { email: server.person.email, password });
    expect(new URL(inside.url).pathname).toBe(next.split('?')[0]);
    expect(languageIn(inside.text)).toBe('en ltr');
    expect(await speaks(browser, '/help')).toBe('en ltr');
    // Signed in already, the sign-in page only leads on.
    expect(languageIn((await browser.visit(page.url)).text)).toBe('en ltr');
  }
  expect(await rowsOf(server.db, `SELECT locale FROM accounts WHERE id = '${server.person.id}'`)).toEqual([
    { locale: null },
  ]);
});

it('the foot of every answer to a form leads to a page that exists', async () => {
  const browser = await signedInAs(server, server.person.email);
  const lost: string[] = [];
  let forms = 0;
  for (const path of formPaths) {
    const { text } = await browser.request(path, { method: 'POST', body: new URLSearchParams() });
    const [, href] = /href="([^"]*)" lang="de"/.exec(text) ?? [];
    if (href === undefined) continue;
    forms += 1;
    const page = await browser.request(href.replaceAll('&amp;', '&'));
    // An interaction or an app that does not exist has an error page at its own address.
    const isPage = routers.some((router) => router.match(new URL(page.url).pathname, 'GET').route);
    if (page.status === 405 || (page.status === 404 && !isPage)) lost.push(`${path} → ${href}`);
  }
  expect(lost).toEqual([]);
  expect(forms).toBeGreaterThan(30);
});

it('the foot leads to no other host', async () => {
  for (const method of ['GET', 'POST']) {
    const response = await fetch(`${server.issuer}//evil.example/x`, { method, headers: { accept: 'text/html' } });
    const text = await response.text();
    expect(text).toContain('hreflang="de"');
    expect(text).not.toContain('href="//');
  }
});

it('an app that asks for a language gets it for its own pages only', async () => {
  const browser = newPerson(server.issuer);
  const page = await browser.visit(authorizeUrl(server, { client_id: 'web', ui_locales: 'tlh fr-CA en' }));
  expect(languageIn(page.text)).toBe('fr ltr');
  expect(await speaks(browser, '/help', german)).toBe('de ltr');
});

it('a person who chooses a language on the page of an app means that page, whatever the app asks for', async () => {
  const browser = newPerson(server.issuer);
  const page = await browser.visit(authorizeUrl(server, { client_id: 'web', ui_locales: 'fr' }));
  const { pathname } = new URL(page.url);
  expect(await speaks(browser, `${pathname}?ui_locales=ja`, ours)).toBe('ja ltr');
  expect(await speaks(browser, pathname)).toBe('ja ltr');
});

it('an app comes before a choice that was made long ago', async () => {
  const browser = newPerson(server.issuer);
  const longAgo = Math.floor(Date.now() / 1000) - 24 * 3600;
  await browser.jar.setCookie(`vcauth_language=ja.${longAgo}`, server.issuer);
  const page = await browser.visit(authorizeUrl(server, { client_id: 'web', ui_locales: 'fr' }));
  expect(languageIn(page.text)).toBe('fr ltr');
  expect(await speaks(browser, '/help')).toBe('ja ltr');
});

it('the choice of a person who is signed in is kept with the account, and greets them in another browser', async () => {
  const { id, email } = await addPerson(server.db, 'polyglot@example.com');
  const browser = await signedInAs(server, email);
  const kept = async () => (await rowsOf(server.db, `SELECT locale FROM accounts WHERE id = '${id}'`))[0];
  await read(browser, '/account/apps?ui_locales=ja', { 'sec-fetch-site': 'cross-site' });
  expect(await kept()).toEqual({ locale: null });
  await read(browser, '/account/apps?ui_locales=es', ours);
  expect(await kept()).toEqual({ locale: 'es' });
  const elsewhere = await signedInAs(server, email);
  expect(await speaks(elsewhere, '/account/apps', german)).toBe('es ltr');
});

it('an error page is in the language of its reader', async () => {
  const { text } = await read(newPerson(server.issuer), '/nothing-here', german);
  expect(languageIn(text)).toBe('de ltr');
  expect(text).toContain('<h1>Hier ist nichts</h1>');
});

it('the pages of admins and developers are in the language of their reader', async () => {
  const admin = await signedInAdmin(server);
  for (const [path, heading] of [
    ['/admin', 'Was jemanden braucht'],
    ['/admin/clients/new', 'Client registrieren'],
    ['/admin/audit', 'Audit-Protokoll'],
  ] as const) {
    const { headers, text } = await read(admin, path, german);
    expect(languageIn(text)).toBe('de ltr');
    expect(headers.get('content-language')).toBe('de');
    expect(text).toContain(`<h1>${heading}</h1>`);
  }
});

it('what is wrong with an answer is said in the language of its reader', async () => {
  const admin = await signedInAdmin(server);
  const form = await admin.visit('/admin/clients/new?ui_locales=ja');
  await read(admin, '/admin/clients/new?ui_locales=de', ours);
  const typed = { client_name: '', type: 'web', redirect_uris: 'https://a.example/#top' };
  const { text } = await admin.submit(form, '/admin/clients', typed);
  expect(text).toMatch(/Name: muss 1 bis \d+ Zeichen haben\./);
  expect(text).toContain('&quot;https://a.example/#top&quot; darf kein Fragment (#) haben.');
});

it('the foot of an admin’s refused form leads to the page that has the form', async () => {
  const { id } = await addPerson(server.db, 'refused@example.com');
  const admin = await signedInAdmin(server);
  for (const [page, action] of [
    [`/admin/account/${id}/sessions/end-all`, '/sessions/end-all'],
    ['/admin/client/web/stop', '/disable'],
    ['/admin/client/web/review', '/verify'],
  ] as const) {
    const refused = await admin.submit(await admin.visit(page), action, { reason: '', reason_verify: '' });
    expect(refused.status).toBe(422);
    const [, href = ''] = /href="([^"]*)" lang="de"/.exec(refused.text) ?? [];
    expect(new URL(href, server.issuer).pathname).toBe(page);
  }
});

it('the metadata name the languages', async () => {
  const response = await fetch(`${server.issuer}/.well-known/oauth-authorization-server`);
  expect(((await response.json()) as Record<string, unknown>).ui_locales_supported).toEqual([
    'en',
    'de',
    'es',
    'fr',
    'ja',
  ]);
});
