/** Every page in every language: long words wrap, nothing overflows on a small phone, and the page says which language it is. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inLanguage, inSpeech, type Speech, speech } from '../../views/messages/index.ts';
import { structureFindings } from '../support/axe.ts';
import { launchBrowser } from '../support/browser.ts';
import { adminPages } from '../views/admin-examples.ts';
import { allPages, demoNotes, everyPage, pagesAbout } from '../views/examples.ts';
import { type Layout, layouts } from '../views/frames.ts';
import { openWindow, type Window } from '../views/open.ts';

let browser: Browser;
let window: Window;
beforeAll(async () => {
  // The system’s fonts, because others have no Japanese.
  browser = await launchBrowser({ args: ['--disable-threaded-compositing'], systemFonts: true });
  window = await openWindow(browser, { reducedMotion: 'reduce' });
  await window.show('<!doctype html>');
});
afterAll(() => browser.close());

/** English messages, set from right to left as Hebrew or Arabic would be. */
const fromRightToLeft: Speech = { ...speech(), code: 'he', direction: 'rtl' };

/** German has the widest words, and Japanese none that end in a space. */
const others = ['de', 'ja'] as const;
const pagesIn: Record<string, Record<string, string>> = { he: inSpeech(fromRightToLeft, everyPage) };
for (const code of others) pagesIn[code] = await inLanguage(code, everyPage);

/** Every shape of page, with the name of most letters that an app has; the other states differ in few words. */
const titles = Object.keys(allPages).filter((title) => title.startsWith('long: ') || !title.includes(': '));

describe.each(Object.keys(pagesIn))('in %s', (code) => {
  let found: Record<string, Layout[]>;
  beforeAll(async () => {
    const pages = Object.fromEntries(titles.map((title) => [title, pagesIn[code]?.[title] ?? '']));
    found = await layouts(browser, pages, [{ width: 320 }, { width: 375 }]);
  });

  it.each(titles)('%s fits 320 and 375 px', (title) => {
    const page = { lang: code, headings: 1, cutOff: [], isStyled: true };
    expect(found[title]).toEqual([
      { ...page, width: 320 },
      { ...page, width: 375 },
    ]);
  });
});

/** Their shapes differ little between languages, so they are laid out where words are widest and where no spaces are. */
it.each(others)('the pages of admins fit 375 px in %s', async (code) => {
  const found = await layouts(browser, await inLanguage(code, adminPages), [{ width: 375 }]);
  const fits = { lang: code, headings: 1, cutOff: [], isStyled: true, width: 375 };
  expect(Object.entries(found)).toEqual(Object.keys(found).map((title) => [title, [fits]]));
});

it.each(Object.keys(pagesAbout(demoNotes)))('axe finds nothing on %s from right to left', async (title) => {
  await window.rewrite(pagesIn.he?.[title] ?? '');
  expect(await structureFindings(window.page)).toEqual([]);
});

it.each(Object.keys(pagesIn))('a mark in %s keeps its distance from what it is about', async (code) => {
  const { page } = window;
  for (const [title, width] of [
    ['consent', 1280],
    ['consent', 640],
    ['connected apps', 1280],
    ['connected apps', 600],
  ] as const) {
    await page.setViewportSize({ width, height: 800 });
    await window.show(pagesIn[code]?.[title] ?? '');
    const gaps = await page.locator('.can').evaluateAll((marks) =>
      marks.map((mark) => {
        const beside = mark.closest('h3, dt')?.nextElementSibling;
        const [a, b] = [mark.getBoundingClientRect(), beside?.getBoundingClientRect()];
        if (!b || b.top >= a.bottom) return 8;
        return document.dir === 'rtl' ? a.left - b.right : b.left - a.right;
      }),
    );
    expect(gaps.length).toBeGreaterThan(1);
    expect(Math.min(...gaps), `${title} at ${width}`).toBeGreaterThanOrEqual(8);
  }
});

it('a page from right to left has its sides exchanged', async () => {
  const { page } = window;
  await page.setViewportSize({ width: 1280, height: 800 });
  const sides = async (html = '') => {
    await window.show(html);
    const [who, what] = [await page.locator('.who').boundingBox(), await page.locator('.what').first().boundingBox()];
    return (who?.x ?? 0) < (what?.x ?? 0) ? 'who asks is at the left' : 'who asks is at the right';
  };
  expect(await sides(allPages.consent)).toBe('who asks is at the left');
  expect(await sides(pagesIn.he?.consent)).toBe('who asks is at the right');
});
