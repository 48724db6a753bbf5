import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { addStatistics, type NewCount } from '../../src/store/client-statistics.ts';
import { addAdmin, ageSignIn, signInAdminAt } from '../support/admin.ts';
import { browserSuite } from '../support/browser-suite.ts';
import { post } from '../support/oauth.ts';
import { addPerson } from '../support/server.ts';
import { look as lookAt } from './look.ts';

const { server, open } = await browserSuite();
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const status = (page: Page) => page.getByRole('status').textContent();

it('axe finds nothing on any page of admins, wide or narrow', async () => {
  const admin = await addAdmin(server);
  const page = await open({});
  await page.goto(`${server.issuer}/admin`);
  await signInAdminAt(page, server, admin.email);
  const person = await addPerson(server.db, 'looked-at@example.com');
  const look = (title: string) => lookAt(page, title);
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
  await ageSignIn(server, admin.id);
  await press(page, 'Submit for review');
  await look('Confirm it is you');
  await page.getByLabel('Password').fill('not the password');
  await press(page, 'Confirm and go on');
  await look('Confirm it is you');
});

/** Opens the page again and again until a failure is on it. */
async function whenWritten(page: Page, path: string): Promise<string> {
  await expect
    .poll(async () => {
      await page.goto(`${server.issuer}${path}`);
      return page.getByText('What was sent').count();
    })
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
