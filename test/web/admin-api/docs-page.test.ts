/** The page that documents the admin API, in a browser. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { axeFindings } from '../../support/axe.ts';
import { sharedBrowser } from '../../support/browser.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';
import { newVisitor } from '../../support/visitor.ts';

let browser: Browser;
let server: TestServer;
beforeAll(async () => {
  [browser, server] = await Promise.all([sharedBrowser(), startTestServer()]);
});
afterAll(async () => {
  await server.stop();
});

it('axe finds nothing on the page, and the lists of fields unfold', async () => {
  const page = await newVisitor(browser, [server.issuer]);
  await page.goto(`${server.issuer}/admin/v1/docs`);
  await expect.poll(() => page.title()).toBe('Admin API · VibeCaaS');
  const fields = page.locator('[id="clients.create"] dl');
  expect(await fields.isVisible()).toBe(false);
  await page.getByText('What can be sent to clients.create').click();
  expect(await fields.isVisible()).toBe(true);
  expect(await axeFindings(page)).toEqual([]);
});
