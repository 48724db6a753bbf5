/** Every page in every state: axe in both colour schemes, wide and narrow. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { axeFindings } from '../support/axe.ts';
import { launchBrowser } from '../support/browser.ts';
import { axePages } from '../views/examples.ts';
import { openWindow, type Window } from '../views/open.ts';

/** Nothing is clicked here, so this browser can do without a thread for scrolling and animations: a third less CPU time. */
let browser: Browser;
let window: Window;
beforeAll(async () => {
  browser = await launchBrowser({ args: ['--disable-threaded-compositing'] });
  window = await openWindow(browser, { reducedMotion: 'reduce' });
  await window.show('<!doctype html>');
});
afterAll(() => browser.close());

it.each(Object.keys(axePages))('axe finds nothing on %s, light or dark, wide or narrow', async (title) => {
  await window.rewrite(axePages[title] ?? '');
  expect(await axeFindings(window.page)).toEqual([]);
});
