/**
 * The page after signing out tells the truth: a person who stayed, or has signed in again since, is still signed in.
 */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { browserSuite } from '../support/browser-suite.ts';
import { headline, signInAt } from '../support/visitor.ts';

const { server, open } = await browserSuite();

it.each([
  ['Stay signed in', 'You are still signed in to VibeCaaS', 'Your connected apps', 'Connected apps'],
  ['Sign out', 'You are signed out of VibeCaaS', 'Sign in again', 'Sign in to VibeCaaS'],
])('%s leads to a page that says so', async (button, title, link, next) => {
  const page = await atSignOut();
  await page.getByRole('button', { name: button, exact: true }).click();
  expect(await headline(page)).toBe(title);
  await page.getByRole('link', { name: link }).click();
  expect(await headline(page)).toBe(next);
});

it('both answers fit on one line each on a phone', async () => {
  const page = await atSignOut();
  await page.setViewportSize({ width: 375, height: 720 });
  const heights = await page.locator('.pair .btn').evaluateAll((all) => all.map((one) => one.clientHeight));
  expect(heights.map((height) => height < 50)).toEqual([true, true]);
});

it('the page of our own sign-out does not outlive the next sign-in', async () => {
  const page = await atSignOut();
  await page.goto(`${server.issuer}/account/apps`);
  await page.getByRole('button', { name: 'Sign out' }).click();
  expect(await headline(page)).toBe('You are signed out of VibeCaaS');
  await page.getByRole('link', { name: 'Sign in again' }).click();
  await signInAt(page, server.person.email);
  await page.goto(`${server.issuer}/signed-out`);
  expect(await headline(page)).toBe('You are still signed in to VibeCaaS');
  expect(await page.locator('main').textContent()).toContain(server.person.email);
});

async function atSignOut(): Promise<Page> {
  const page = await open();
  await page.goto(`${server.issuer}/account/apps`);
  await signInAt(page, server.person.email);
  await page.goto(`${server.issuer}/oauth/logout`);
  expect(await headline(page)).toBe('Sign out of VibeCaaS?');
  return page;
}
