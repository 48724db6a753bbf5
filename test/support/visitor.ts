/** A person in front of a real browser that writes down whatever a page does wrong. */
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
