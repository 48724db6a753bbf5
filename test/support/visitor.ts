/** A person with a real browser that records every error of a page. */
import type { Browser, BrowserContextOptions, ConsoleMessage, Page, Request, WebError } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import { password } from './server.ts';
import { borrowWindow } from './windows.ts';

/**
 * Opens a browser window for one test. After the test its pages are closed, and the test fails if there was an error on the
 * console or in a script, a violation of the content security policy, or a request to a host other than `origins`.
 */
export async function newVisitor(
  browser: Browser,
  origins: string[],
  options: BrowserContextOptions = {},
): Promise<Page> {
  const wide = { viewport: { width: 1280, height: 800 }, ...options };
  const { context, page, giveBack } = await borrowWindow(browser, wide);
  const complaints: string[] = [];
  const onRequest = (request: Request) => {
    const { origin, href } = new URL(request.url());
    if (!origins.includes(origin) && origin !== 'null') complaints.push(`asked ${href}`);
  };
  const onConsole = (message: ConsoleMessage) => {
    // Chromium reports a page with a status like 422 as an error; that status is what a test is about.
    const isStatus = message.text().startsWith('Failed to load resource: the server responded with a status of 4');
    if (message.type() === 'error' && !isStatus) complaints.push(message.text());
  };
  const onError = (error: WebError) => complaints.push(error.error().message);
  context.on('request', onRequest).on('console', onConsole).on('weberror', onError);
  onTestFinished(async () => {
    await giveBack();
    context.off('request', onRequest).off('console', onConsole).off('weberror', onError);
    expect(complaints).toEqual([]);
  });
  return page;
}

/** Fills in and submits the sign-in form, found by labels and roles. */
export async function signInAt(page: Page, email: string, secret: string = password): Promise<void> {
  await page.getByLabel('Email address').fill(email);
  await page.getByLabel('Password').fill(secret);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** Returns the page's first heading as soon as the whole page is there: a browser may show the heading before the rest. */
export async function headline(page: Page): Promise<string> {
  const text = (await page.getByRole('heading', { level: 1 }).textContent()) ?? '';
  await page.waitForLoadState();
  return text;
}
