/** A person in front of a real browser that writes down whatever a page does wrong. */
import axe, { type AxeResults } from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import { password } from './server.ts';

/**
 * Opens a browser window for one test. When the test is over, the window closes, and nothing may have gone wrong in it:
 * no error on the console or in a script, no violation of the policy, no request to a host but `origins`.
 */
export async function newVisitor(
  browser: Browser,
  origins: string[],
  options: BrowserContextOptions = {},
): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const complaints: string[] = [];
  context.on('request', (request) => {
    const { origin, href } = new URL(request.url());
    if (!origins.includes(origin) && origin !== 'null') complaints.push(`asked ${href}`);
  });
  context.on('console', (message) => {
    // Chromium reports a page with a status like 422 as an error; that status is what a test is about.
    const isStatus = message.text().startsWith('Failed to load resource: the server responded with a status of 4');
    if (message.type() === 'error' && !isStatus) complaints.push(message.text());
  });
  context.on('weberror', (error) => complaints.push(error.error().message));
  onTestFinished(async () => {
    await context.close();
    expect(complaints).toEqual([]);
  });
  return context.newPage();
}

/** Fills in and sends the sign-in form, found as a person finds it. */
export async function signInAt(page: Page, email: string, secret: string = password): Promise<void> {
  await page.getByLabel('Email address').fill(email);
  await page.getByLabel('Password').fill(secret);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** The page's first heading. */
export async function headline(page: Page): Promise<string> {
  return (await page.getByRole('heading', { level: 1 }).textContent()) ?? '';
}

/**
 * Controls that have one accessible name and do different things. Axe asks for a name; whether it says which of fifteen
 * buttons it is, axe does not ask. Needs axe in the page.
 */
export async function sameNames(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { axe } = window as unknown as {
      axe: { setup(): void; teardown(): void; commons: { text: { accessibleText(element: Element): string } } };
    };
    axe.setup();
    const done = new Map<string, string>();
    const found: string[] = [];
    for (const control of document.querySelectorAll('button, a.btn, summary, .hint a, .note a')) {
      const name = axe.commons.text.accessibleText(control).trim().replace(/\s+/g, ' ').toLowerCase();
      const form = control instanceof HTMLButtonElement ? control.form : null;
      const sent = form && [...new FormData(form)].filter(([field]) => field !== 'csrf').map((pair) => pair.join('='));
      const does = form
        ? `${form.action} ${sent?.join('&')} ${control.getAttribute('value')}`
        : (control.getAttribute('href') ?? control.getAttribute('data-copy') ?? String(done.size));
      const before = done.get(name);
      if (before !== undefined && before !== does) found.push(`“${name}” does ${before} and ${does}`);
      done.set(name, does);
    }
    axe.teardown();
    return found;
  });
}

/** What axe finds on the page as it stands, in light and dark, wide and narrow, folds opened. */
export async function axeFindings(page: Page): Promise<string[]> {
  const found: string[] = [];
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.evaluate(() => {
    for (const fold of document.querySelectorAll('details')) fold.open = true;
  });
  await page.evaluate(axe.source);
  found.push(...(await sameNames(page)));
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [1280, 375]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      const { violations }: AxeResults = await page.evaluate('axe.run()');
      for (const { id, help, nodes } of violations) {
        found.push(...nodes.map(({ target }) => `${colorScheme} ${width}: ${id} at ${target} (${help})`));
      }
    }
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  return found;
}
