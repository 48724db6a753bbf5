/** The error pages that a person can meet, each in its own words, and true whatever was answered before. */
import type { Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { axeFindings } from '../support/axe.ts';
import { browserSuite } from '../support/browser-suite.ts';
import { cookielessProxy } from '../support/cookieless-proxy.ts';
import { addPerson } from '../support/server.ts';
import { headline, signInAt } from '../support/visitor.ts';

const { app, server, open } = await browserSuite();

describe('a browser that keeps no cookies', () => {
  it('is told so where an app sent the person, and never that the page has expired', async () => {
    const page = await withoutCookies();
    await page.goto(app.ask());
    await expectCookiePage(page);
  });

  it('is told so when the sign-in form is sent', async () => {
    const page = await withoutCookies();
    await page.goto(`${server.issuer}/account/apps`);
    const answer = page.waitForResponse((response) => response.request().method() === 'POST');
    await signInAt(page, server.person.email);
    expect((await answer).status()).toBe(403);
    await expectCookiePage(page);
    expect(await axeFindings(page)).toEqual([]);
  });

  it.each([
    ['of another site', { 'Sec-Fetch-Site': 'cross-site' }, 'This form was not accepted'],
    ['of a neighbour', { 'Sec-Fetch-Site': 'same-site' }, 'This form was not accepted'],
    ['of a program', {}, 'This form was not accepted'],
    ['of this site', { 'Sec-Fetch-Site': 'same-origin' }, 'Your browser sent no cookie'],
    ['of this site, with a cookie', { 'Sec-Fetch-Site': 'same-origin', Cookie: 'a=b' }, 'This form was not accepted'],
  ])('a form without our cookie %s is refused in its own words', async (_, headers, title) => {
    for (const path of ['/sign-in', '/interaction/any/sign-in']) {
      const body = new URLSearchParams({ email: server.person.email, password: 'x' });
      const sent = { method: 'POST', headers: { Accept: 'text/html', ...headers }, body };
      const answer = await fetch(`${server.issuer}${path}`, sent as RequestInit);
      expect(answer.status).toBe(403);
      expect(await answer.text()).toContain(`<h1>${title}</h1>`);
    }
  });

  /** As with cookies switched off: the browser gets none, so it keeps and sends none. */
  async function withoutCookies(): Promise<Page> {
    const proxy = await cookielessProxy();
    onTestFinished(() => proxy.close());
    return open({ proxy: { server: proxy.origin, bypass: '<-loopback>' } });
  }

  async function expectCookiePage(page: Page): Promise<void> {
    expect(await headline(page)).toBe('Your browser sent no cookie');
    expect(await page.locator('main').textContent()).toContain('Allow cookies for this address');
    await expect.poll(() => page.title()).toBe('Your browser sent no cookie · VibeCaaS');
  }
});

describe('a page that was answered', () => {
  it.each(['Allow', 'Deny'])('Back after %s does not say what was shared', async (answer) => {
    const page = await open();
    const person = await addPerson(server.db, `${crypto.randomUUID()}@example.com`);
    await page.goto(app.ask());
    await signInAt(page, person.email);
    await page.getByRole('button', { name: answer }).click();
    expect(await headline(page)).toBe('Back at Demo Notes');
    await page.goBack();
    expect(await headline(page)).toBe('This page has expired');
    const text = await page.locator('main').textContent();
    expect(text).not.toContain('Nothing was shared');
    expect(text).toContain('If you have allowed the app, that stands');
    expect(await page.getByRole('link', { name: 'Help', exact: true }).count()).toBe(2);
  });
});

it('the tab of an error page does not repeat the name that an app gives itself', async () => {
  const page = await open();
  await page.goto(app.ask({ redirect_uri: `${app.origin}/callback/` }));
  await expect.poll(() => page.title()).toBe('This request can’t go on · VibeCaaS');
  expect(await headline(page)).toBe('Demo Notes sent a request we can’t accept');
  await page.getByText('For the developer').click();
  expect(await page.locator('details').textContent()).toContain('only the slash at its end differs.');
});
