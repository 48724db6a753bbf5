/**
 * What a host under the same registrable domain can do to people here: it may set cookies for the whole domain and send
 * browsers anywhere. Each attack is carried out to the end, in real browsers, over https.
 */
import type { BrowserContext, Cookie, Page } from 'playwright-core';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { hostRules, startNeighbourhood } from '../support/neighbourhood.ts';
import { authorizeUrl } from '../support/oauth.ts';
import { addPerson } from '../support/server.ts';
import { headline, signInAt } from '../support/visitor.ts';

const [browser, here] = await Promise.all([launchBrowser({ args: [hostRules] }), startNeighbourhood()]);
afterAll(async () => {
  await browser.close();
  await here.stop();
});
const { server, origin, neighbour } = here;

async function newBrowser(): Promise<Page> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  onTestFinished(() => context.close());
  return context.newPage();
}

/** Everything in the attacker's browser, as cookies of the whole domain, which other browsers keep where they may. */
function plantedFrom(cookies: readonly Cookie[]): string[] {
  return cookies.map(({ name, value, path }) => `${name}=${value}; Domain=vibe.test; Path=${path}; Secure; HttpOnly`);
}

const cookiesOf = (page: Page, path: string) => page.context().cookies(origin + path);
const uidOf = (page: Page) => new URL(page.url()).pathname.split('/').at(-1) as string;
const address = async (page: Page) => {
  await page.goto(`${origin}/account/apps`);
  return (await page.locator('body').textContent()) ?? '';
};

async function atSignIn(params: Record<string, string> = {}): Promise<Page> {
  const page = await newBrowser();
  await page.goto(authorizeUrl(server, params));
  expect(await headline(page)).toMatch(/^Sign in to continue/);
  return page;
}

/** Signs in and stops before the browser goes back to the engine. */
async function stoppedBeforeResuming(page: Page, email: string): Promise<void> {
  await page.route('**/oauth/authorize/*', (route) => route.abort());
  await signInAt(page, email).catch(() => {});
  await page.waitForTimeout(100);
}

it('nobody finishes a sign-in that another browser has begun, whatever cookies are planted', async () => {
  const victim = await addPerson(server.db, 'victim@example.com');
  const attacker = await atSignIn();
  const uid = uidOf(attacker);
  const loot = [
    ...(await cookiesOf(attacker, `/interaction/${uid}`)),
    ...(await cookiesOf(attacker, `/oauth/authorize/${uid}`)),
  ];
  const page = await newBrowser();
  // A browser that has been here before as well: it holds a secret of its own.
  await page.goto(authorizeUrl(server));
  here.plant(plantedFrom(loot), `${origin}/interaction/${uid}`);
  await page.goto(neighbour);
  expect(page.url()).toBe(`${origin}/interaction/${uid}`);
  if (await page.getByLabel('Password').isVisible()) await signInAt(page, victim.email);
  await attacker.goto(`${origin}/oauth/authorize/${uid}`);
  expect(await address(attacker)).not.toContain(victim.email);
  expect(new URL(attacker.url()).pathname).toBe('/sign-in');
});

it('a planted resumption signs nobody in as somebody else, and its owner loses nothing', async () => {
  const attackers = await addPerson(server.db, 'attacker@example.com');
  const attacker = await atSignIn();
  const uid = uidOf(attacker);
  const loot = await cookiesOf(attacker, `/oauth/authorize/${uid}`);
  await stoppedBeforeResuming(attacker, attackers.email);
  const page = await newBrowser();
  here.plant(plantedFrom(loot), `${origin}/oauth/authorize/${uid}`);
  await page.goto(neighbour);
  expect(await headline(page)).toBe('This page has expired');
  expect(await address(page)).not.toContain(attackers.email);
  await attacker.unrouteAll();
  await attacker.goto(`${origin}/oauth/authorize/${uid}`);
  expect(await headline(attacker)).toMatch(/^Let /);
});

