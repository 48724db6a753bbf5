/** People whom an app asks for more than their sign-in, in a real browser, with and without script. */

import { generateSync } from 'otplib/functional';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { addSecondStep, codeNow } from '../support/admin.ts';
import { browserSuite } from '../support/browser-suite.ts';
import { addPerson, password } from '../support/server.ts';
import { ageSignIns } from '../support/sign-ins.ts';
import { headline, signInAt } from '../support/visitor.ts';

const { app, server, open: openWindow } = await browserSuite();
const strong = { acr_values: 'urn:vibecaas:acr:2' };

describe.each([
  ['with scripts', true],
  ['without scripts', false],
])('a stronger sign-in, %s', (_, javaScriptEnabled) => {
  /** Somebody who is signed in with one factor and has allowed the app. */
  async function connected(): Promise<{ page: Page; id: string; email: string }> {
    const { id, email } = await addPerson(server.db, `${crypto.randomUUID()}@example.com`);
    const page = await openWindow({ javaScriptEnabled });
    await page.goto(app.ask());
    await signInAt(page, email);
    await page.getByRole('button', { name: 'Allow' }).click();
    await backAtApp(page);
    return { page, id, email };
  }

  async function backAtApp(page: Page): Promise<URLSearchParams | undefined> {
    await page.getByRole('heading', { name: 'Back at Demo Notes' }).waitFor();
    return app.answers.at(-1);
  }

  it('is a code alone, typed where the cursor is, for somebody who is signed in', async () => {
    const { page, id, email } = await connected();
    await addSecondStep(server, id);
    await page.goto(app.ask(strong));
    expect(await headline(page)).toBe('One more step');
    expect(await page.locator('main').textContent()).toContain('You are signed in.');
    expect(await page.getByLabel('Password').count()).toBe(0);
    await page.keyboard.type(await codeNow(server, email));
    await page.keyboard.press('Enter');
    expect((await backAtApp(page))?.has('code')).toBe(true);
  });

  it('can be set up on the way', async () => {
    const { page } = await connected();
    await page.goto(app.ask(strong));
    expect(await headline(page)).toBe('Connect your authenticator app');
    await page.getByText('Can’t scan it?').click();
    const key = ((await page.locator('.key').textContent()) ?? '').replaceAll(' ', '');
    await page.getByLabel('Six-digit code').fill(generateSync({ secret: key }));
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByLabel('I have saved them').check();
    await page.getByRole('button', { name: 'Done' }).click();
    expect((await backAtApp(page))?.has('code')).toBe(true);
  });

  it('can be declined, and the app learns that', async () => {
    const { page } = await connected();
    await page.goto(app.ask(strong));
    await page.getByRole('button', { name: 'Not now' }).click();
    expect((await backAtApp(page))?.get('error')).toBe('unmet_authentication_requirements');
  });

  it('begins with the password if the last sign-in was a while ago, and the page says why', async () => {
    const { page, email } = await connected();
    await ageSignIns(server, 1_200);
    await page.goto(app.ask({ ...strong, max_age: '600' }));
    expect(await page.getByLabel('Email address').inputValue()).toBe(email);
    expect(await page.locator('main').textContent()).toContain('To go on, sign in once more.');
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    expect(await headline(page)).toBe('Connect your authenticator app');
  });
});
