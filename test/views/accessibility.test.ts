import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { axeFindings, unfold } from '../support/axe.ts';
import { launchBrowser } from '../support/browser.ts';
import { allPages, axePages } from './examples.ts';
import { openWindow, type Window } from './open.ts';

/** Nothing is clicked here, so this browser can do without a thread for scrolling and animations: a third less CPU time. */
let browser: Browser;
let window: Window;
beforeAll(async () => {
  browser = await launchBrowser({ args: ['--disable-threaded-compositing'] });
  window = await openWindow(browser);
});
afterAll(() => browser.close());

it.each(Object.keys(axePages))('axe finds nothing on %s, light or dark, wide or narrow', async (title) => {
  await window.show(axePages[title] ?? '');
  expect(await axeFindings(window.page)).toEqual([]);
});

/** Texts that reach into the margins of the page. The sheet clips what overflows, so scrolling would not show it. */
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
    const { page } = window;
    await page.setViewportSize({ width: 320, height: 640 });
    await window.show(allPages[title] ?? '');
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
  },
);
