/** Text that people copy by eye stays on one line if the line has room for it. */
import { expect, it } from 'vitest';
import { sharedBrowser } from '../support/browser.ts';
import { axePages } from './examples.ts';
import { open } from './open.ts';

it.each([320, 375, 390, 412, 1280])('the demo password is on one line at %i px', async (width) => {
  const browser = await sharedBrowser();
  const { page, close } = await open(browser, axePages['sign-in with demo data'] as string, {
    viewport: { width, height: 800 },
  });
  for (const code of await page.locator('.note code').all()) {
    const lines = await code.evaluate((element) => element.getClientRects().length);
    expect([await code.textContent(), lines]).toEqual([await code.textContent(), 1]);
  }
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
  await close();
});
