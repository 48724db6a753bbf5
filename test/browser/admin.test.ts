/** An admin in a real browser, without scripts: a client from its registration to its end, and axe on every page. */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { addStatistics, type NewCount } from '../../src/store/client-statistics.ts';
import { addAdmin, ageSignIn, signInAdminAt } from '../support/admin.ts';
import { structureFindings } from '../support/axe.ts';
import { browserSuite } from '../support/browser-suite.ts';
import { exchange, introspect, post } from '../support/oauth.ts';
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

it('an admin registers a client, authorizes with its secret, rolls the secret and suspends the client', {
  timeout: 120_000,
}, async () => {
  const page = await openAdmin();
  await page.getByRole('link', { name: 'Clients', exact: true }).click();
  await page.getByRole('link', { name: 'Register a client' }).click();
  await page.getByLabel('1. Name', { exact: true }).fill('Browser Made');
  await page.getByLabel('A server').check();
  await page.getByLabel('Required: projects:read').check();
  await page.getByLabel('Redirect addresses').fill('http://app.example/callback');
  await press(page, 'Register');
  expect(await page.getByLabel('Redirect addresses').getAttribute('aria-invalid')).toBe('true');
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

it('axe finds nothing on any page, wide or narrow', { timeout: 300_000 }, async () => {
  const page = await openAdmin(true);
  const person = await addPerson(server.db, 'looked-at@example.com');
  const look = async (title: string) => {
    await expect.poll(() => page.title()).toBe(`${title} · VibeCaaS`);
    expect(await structureFindings(page), `${title}, ${page.url()}`).toEqual([]);
    for (const width of [320, 375, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(tooWide, `${title} at ${width}`).toBeLessThanOrEqual(0);
    }
  };
  const go = (path: string) => page.goto(`${server.issuer}${path}`);
  await look('What needs somebody');
  await go('/admin/clients');
  await look('Clients');
  await go('/admin/clients?q=nothing-like-this&type=web');
  await look('Clients');
  await go('/admin/clients/new');
  await look('Register a client');
  await page
    .locator('form')
    .last()
    .evaluate((form: HTMLFormElement) => {
      form.noValidate = true;
    });
  await press(page, 'Register');
  await look('Not done yet: Register a client');
  await page.getByText('More: texts').click();
  await look('Not done yet: Register a client');
  await go('/admin/client/web');
  await look('Web');
  for (const [tab, title] of [
    ['people', 'People'],
    ['review', 'Review'],
    ['history', 'History'],
    ['logo', 'Logo'],
  ]) {
    await go(`/admin/client/web/${tab}`);
    await look(`${title} of Web`);
  }
  await go('/admin/client/web/stop');
  await look('Stop Web');
  await go('/admin/client/web/secrets');
  await press(page, 'Make it');
  await look('Secrets of Web');
  await page
    .getByRole('link', { name: /Remove secret/ })
    .last()
    .click();
  await look('Remove a secret of Web');
  await page.getByRole('link', { name: 'Go back' }).click();
  await page.getByRole('link', { name: 'Edit' }).click();
  await look('Edit Web');
  await page.getByLabel('Redirect addresses').fill('https://app.example/callback\nhttps://new.example/callback');
  await press(page, 'Compare before saving');
  await look('Compare Web');
  await go('/admin/accounts');
  await look('Accounts');
  await go('/admin/accounts/new');
  await look('Create an account');
  await go(`/admin/account/${person.id}`);
  await look('looked-at@example.com');
  await page.getByRole('link', { name: 'Suspend looked-at@example.com' }).click();
  await look('Suspend looked-at@example.com');
  await go(`/admin/account/${person.id}/password`);
  await look('Set a password for looked-at@example.com');
  await go('/admin/audit');
  await look('Audit log');
  await go('/admin/audit?from=2001-01-01&until=2001-01-02');
  await look('Audit log');
  await go('/admin/statistics');
  await look('Statistics');
  await go('/admin/client/web/insight');
  await look('Activity of Web');
  await go('/admin/client/web/errors');
  await look('Failed requests of Web');
  await go('/admin/errors?request=req_nothing');
  await look('Failed requests');
  await post(server, '/oauth/token', { grant_type: 'authorization_code', code: 'x'.repeat(300) }, 'web');
  await go(await whenWritten(page, '/admin/client/web/errors'));
  await look('Failed requests of Web');
  await go('/admin/errors');
  await look('Failed requests');
  await addStatistics(server.db, manyDays('web'));
  await go('/admin/client/web/insight');
  await look('Activity of Web');
  await go('/admin/statistics');
  await look('Statistics');
  await go('/admin/keys');
  await look('Signing keys');
  await press(page, 'Rotate the signing keys');
  await look('Not done yet: Signing keys');
  await page.getByLabel('Every new token').check();
  await press(page, 'Rotate the signing keys');
  expect(await status(page)).toContain('The signing keys are rotated.');
  await look('Signing keys');
  await page.getByLabel('Every new token').check();
  await press(page, 'Rotate the signing keys');
  expect(await page.getByRole('alert').textContent()).toContain('rotated a moment ago');
  await look('Not done yet: Signing keys');
  await go('/admin/client/spa/review');
  await ageSignIn(server, page.admin.id);
  await press(page, 'Submit for review');
  await look('Confirm it is you');
  await page.getByLabel('Password').fill('not the password');
  await press(page, 'Confirm and go on');
  await look('Confirm it is you');
});

it('a new secret and its lines for .env can be copied where scripts run', async () => {
  const page = await openAdmin(true);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.issuer });
  await page.goto(`${server.issuer}/admin/client/foreign-gateway/secrets`);
  await press(page, 'Make it');
  const secret = (await page.locator('#secret').textContent()) as string;
  await page.getByRole('button', { name: 'Copy the secret' }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(secret);
  await page.getByRole('button', { name: 'Copy the .env lines' }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain(`OAUTH_CLIENT_SECRET=${secret}`);
});

/** Opens the page again and again until a failure is on it. */
async function whenWritten(page: Page, path: string): Promise<string> {
  await expect
    .poll(
      async () => {
        await page.goto(`${server.issuer}${path}`);
        return page.getByText('What was sent').count();
      },
      {
        timeout: 15_000,
      },
    )
    .toBeGreaterThan(0);
  return path;
}

function manyDays(clientId: string): NewCount[] {
  return Array.from({ length: 30 }, (_, ago) => {
    const day = new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
    const of = (what: string, count: number) => ({ clientId, day, what, count });
    return [
      of('authorization_code', 40 + ((ago * 17) % 90)),
      of('refresh_token', 2000 + ((ago * 771) % 5000)),
      ...(ago % 4 === 0 ? [of('error', 1 + (ago % 7))] : []),
    ];
  }).flat();
}

/** A person allows the app in a window of their own, and the app exchanges its code with this secret. */
async function authorize(clientId: string, secret: string) {
  const window = await openWindow();
  const person = await addPerson(server.db, `${crypto.randomUUID()}@example.com`);
  const url = new URL(app.ask({ scope: 'projects:read' }));
  url.searchParams.set('client_id', clientId);
  await window.goto(url.href);
  await signInAt(window, person.email, password);
  await press(window, 'Allow');
  const code = app.answers.at(-1)?.get('code') ?? '';
  secrets[clientId] = secret;
  return exchange(server, code, clientId, { redirect_uri: `${app.origin}/callback` });
}
