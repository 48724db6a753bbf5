import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { browserSuite } from '../support/browser-suite.ts';
import { headline, signInAt } from '../support/visitor.ts';

const { app, server, open: openWindow } = await browserSuite();

describe.each([
  ['with scripts', true],
  ['without scripts', false],
])('signing in, %s', (_, javaScriptEnabled) => {
  it('a wrong password keeps the address, says one sentence, and the right one goes on', async () => {
    const page = await open();
    await page.goto(app.ask());
    const answer = page.waitForResponse((response) => response.request().method() === 'POST');
    await signInAt(page, server.person.email, 'not the password');
    expect((await answer).status()).toBe(422);
    expect(await page.getByRole('alert').textContent()).toContain('That didn’t match.');
    expect(await page.getByLabel('Email address').inputValue()).toBe(server.person.email);
    expect(await page.getByLabel('Password').inputValue()).toBe('');

    await page.getByLabel('Password').fill('correct horse battery staple');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    expect(await headline(page)).toBe('Let Demo Notes see your projects?');
  });

  it('an unknown address gets the same page', async () => {
    const page = await open();
    const alerts: string[] = [];
    for (const email of [server.person.email, 'nobody@example.com']) {
      await page.goto(app.ask());
      await signInAt(page, email, 'not the password');
      await page.getByRole('alert').waitFor();
      await page.waitForLoadState();
      alerts.push(
        (await page.locator('main').innerHTML()).replace(/(value|data-options)="[^"]*"|interaction\/[^"]*/g, ''),
      );
    }
    expect(alerts[0]).toContain('role="alert"');
    expect(alerts[0]).toBe(alerts[1]);
  });

  it('“Not you?” lets another person sign in, for the same request', async () => {
    const page = await open();
    await page.goto(app.ask({ state: 'of this request' }));
    await signInAt(page, server.person.email);
    await page.getByRole('button', { name: 'Not you?' }).click();
    expect(await headline(page)).toBe('Sign in to continue to Demo Notes');
    await signInAt(page, server.person.email);
    await page.getByRole('button', { name: 'Deny' }).click();
    expect(await headline(page)).toBe('Back at Demo Notes');
    expect(app.answers.at(-1)?.get('state')).toBe('of this request');
  });

  it('account pages ask for a sign-in, lead to where the person was going, and let nobody in again after signing out', async () => {
    const page = await open();
    await page.goto(`${server.issuer}/account/apps`);
    expect(await headline(page)).toBe('Sign in to VibeCaaS');
    await signInAt(page, server.person.email);
    await page.waitForURL(`${server.issuer}/account/apps`);
    expect(await headline(page)).toBe('Connected apps');
    await page.getByRole('button', { name: 'Sign out' }).click();
    expect(await headline(page)).toBe('You are signed out of VibeCaaS');
    await page.goBack();
    expect(await headline(page), 'the page before signing out').toBe('Sign in to VibeCaaS');
    await page.goto(`${server.issuer}/signed-out`);
    await page.getByRole('link', { name: 'Sign in again' }).click();
    expect(await headline(page)).toBe('Sign in to VibeCaaS');
  });

  function open(): Promise<Page> {
    return openWindow({ javaScriptEnabled });
  }
});
