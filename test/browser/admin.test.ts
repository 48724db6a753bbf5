/** An admin in a real browser, without scripts: a client from its registration to its end. */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { addAdmin, signInAdminAt } from '../support/admin.ts';
import { browserSuite } from '../support/browser-suite.ts';
import { exchange, introspect } from '../support/oauth.ts';
import { addPerson, password, secrets } from '../support/server.ts';
import { headline, signInAt } from '../support/visitor.ts';

const { app, server, open: openWindow } = await browserSuite();

async function openAdmin(javaScriptEnabled = false): Promise<Page & { admin: { id: string; email: string } }> {
  const admin = await addAdmin(server);
  const page = await openWindow({ javaScriptEnabled });
  await page.goto(`${server.issuer}/admin`);
  await signInAdminAt(page, server, admin.email);
  expect(await headline(page)).toBe('What needs somebody');
  return Object.assign(page, { admin });
}
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const status = (page: Page) => page.getByRole('status').textContent();

it('an admin registers a client, authorizes with its secret, rolls the secret and suspends the client', async () => {
  const page = await openAdmin();
  await page.getByRole('link', { name: 'Clients', exact: true }).click();
  await page.getByRole('link', { name: 'Register a client' }).click();
  await page.getByLabel('1. Name', { exact: true }).fill('Browser Made');
  await page.getByLabel('A server').check();
  await page.getByLabel('Required: projects:read').check();
  await page.getByLabel('Redirect addresses').fill('http://app.example/callback');
  await press(page, 'Register');
  expect(await page.getByLabel('Redirect addresses').getAttribute('aria-invalid')).toBe('true');
  expect(await page.locator(':focus').getAttribute('id')).toBe('redirect_uris');
  await expect.poll(() => page.title()).toMatch(/^Not done yet: /);
  expect(await page.getByRole('alert').last().textContent()).toContain('http:// is for localhost only');
  expect(await page.getByLabel('1. Name', { exact: true }).inputValue()).toBe('Browser Made');
  expect(await page.getByLabel('A server').isChecked()).toBe(true);
  expect(await page.getByLabel('Required: projects:read').isChecked()).toBe(true);
  await page.getByLabel('Redirect addresses').fill(`${app.origin}/callback`);
  await press(page, 'Register');
  expect(await status(page)).toContain('This is the new secret.');
  const secret = (await page.locator('#secret').textContent()) as string;
  const clientId = (await page.locator('dd code').first().textContent()) as string;
  expect(await page.locator('#env').textContent()).toContain(`OAUTH_CLIENT_SECRET=${secret}`);
  expect(await page.getByRole('button', { name: /Copy/ }).count(), 'no script, no button').toBe(0);
  await page.goto(`${server.issuer}/admin/client/${clientId}/secrets`);
  expect(await page.locator('#secret').count()).toBe(0);

  const first = await authorize(clientId, secret);
  expect(first.status).toBe(200);
  const token = first.body.access_token as string;
  expect((await introspect(server, token)).body.active).toBe(true);

  await press(page, 'Make it');
  const second = (await page.locator('#secret').textContent()) as string;
  expect(second).not.toBe(secret);
  for (const living of [secret, second]) expect((await authorize(clientId, living)).status).toBe(200);
  await page
    .getByRole('link', { name: /Remove secret/ })
    .last()
    .click();
  await expect.poll(() => page.title()).toBe('Remove a secret of Browser Made · VibeCaaS');
  await page.getByLabel('Reason, for the record').fill('Changed over');
  expect((await authorize(clientId, secret)).status).toBe(200);
  await page.getByRole('button', { name: /^Remove secret ending in/ }).click();
  expect(await status(page)).toContain('The secret is removed.');
  expect((await authorize(clientId, secret)).status).toBe(401);
  expect((await authorize(clientId, second)).status).toBe(200);

  await page.getByRole('link', { name: 'Stop' }).click();
  await page.getByLabel('Reason, for the record').first().fill('A test is over');
  expect(await page.locator('section', { hasText: 'Suspend' }).first().textContent()).toMatch(
    /Ends every token of \d people at once/,
  );
  await press(page, 'Suspend Browser Made');
  expect(await status(page)).toContain('The client is suspended.');
  expect((await introspect(server, token)).body.active).toBe(false);
  await press(page, 'Lift the suspension');
  expect(await status(page)).toContain('The client works again.');

  await page.getByRole('link', { name: 'Stop' }).click();
  await page.getByLabel('Reason, for the record').last().fill('A test is over');
  await page.getByLabel('Type the name to confirm').fill('Browser Made');
  await press(page, 'Delete for good');
  expect(await status(page)).toContain('The client is deleted.');
});

it('a new secret and its lines for .env can be copied where scripts run', async () => {
  const page = await openAdmin(true);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.issuer });
  await page.goto(`${server.issuer}/admin/client/foreign-gateway/secrets`);
  await press(page, 'Make it');
  const secret = (await page.locator('#secret').textContent()) as string;
  await page.getByRole('button', { name: 'Copy the secret' }).click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(secret);
  await page.getByRole('button', { name: 'Copy the .env lines' }).click();
  await expect
    .poll(() => page.evaluate(() => navigator.clipboard.readText()))
    .toContain(`OAUTH_CLIENT_SECRET=${secret}`);
});

/** A person allows the app in a window of their own, and the app exchanges its code with this secret. */
async function authorize(clientId: string, secret: string) {
  const window = await openWindow();
  const person = await addPerson(server.db, `${crypto.randomUUID()}@example.com`);
  const url = new URL(app.ask({ scope: 'projects:read' }));
  url.searchParams.set('client_id', clientId);
  await window.goto(url.href);
  await signInAt(window, person.email, password);
  await press(window, 'Allow');
  expect(await headline(window)).toBe('Back at Demo Notes');
  const code = app.answers.at(-1)?.get('code') ?? '';
  secrets[clientId] = secret;
  return exchange(server, code, clientId, { redirect_uri: `${app.origin}/callback` });
}
