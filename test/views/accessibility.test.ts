/** Every page fits small phones, and axe finds nothing on one of each kind. `test/pages` tries axe on every state. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { axeFindings, structureFindings } from '../support/axe.ts';
import { launchBrowser } from '../support/browser.ts';
import { allPages, axePages } from './examples.ts';
import { type Layout, layouts } from './frames.ts';
import { openWindow, type Window } from './open.ts';

/** Nothing is clicked here, so this browser can do without a thread for scrolling and animations: a third less CPU time. */
let browser: Browser;
let window: Window;
let found: Record<string, Layout[]>;
beforeAll(async () => {
  browser = await launchBrowser({ args: ['--disable-threaded-compositing'] });
  window = await openWindow(browser, { reducedMotion: 'reduce' });
  await window.show('<!doctype html>');
  found = await layouts(browser, allPages, [{ width: 320 }, { width: 640, text: '200%' }]);
});
afterAll(() => browser.close());

/** The first of the pages whose titles begin alike: "consent" for "consent" and "consent, of an app that …". */
const kinds = Map.groupBy(Object.keys(axePages), (title) => title.split(/[,:]/, 1)[0]);

it.each([...kinds.values()].map(([title]) => title as string))('axe finds nothing on %s', async (title) => {
  await window.rewrite(axePages[title] ?? '');
  expect(await structureFindings(window.page)).toEqual([]);
});

/** Together they have most elements that the style sheet colours. */
const colourful = [
  'sign-in',
  'consent for more',
  'connected apps',
  'API keys',
  'security',
  'landing with demo',
  'error',
  'help',
];

it.each(colourful)('axe finds nothing on the colours of %s, light or dark, wide or narrow', async (title) => {
  await window.rewrite(axePages[title] ?? '');
  expect(await axeFindings(window.page)).toEqual([]);
});

it.each(Object.keys(allPages))(
  '%s has one first heading, and fits 320 px, also with text of twice the size',
  (title) => {
    const page = { lang: 'en', headings: 1, cutOff: [], isStyled: true };
    expect(found[title]).toEqual([
      { ...page, width: 320 },
      { ...page, width: 640 },
    ]);
  },
);
