import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { axeFindings, unfold } from '../support/axe.ts';
import { launchBrowser } from '../support/browser.ts';
import { cutOff } from './cut-off.ts';
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
