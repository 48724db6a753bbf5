/** The bar of answers stays in sight and never hides the focused element (WCAG 2.2, 2.4.11). */
import type { Browser, Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { languages } from '../../views/messages/languages.ts';
import { sharedBrowser } from '../support/browser.ts';
import { askedByAgent } from './consent-choices-examples.ts';
import { agent, consent, now } from './examples.ts';
import { open } from './open.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await sharedBrowser();
});

const windows = [
  { width: 320, height: 568 },
  { width: 375, height: 667 },
  { width: 1280, height: 620 },
];

/** Every scope, all of them optional, so that there are many controls below the bar. */
const scopes = ['projects:read', 'deployments:read', 'analytics:read', 'profile', 'email', 'projects:write'];
const pages = {
  'a question': consent({ optional: [...scopes, 'deployments:write', 'ai:generate'], required: ['openid'] }),
  'a question for more': consent({
    optional: scopes,
    required: ['openid', 'ai:generate'],
    before: { granted: ['deployments:write'], refused: ['email'], since: now, requested: [] },
  }),
  'a question that the person edits': consent({ app: agent, ...askedByAgent }),
  'a question of a program here': consent({
    app: agent,
    optional: scopes,
    required: ['openid'],
    redirectUri: 'http://127.0.0.1:1/cb',
  }),
};

/**
 * The focused element, and its lines that cannot be seen because something covers them or they are outside the window.
 */
function stop(page: Page): Promise<{ name: string; hidden: string[] }> {
  return page.evaluate(() => {
    const element = document.activeElement as HTMLElement;
    if (element === document.body) return { name: '', hidden: [] };
    const label = (element as HTMLInputElement).labels?.[0]?.textContent ?? element.textContent ?? '';
    const hidden: string[] = [];
    for (const box of element.getClientRects()) {
      for (const y of [box.top + 1, (box.top + box.bottom) / 2, box.bottom - 1]) {
        const x = box.left + box.width / 2;
        const there = document.elementFromPoint(x, y);
        // The label of a box covers the box: a click anywhere in the row counts.
        const own = there && (element.contains(there) || (element as HTMLInputElement).labels?.[0]?.contains(there));
        if (!own)
          hidden.push(`${Math.round(x)},${Math.round(y)}: ${there?.className || there?.tagName || 'off the window'}`);
      }
    }
    return { name: label.replace(/\s+/g, ' ').trim(), hidden };
  });
}

/** Presses `key` until the focus has left the page, and checks each stop. */
async function walk(page: Page, key: 'Tab' | 'Shift+Tab'): Promise<string[]> {
  const names: string[] = [];
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press(key);
    const { name, hidden } = await stop(page);
    if (name === '') return names;
    expect(hidden, `${key} to “${name}”`).toEqual([]);
    names.push(name);
  }
  throw new Error('Tab never leaves the page');
}

describe.each(windows)('in a window of $width × $height', ({ width, height }) => {
  it.each(Object.entries(pages))('Tab and Shift+Tab move no focus behind the bar: %s', async (_, html) => {
    const { page, close } = await open(browser, html, { viewport: { width, height } });
    expect(await page.evaluate(() => document.documentElement.scrollHeight > innerHeight), 'it scrolls').toBe(true);
    await page.getByText('Who runs it, and on what terms').click();
    await page.evaluate(() => {
      (document.activeElement as HTMLElement).blur();
      scrollTo(0, 0);
    });
    // From the top, wherever the last click was.
    await page.locator('.skip').focus();
    const forwards = await walk(page, 'Tab');
    const foot = ['Documentation', 'Help', 'Privacy', 'Terms', ...Object.values(languages).map(({ name }) => name)];
    expect(forwards.slice(-2 - foot.length)).toEqual(['Deny', 'Allow', ...foot]);
    await page.getByRole('link', { name: foot.at(-1) ?? '', exact: true }).focus();
    const backwards = await walk(page, 'Shift+Tab');
    expect(backwards).toEqual(['Skip to content', ...forwards.slice(0, -1)].reverse());
    await close();
  });

  it('both answers are in sight before anything is scrolled, and after', async () => {
    const { page, close } = await open(browser, pages['a question'], { viewport: { width, height } });
    for (const name of ['Deny', 'Allow']) {
      const button = page.getByRole('button', { name, exact: true });
      const box = await button.boundingBox();
      expect((box?.y ?? 9999) + (box?.height ?? 0), name).toBeLessThanOrEqual(height);
    }
    const [deny, allow] = [page.getByRole('button', { name: 'Deny' }), page.getByRole('button', { name: 'Allow' })];
    expect((await deny.boundingBox())?.width).toBe((await allow.boundingBox())?.width);
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    expect((await allow.boundingBox())?.y).toBeGreaterThan(0);
    await close();
  });
});

it('the bar stands at the end in a window that is too low for it', async () => {
  const { page, close } = await open(browser, pages['a question'], { viewport: { width: 800, height: 380 } });
  expect(await page.locator('.act').evaluate((bar) => getComputedStyle(bar).position)).toBe('static');
  await close();
});

it('text of twice the size still fits 320 px, leaves room above the bar and hides no focus', async () => {
  const { page, close } = await open(browser, pages['a question'], { viewport: { width: 640, height: 900 } });
  await page.evaluate(() => {
    document.documentElement.style.fontSize = '200%';
  });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(640);
  expect((await page.locator('.act').boundingBox())?.height).toBeLessThan(300);
  await page.locator('.skip').focus();
  expect(await walk(page, 'Tab')).toContain('Allow');
  await close();
});

it.each(windows)('no mark ever breaks, in a window of $width px', async ({ width, height }) => {
  for (const html of Object.values(pages)) {
    const { page, close } = await open(browser, html, { viewport: { width, height } });
    for (const mark of await page.locator('.can').all()) {
      const lines = await mark.evaluate((element) => {
        const range = document.createRange();
        range.selectNodeContents(element.lastChild as Node);
        return new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size;
      });
      expect(lines, await mark.innerHTML()).toBe(1);
    }
    await close();
  }
});