it('a form that a neighbour sends with its own values and cookies signs nobody in', async () => {
  const attackers = await addPerson(server.db, 'planter@example.com');
  for (const at of ['/sign-in', 'interaction'] as const) {
    const attacker = at === '/sign-in' ? await newBrowser() : await atSignIn();
    if (at === '/sign-in') await attacker.goto(`${origin}/sign-in`);
    const action = await attacker.locator('form[action*="sign-in"]:not([data-passkey])').getAttribute('action');
    const csrf = await attacker.locator('input[name=csrf]').first().inputValue();
    here.plant(plantedFrom(await attacker.context().cookies(attacker.url())));
    const page = await newBrowser();
    await page.goto(neighbour);
    const answered = page.waitForResponse((response) => response.request().method() === 'POST');
    await page.setContent(`<form method="post" action="${origin}${action}">
      <input name="csrf" value="${csrf}"><input name="email" value="${attackers.email}">
      <input name="password" value="correct horse battery staple"><button>Send</button></form>`);
    await page.getByRole('button').click();
    expect([403, 410]).toContain((await answered).status());
    expect(await address(page)).not.toContain(attackers.email);
  }
});

it('a sign-out that a neighbour confirms with its own value signs nobody out', async () => {
  const [mine, theirs] = [
    await addPerson(server.db, 'stays@example.com'),
    await addPerson(server.db, 'goes@example.com'),
  ];
  const page = await newBrowser();
  const attacker = await newBrowser();
  for (const [window, { email }] of [
    [page, mine],
    [attacker, theirs],
  ] as const) {
    await window.goto(`${origin}/sign-in`);
    await signInAt(window, email);
  }
  await attacker.goto(`${origin}/oauth/logout`);
  const action = new URL((await attacker.locator('form[action*="logout"]').getAttribute('action')) as string, origin);
  const xsrf = await attacker.locator('input[name=xsrf]').inputValue();
  here.plant(plantedFrom(await attacker.context().cookies()));
  await page.goto(neighbour);
  await page.setContent(`<form method="post" action="${action.href}">
    <input name="xsrf" value="${xsrf}"><input name="logout" value="yes"><button>Send</button></form>`);
  const answered = page.waitForResponse((response) => response.request().method() === 'POST');
  await page.getByRole('button').click();
  expect((await answered).status()).toBe(400);
  expect(await address(page)).toContain(mine.email);
});

it('a jar that overflows with a neighbour’s cookies leaves nobody signed in as somebody else', async () => {
  const victim = await addPerson(server.db, 'crowded@example.com');
  const attacker = await atSignIn();
  const uid = uidOf(attacker);
  const page = await newBrowser();
  await page.goto(`${origin}/sign-in`);
  const loot = plantedFrom(await cookiesOf(attacker, `/interaction/${uid}`));
  const flood = Array.from({ length: 200 }, (_, index) => `flood${index}=x; Domain=vibe.test; Path=/flood; Secure`);
  here.plant([...flood, ...loot], `${origin}/interaction/${uid}`);
  await page.goto(neighbour);
  expect(await page.getByLabel('Password').isVisible()).toBe(false);
  await attacker.goto(`${origin}/oauth/authorize/${uid}`);
  expect(await address(attacker)).not.toContain(victim.email);
});

it('no neighbour can set a cookie that decides anything', async () => {
  const { email } = await addPerson(server.db, 'owner@example.com');
  const page = await atSignIn();
  await signInAt(page, email);
  expect(await headline(page)).toMatch(/^Let /);
  await page.goto(`${origin}/account/apps`);
  const cookies = await page.context().cookies();
  const names = cookies.filter(({ name }) => !name.endsWith('.sig')).map(({ name }) => name);
  expect(new Set(names)).toEqual(
    // The engine scopes two cookies to a path. They name an interaction, which only the browser's secret opens.
    new Set(['__Host-browser', '__Host-session', '__Host-device', '__Secure-interaction', '__Secure-resume']),
  );
  for (const cookie of cookies) {
    expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Lax', domain: 'auth.vibe.test' });
  }
  const rejected = await plantEach(page.context(), cookies);
  expect(rejected.every((name) => name.startsWith('__Host-'))).toBe(true);
  expect(rejected).toContain('__Host-browser');
});

/** Which of these names the browser refuses to take from the neighbour. */
async function plantEach(context: BrowserContext, cookies: readonly Cookie[]): Promise<string[]> {
  here.plant(cookies.map(({ name }) => `${name}=planted; Domain=vibe.test; Path=/planted; Secure`));
  const page = await context.newPage();
  await page.goto(neighbour);
  const kept = (await context.cookies(`${origin}/planted`)).filter(({ value }) => value === 'planted');
  return cookies.map(({ name }) => name).filter((name) => !kept.some((one) => one.name === name));
}
