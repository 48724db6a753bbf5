/** The life of an app in a real browser: a logo, a review, a suspension; and what people see of them. */
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { addAdmin, signInAdminAt } from '../support/admin.ts';
import { type App, startApp } from '../support/app.ts';
import { structureFindings } from '../support/axe.ts';
import { sharedBrowser } from '../support/browser.ts';
import { picture } from '../support/pictures.ts';
import { addPerson, startTestServer, type TestServer } from '../support/server.ts';
import { headline, newVisitor, signInAt } from '../support/visitor.ts';

let browser: Browser;
let server: TestServer;
let app: App;
beforeAll(async () => {
  [browser, server] = await Promise.all([sharedBrowser(), startTestServer({ env: { UNVERIFIED_PEOPLE_LIMIT: '1' } })]);
  app = await startApp(server);
});
afterAll(async () => {
  await app.stop();
  await server.stop();
});

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const status = (page: Page) => page.getByRole('status').textContent();
const look = async (page: Page, name: string) => {
  const folder = process.env.SHOTS;
  for (const width of folder ? [375, 1280] : []) {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      const path = join(folder as string, `${name}-${width}-${colorScheme}.png`);
      await page.screenshot({ path, fullPage: true });
    }
  }
  expect(await structureFindings(page), name).toEqual([]);
  for (const width of [320, 375, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(tooWide, `${name} at ${width}`).toBeLessThanOrEqual(0);
  }
};

/** A new person whom the app sent here and who has signed in. */
async function somebodyAsked(clientId: string): Promise<Page> {
  const page = await newVisitor(browser, [server.issuer, app.origin]);
  const { email } = await addPerson(server.db, `${crypto.randomUUID()}@example.com`);
  const url = new URL(app.ask({ scope: 'projects:read' }));
  url.searchParams.set('client_id', clientId);
  await page.goto(url.href);
  await signInAt(page, email);
  return page;
}

it('people see an app change from a draft with a logo to verified and to suspended', async () => {
  const admin = await addAdmin(server);
  const page = await newVisitor(browser, [server.issuer]);
  await page.goto(`${server.issuer}/admin/clients/new`);
  await signInAdminAt(page, server, admin.email);
  await page.getByLabel('1. Name', { exact: true }).fill('Browser Life');
  await page.getByLabel('A browser').check();
  await page.getByLabel('Required: projects:read').check();
  await page.getByText('More: texts').click();
  await page.getByLabel('Run by').fill('Example Company Ltd');
  await page.getByLabel('Its developer’s account').fill('nobody@example.com');
  await page.getByLabel('Home page').fill('https://life.example');
  await page.getByLabel('Privacy policy').fill('https://life.example/privacy');
  await page.getByLabel('Terms of use').fill('https://life.example/terms');
  await page.getByLabel('Contacts').fill('help@life.example');
  await page.getByLabel('Redirect addresses').fill(`${app.origin}/callback`);
  await press(page, 'Register');
  expect(await page.getByRole('alert').last().textContent()).toContain('must be the address of an account here');
  await page.getByLabel('Its developer’s account').fill(server.person.email);
  await press(page, 'Register');
  expect(await status(page)).toContain('The client is registered.');
  const clientId = (await page.locator('dd code').first().textContent()) as string;
  const path = `${server.issuer}/admin/client/${clientId}`;
  await page.getByRole('link', { name: server.person.email }).waitFor();

  await page.getByRole('link', { name: 'Edit' }).click();
  await look(page, 'edit');
  await page.goto(`${path}/logo`);
  await look(page, 'without-logo');
  const file = { mimeType: 'image/png', buffer: Buffer.from('<svg/>') };
  await page.getByLabel('Picture').setInputFiles({ name: 'logo.png', ...file });
  await press(page, 'Upload the logo');
  expect(await page.locator('#logo-problem').textContent()).toContain('must be a whole PNG, JPEG or WebP picture');
  await look(page, 'wrong-logo');
  await page.getByLabel('Picture').setInputFiles({ name: 'logo.png', ...file, buffer: Buffer.from(await picture()) });
  await press(page, 'Upload the logo');
  expect(await status(page)).toContain('The logo is kept.');
  const logo = page.locator('main img.logo').first();
  expect(await logo.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(192);
  await look(page, 'with-logo');

  await page.goto(`${path}/review`);
  await look(page, 'draft');
  await press(page, 'Submit for review');
  expect(await status(page)).toContain('The client is in review.');
  await look(page, 'in-review');
  await page.goto(`${server.issuer}/admin/clients?state=in_review`);
  expect(await page.locator('tbody tr').allTextContents()).toEqual([expect.stringContaining('Browser Life')]);
  await look(page, 'list-in-review');

  const first = await somebodyAsked(clientId);
  expect(await first.locator('main img').count(), 'nobody has checked whose logo it is').toBe(0);
  await press(first, 'Allow');
  expect(await headline(first)).toBe('Back at Demo Notes');
  expect(app.answers.at(-1)?.get('code')).toBeTruthy();
  const second = await somebodyAsked(clientId);
  expect(await headline(second)).toBe('“Browser Life” can’t take more people yet');
  await look(second, 'people-limit');
  await second.getByRole('button', { name: 'Go back to the app' }).click();
  expect(await headline(second)).toBe('Back at Demo Notes');
  expect(app.answers.at(-1)?.get('error')).toBe('access_denied');

  await page.goto(`${path}/review`);
  await page.getByLabel('Verify: reason, for the record').fill('Company register and domain checked.');
  await press(page, 'Verify');
  expect(await status(page)).toContain('The client is verified.');
  await look(page, 'verified');
  const third = await somebodyAsked(clientId);
  expect(await third.locator('main img.logo').evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(192);
  expect(await third.locator('a', { hasText: 'Privacy policy' }).getAttribute('href')).toBe(
    'https://life.example/privacy',
  );
  await look(third, 'consent');
  await press(third, 'Allow');
  await third.goto(`${server.issuer}/account/apps`);
  expect(await third.locator('main img.logo').count()).toBe(1);
  await look(third, 'connected-apps');

  await page.goto(`${path}/stop`);
  await page.getByLabel('Reason, for the record').first().fill('A test is over');
  await press(page, 'Suspend Browser Life');
  expect(await status(page)).toContain('The client is suspended.');
  await look(page, 'suspended');
  await press(page, 'Lift the suspension');
  expect(await page.locator('h1 ~ .tag, .app .tag').first().textContent()).toContain('Verified');
});
