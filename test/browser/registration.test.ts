/** Somebody without an account makes one in Chromium, with the keyboard or a passkey; an admin invites in the same way. */
import { afterAll, expect, it } from 'vitest';
import { addAdmin, signInAdminAt } from '../support/admin.ts';
import { axeFindings } from '../support/axe.ts';
import { browserSuite } from '../support/browser-suite.ts';
import { startMailbox } from '../support/mailbox.ts';
import { plugIn } from '../support/virtual-authenticator.ts';
import { headline } from '../support/visitor.ts';

const mailbox = await startMailbox();
const { app, server, open } = await browserSuite({ env: { SMTP_URL: mailbox.url, REGISTRATION: 'open' } });
afterAll(() => mailbox.stop());

it('a newcomer comes from an app, makes an account with the keyboard alone and without script, and is asked about the app', async () => {
  const page = await open({ javaScriptEnabled: false });
  await page.goto(app.ask());
  await page.getByRole('link', { name: 'Create an account' }).press('Enter');
  expect(await headline(page)).toBe('Create an account');
  await page.getByLabel('Your email address').fill('keys@example.com');
  await page.getByLabel('Your email address').press('Enter');
  expect(await headline(page)).toBe('Look in your mail');
  await page.goto(await mailbox.link('keys@example.com'));
  expect(await headline(page)).toBe('Make your account');
  // Without the script there is no way to a passkey that would not work.
  expect(await page.getByRole('button').allTextContents()).toEqual(['Make the account']);
  await page.getByLabel('Your name').fill('Kay');
  await page.getByLabel('Choose a password').fill('quite another long password');
  await page.getByLabel('Choose a password').press('Enter');
  await page.waitForURL(/\/interaction\//);
  expect(await page.textContent('main')).toContain('keys@example.com');
});

it('a newcomer makes an account with a passkey, which keeps the name that was typed', async () => {
  const page = await open();
  await plugIn(page);
  await page.goto(`${server.issuer}/register`);
  await page.getByLabel('Your email address').fill('passkey@example.com');
  await page.getByRole('button', { name: 'Send me the link' }).click();
  await page.goto(await mailbox.link('passkey@example.com'));
  await page.getByLabel('Your name').fill('Pat');
  await page.getByRole('button', { name: 'Use a passkey instead' }).click();
  expect(await page.getByLabel('Your name').inputValue()).toBe('Pat');
  await page.getByRole('button', { name: 'Make the account with a passkey' }).click();
  await page.waitForURL(`${server.issuer}/account/apps`);
  await page.goto(`${server.issuer}/account/security`);
  expect(await page.textContent('main')).toContain('First passkey');
});

it('an admin invites somebody and sees what became of it', async () => {
  const page = await open();
  const { email } = await addAdmin(server);
  await page.goto(`${server.issuer}/admin/invitations`);
  await signInAdminAt(page, server, email);
  await page.getByRole('link', { name: 'Invite somebody' }).first().click();
  expect(await axeFindings(page)).toEqual([]);
  await page.getByLabel('Email address').fill('guest@example.com');
  await page.getByRole('button', { name: 'Send the invitation' }).click();
  expect(await page.getByRole('status').textContent()).toContain('The invitation is on its way.');
  expect(await axeFindings(page)).toEqual([]);
  await page.getByRole('button', { name: 'Withdraw guest@example.com' }).click();
  expect(await page.getByRole('status').textContent()).toContain('The invitation is withdrawn.');
});
