/** A person with a real browser that records every error of a page. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import { password } from './server.ts';

/**
 * Opens a browser window for one test. After the test the window is closed, and the test fails if there was an error on the
 * console or in a script, a violation of the content security policy, or a request to a host other than `origins`.
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

/** Fills in and submits the sign-in form, found by labels and roles. */
export async function signInAt(page: Page, email: string, secret: string = password): Promise<void> {
  await page.getByLabel('Email address').fill(email);
  await page.getByLabel('Password').fill(secret);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** Returns the page's first heading. */
export async function headline(page: Page): Promise<string> {
  return (await page.getByRole('heading', { level: 1 }).textContent()) ?? '';
}
