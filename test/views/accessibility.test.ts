import axe, { type AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { sharedBrowser } from '../support/browser.ts';
import { allPages, axePages } from './examples.ts';
import { open } from './open.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await sharedBrowser();
});

/** Folds are opened, so that what they hold is looked at too. */
async function unfold(page: Page): Promise<void> {
  for (const fold of await page.locator('details:not([open]) > summary').all()) await fold.click();
}

/** What axe finds, in the words of the rule and the place. */
async function findings(page: Page): Promise<string[]> {
  const results: AxeResults = await page.evaluate('axe.run()');
  return results.violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.target} (${rule.help})`));
}

it.each(Object.keys(axePages))('axe finds nothing on %s, light or dark, wide or narrow', async (title) => {
  const { page, close } = await open(browser, axePages[title] ?? '', { reducedMotion: 'reduce' });
  await unfold(page);
  await page.evaluate(axe.source);
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [1280, 375]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      expect(await findings(page), `${colorScheme} ${width}`).toEqual([]);
    }
  }
  await close();
});

/** Texts that reach into the margins of the page: the sheet clips what leaves it, so scrolling would not tell. */
async function cutOff(page: Page): Promise<(string | null)[]> {
  return page.evaluate(() => {
    const margin = 16;
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const cut: (string | null)[] = [];
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
      if (text.parentElement?.closest('.vh, .skip')) continue;
      const range = document.createRange();
      range.selectNodeContents(text);
      const outside = [...range.getClientRects()].some((r) => r.left < margin || r.right > innerWidth - margin);
      if (outside && text.textContent?.trim()) cut.push(text.textContent);
    }
    return cut;
  });
}

it.each(Object.keys(allPages))(
  '%s has one first heading, and fits 320 px, also with text of twice the size',
  async (title) => {
    const { page, close } = await open(browser, allPages[title] ?? '', { viewport: { width: 320, height: 640 } });
    await unfold(page);
    expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
    expect(await cutOff(page)).toEqual([]);
    await page.setViewportSize({ width: 640, height: 640 });
    await page.evaluate(() => {
      document.documentElement.style.fontSize = '200%';
    });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(640);
    expect(await cutOff(page)).toEqual([]);
    expect(await page.evaluate(() => getComputedStyle(document.body).display), 'the stylesheet is there').toBe('flex');
    await close();
  },
);
