/** The second step in a real browser: setting it up, signing in with it, and getting in without the phone. */
import { generateSync } from 'otplib/functional';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { addSecondStep, codeNow } from '../support/admin.ts';
import { axeFindings } from '../support/axe.ts';
import { browserSuite } from '../support/browser-suite.ts';
import { addPerson } from '../support/server.ts';
import { headline, signInAt } from '../support/visitor.ts';

const { app, server, open } = await browserSuite();

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const newEmail = () => `${crypto.randomUUID()}@example.com`;

/** Turns it on from the security page; returns the recovery codes. */
async function turnOn(page: Page): Promise<string[]> {
  await page.goto(`${server.issuer}/account/security`);
  await page.getByRole('link', { name: 'Turn on the second step' }).click();
  expect(await headline(page)).toBe('Connect your authenticator app');
  await page.getByRole('img', { name: /QR code/ }).waitFor();
  await page.getByText('Can’t scan it?').click();
  const secret = (await page.locator('.key').textContent())?.replaceAll(' ', '') as string;
  await page.getByLabel('Six-digit code').fill(generateSync({ secret }));
  await press(page, 'Continue');
  expect(await headline(page)).toBe('Save your recovery codes');
  return page.locator('#codes li').allTextContents();
}

it.each([true, false])(
  'a person turns it on and gets in with a recovery code; scripts: %s',
  async (javaScriptEnabled) => {
    const { email } = await addPerson(server.db, newEmail());
    const page = await open({ javaScriptEnabled });
    await page.goto(`${server.issuer}/account/security`);
    await signInAt(page, email);
    const codes = await turnOn(page);
    expect(codes).toHaveLength(10);
    if (javaScriptEnabled) expect(await axeFindings(page)).toEqual([]);
    expect(await page.getByRole('button', { name: 'Print' }).isVisible()).toBe(javaScriptEnabled);
    const file = await page.getByRole('link', { name: 'Save as a file' }).getAttribute('href');
    for (const code of codes) expect(file).toContain(code);
    await press(page, 'Done');
    expect(await headline(page), 'before the box is ticked').toBe('Save your recovery codes');
    await page.getByLabel('I have saved them').check();
    await press(page, 'Done');
    expect(await headline(page)).toBe('Security');
    await page.getByText('10 of 10 left').waitFor();

    await press(page, 'Sign out');
    await page.goto(`${server.issuer}/account/security`);
    await signInAt(page, email);
    expect(await headline(page)).toBe('One more step');
    // A browser moves the focus when it draws the page, which may be after the page is there.
    await page.locator('#otp:focus').waitFor();
    await page.getByRole('link', { name: 'Use a recovery code' }).click();
    await page.getByLabel('Recovery code').fill('K7QF-2MXD');
    await press(page, 'Continue');
    expect(await page.getByRole('alert').textContent()).toContain('That code didn’t work.');
    await page.getByLabel('Recovery code').fill((codes[3] as string).toLowerCase());
    await press(page, 'Continue');
    await page.getByText('9 of 10 left').waitFor();
  },
);

it('a person signs in for an app with a code, and "Not you?" starts again', async () => {
  const { id, email } = await addPerson(server.db, newEmail());
  await addSecondStep(server, id);
  const page = await open({});
  await page.goto(app.ask({ scope: 'projects:read' }));
  await signInAt(page, email);
  expect(await headline(page)).toBe('One more step');
  expect(await axeFindings(page)).toEqual([]);
  await press(page, 'Not you?');
  expect(await headline(page)).toContain('Sign in to continue to Demo Notes');
  await signInAt(page, email);
  await page.getByLabel('Code from your authenticator app').fill('000 000');
  await press(page, 'Continue');
  expect(await page.getByRole('alert').textContent()).toContain('That code didn’t work.');
  const code = await codeNow(server, email);
  await page.getByLabel('Code from your authenticator app').fill(`${code.slice(0, 3)} ${code.slice(3)}`);
  await press(page, 'Continue');
  await press(page, 'Allow');
  await page.waitForURL(`${app.origin}/**`);
  expect(app.answers.at(-1)?.get('code')).toBeTruthy();
});
