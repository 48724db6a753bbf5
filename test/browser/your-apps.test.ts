/** A person who builds an app, in a real browser: from a failure to a new secret and a review. */
import { beforeAll, expect, it } from 'vitest';
import { createClient } from '../../src/operations/clients.ts';
import { listClientSecrets } from '../../src/store/client-secrets.ts';
import { getClient } from '../../src/store/clients.ts';
import { addFailedRequests, callerKey } from '../../src/store/failed-requests.ts';
import { structureFindings } from '../support/axe.ts';
import { browserSuite } from '../support/browser-suite.ts';
import { addPerson, password } from '../support/server.ts';
import { newVisitor, signInAt } from '../support/visitor.ts';

const { browser, server } = await browserSuite();
const sent = 'https://metrics.example/callback/';

beforeAll(async () => {
  const owner = await addPerson(server.db, 'builder@example.com');
  const client = {
    client_id: 'metrics',
    client_name: 'Metrics Dashboard',
    type: 'web',
    redirect_uris: ['https://metrics.example/callback'],
    owner_email: owner.email,
    owner_name: 'Metrics Ltd',
    client_uri: 'https://metrics.example',
    policy_uri: 'https://metrics.example/privacy',
    contacts: ['dev@metrics.example'],
  } as const;
  await createClient(server.db, { ...client } as never, { id: 'cli' });
  await addFailedRequests(server.db, [
    {
      clientId: 'metrics',
      at: new Date(),
      requestId: 'req_seen',
      endpoint: 'authorize',
      error: 'invalid_redirect_uri',
      description: 'redirect_uri did not match',
      detail: null,
      parameters: { redirect_uri: sent },
      by: { stranger: false, caller: callerKey('account', owner.id) },
    },
  ]);
});

it('a builder fixes a redirect address, rolls a secret and asks for a review', async () => {
  const page = await newVisitor(browser, [server.issuer]);
  const look = async (title: string) => {
    await expect.poll(() => page.title()).toBe(`${title} · VibeCaaS`);
    expect(await structureFindings(page), title).toEqual([]);
  };
  const go = (name: string) => page.getByRole('button', { name }).click();
  await page.goto(`${server.issuer}/account/your-apps`);
  await signInAt(page, 'builder@example.com', password);
  await look('Your apps');
  await page.getByRole('link', { name: 'Metrics Dashboard' }).click();
  await look('Overview: Metrics Dashboard');
  expect(await page.content()).toMatch(/<p class="quiet">Nobody new in \d+ days\.<\/p>/);

  await page.getByRole('link', { name: /^Add this address/ }).click();
  await look('Edit: Metrics Dashboard');
  await page.getByLabel('What it is for').fill('Shows figures of your projects');
  await go('Compare before saving');
  await look('Compare: Metrics Dashboard');
  await go('Save');
  expect(await page.getByRole('status').textContent()).toContain('The changes are saved.');
  expect((await getClient(server.db, 'metrics')).redirect_uris).toContain(sent);

  await page.getByRole('link', { name: 'Failed requests' }).click();
  await look('Failed requests: Metrics Dashboard');

  await page.getByRole('link', { name: 'Secrets' }).click();
  await look('Secrets: Metrics Dashboard');
  await go('Make it');
  await look('Secrets: Metrics Dashboard');
  const secret = await page.locator('#secret').textContent();
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.issuer });
  await page.getByRole('button', { name: 'Copy the secret' }).click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(secret);
  await page
    .getByRole('link', { name: /^Remove/ })
    .last()
    .click();
  await look('Remove a secret: Metrics Dashboard');
  await go('Remove');
  expect(await listClientSecrets(server.db, 'metrics')).toHaveLength(1);

  await page.getByRole('link', { name: 'Review' }).click();
  await look('Review: Metrics Dashboard');
  await go('Submit for review');
  await page.getByRole('heading', { name: 'In review' }).waitFor();
});

it('a page without scripts shows the secret as text to select, and no button without effect', async () => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${server.issuer}/account/your-apps/metrics/secrets`);
  await signInAt(page, 'builder@example.com', password);
  await page.getByRole('button', { name: 'Make it' }).click();
  expect(await page.locator('#secret').textContent()).toMatch(/^vcs_cs_/);
  expect(await page.getByRole('button', { name: /Copy/ }).count()).toBe(0);
  await context.close();
});
