/** People with passkeys at a whole server, in Chromium with its virtual authenticator. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { ageSignIn } from '../support/admin.ts';
import { axeFindings } from '../support/axe.ts';
import { browserSuite } from '../support/browser-suite.ts';
import { addPerson } from '../support/server.ts';
import { plugIn } from '../support/virtual-authenticator.ts';
import { headline, signInAt } from '../support/visitor.ts';

const { app, server, open } = await browserSuite();

/**
 * Somebody in a window whose device can keep passkeys, on their security page. The virtual authenticator answers without being
 * asked by a person, so without `autofill` the browser has no list of passkeys below the address field.
 */
async function somebody({ autofill = false } = {}) {
  const { id, email } = await addPerson(server.db, `${crypto.randomUUID()}@example.com`);
  const page = await open();
  const device = await plugIn(page);
  if (!autofill) await page.addInitScript('PublicKeyCredential.isConditionalMediationAvailable = async () => false');
  await page.goto(`${server.issuer}/account/security`);
  await signInAt(page, email);
  expect(await headline(page)).toBe('Security');
  return { id, email, page, device };
}

async function addPasskey(page: Page, name: string): Promise<void> {
  await page.getByRole('link', { name: 'Add a passkey' }).click();
  await page.getByLabel('Name of the passkey').fill(name);
  await page.getByRole('button', { name: 'Create the passkey' }).click();
  await page.waitForURL(`${server.issuer}/account/security`);
  expect(await page.getByRole('status').textContent()).toContain(`${name} is added.`);
}

const signOut = (page: Page) => page.getByRole('button', { name: 'Sign out' }).click();

const usePasskey = (page: Page) => page.getByRole('button', { name: 'Sign in with a passkey' }).click();

describe('a person with a passkey', () => {
  it('adds one, signs in with it, renames it and removes it', async () => {
    const { page, device } = await somebody();
    await addPasskey(page, 'Work laptop');
    expect(await device.ids()).toHaveLength(1);

    await signOut(page);
    await page.goto(`${server.issuer}/account/security`);
    await usePasskey(page);
    await page.waitForURL(`${server.issuer}/account/security`);
    expect(await headline(page)).toBe('Security');

    await page.getByRole('link', { name: 'Rename passkey Work laptop' }).click();
    await page.getByLabel('Name of the passkey').fill('Old laptop');
    await page.getByRole('button', { name: 'Save the name' }).click();
    expect(await page.getByRole('status').textContent()).toContain('Old laptop is its new name.');
    await page.getByRole('button', { name: 'Remove passkey Old laptop' }).click();
    expect(await page.getByRole('status').textContent()).toContain('Old laptop is removed.');

    await signOut(page);
    await page.goto(`${server.issuer}/sign-in`);
    await usePasskey(page);
    await expect.poll(() => page.getByRole('alert').textContent()).toContain('That passkey was not accepted.');
  });

  it('signs in for an app with it', async () => {
    const { page } = await somebody();
    await addPasskey(page, 'Phone');
    await page.context().clearCookies();
    await page.goto(app.ask({ state: 'of this request' }));
    await usePasskey(page);
    await page.getByRole('button', { name: 'Deny' }).click();
    expect(await headline(page)).toBe('Back at Demo Notes');
    expect(app.answers.at(-1)?.get('state')).toBe('of this request');
  });

  it('shows it as the second step, after the password', async () => {
    const { email, page } = await somebody();
    await addPasskey(page, 'Phone');
    await page.context().clearCookies();
    await page.goto(app.ask({ scope: 'openid projects:read', acr_values: 'urn:vibecaas:acr:2' }));
    await signInAt(page, email);
    expect(await headline(page)).toBe('Confirm with your passkey');
    expect(await page.getByText('Have one of these at hand: Phone.').isVisible()).toBe(true);
    await page.getByRole('button', { name: 'Use a passkey' }).click();
    await page.getByRole('button', { name: 'Deny' }).click();
    expect(await headline(page)).toBe('Back at Demo Notes');
  });

  it('shows it in place of the password before something dangerous', async () => {
    const { id, page } = await somebody();
    await addPasskey(page, 'Phone');
    await ageSignIn(server, id);
    await page.getByRole('button', { name: 'Remove passkey Phone' }).click();
    expect(await headline(page)).toBe('Confirm it is you');
    await page.getByRole('button', { name: 'Use a passkey' }).click();
    await page.waitForURL(`${server.issuer}/account/security`);
    expect(await page.getByRole('status').textContent()).toContain('Phone is removed.');
  });

  it('is told if the device has a passkey for the account already', async () => {
    const { page, device } = await somebody();
    await addPasskey(page, 'Phone');
    await page.getByRole('link', { name: 'Add a passkey' }).click();
    await page.getByLabel('Name of the passkey').fill('Phone again');
    await page.getByRole('button', { name: 'Create the passkey' }).click();
    await expect.poll(() => page.getByRole('status').textContent()).toContain('already has a passkey');
    expect(await device.ids()).toHaveLength(1);
    // Last, because it ends the virtual authenticator.
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('link', { name: '← Security' }).click();
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('link', { name: 'Rename passkey Phone' }).click();
    expect(await axeFindings(page)).toEqual([]);
  });

  it('is asked once if the button is clicked twice', async () => {
    const page = await open();
    // A device that waits for its person. A second question ends the first one.
    await page.addInitScript(`PublicKeyCredential.isConditionalMediationAvailable = async () => false;
      window.asked = 0;
      navigator.credentials.get = ({ signal }) => new Promise((_, reject) => {
        window.asked += 1;
        signal.addEventListener('abort', () => reject(signal.reason));
      })`);
    await page.goto(`${server.issuer}/sign-in`);
    await page.getByRole('button', { name: 'Sign in with a passkey' }).dblclick();
    expect(await page.evaluate('window.asked')).toBe(1);
    expect(await page.getByText('Nothing was sent.').isVisible()).toBe(false);
  });

  it('gets passkeys offered in the address field', async () => {
    const { page, device } = await somebody({ autofill: true });
    await addPasskey(page, 'Phone');
    await signOut(page);
    await page.goto(`${server.issuer}/sign-in?next=/account/security`);
    await page.waitForURL(`${server.issuer}/account/security`);
    expect(await headline(page)).toBe('Security');
    expect(await device.ids()).toHaveLength(1);
  });
});

describe.each([
  ['without scripts', { javaScriptEnabled: false }, undefined],
  ['without passkeys in the browser', {}, 'delete window.PublicKeyCredential'],
])('%s', (_, options, script) => {
  it('nothing about passkeys is offered, and the password signs in', async () => {
    const { email } = await addPerson(server.db, `${crypto.randomUUID()}@example.com`);
    const page = await open(options);
    if (script) await page.addInitScript(script);
    await page.goto(`${server.issuer}/account/security`);
    expect(await page.getByRole('button').allTextContents()).toEqual(['Sign in']);
    await signInAt(page, email);
    expect(await headline(page)).toBe('Security');
    expect(await page.getByRole('link', { name: 'Add a passkey' }).count()).toBe(0);
    expect(await page.getByText('needs a browser that supports it').isVisible()).toBe(true);
    await page.goto(`${server.issuer}/account/security/passkeys/new`);
    expect(await page.getByRole('button', { name: 'Create the passkey' }).count()).toBe(0);
    expect(await page.getByText('needs a browser that supports it').isVisible()).toBe(true);
  });
});
