/**
 * An admin in a real browser, without scripts, sets up a webhook: test event, log, replay, secret.
 */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { disconnect } from '../../src/operations/grants.ts';
import { findWebhook } from '../../src/store/webhooks.ts';
import { addAdmin, signInAdminAt } from '../support/admin.ts';
import { sharedBrowser } from '../support/browser.ts';
import { obtainTokens } from '../support/oauth.ts';
import { downForAnHour, type Receiver, startReceiver, until, verify } from '../support/receiver.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { headline, newVisitor } from '../support/visitor.ts';
import { attemptsOf, deliveriesOf } from '../support/webhooks.ts';

let browser: Browser;
let server: TestServer;
let receiver: Receiver;
beforeAll(async () => {
  [browser, server, receiver] = await Promise.all([sharedBrowser(), startTestServer(), startReceiver()]);
});
afterAll(async () => {
  await server.stop();
  await receiver.stop();
});

async function openAdmin(javaScriptEnabled = false): Promise<Page> {
  const admin = await addAdmin(server);
  const page = await newVisitor(browser, [server.issuer], { javaScriptEnabled });
  await page.goto(`${server.issuer}/admin`);
  await signInAdminAt(page, server, admin.email);
  return page;
}
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const status = (page: Page) => page.getByRole('status').textContent();

it('an admin sets up a webhook, tries it, looks at what failed and sends it again', async () => {
  const page = await openAdmin();
  await page.goto(`${server.issuer}/admin/client/web`);
  await page.getByRole('link', { name: 'Webhooks' }).click();
  expect(await headline(page)).toBe('“Web”');
  await page.getByLabel('Address').fill('http://app.example/webhooks');
  await press(page, 'Set up');
  expect(await page.getByRole('alert').textContent()).toContain('Address must begin with https://');
  expect(await page.getByLabel('Address').inputValue()).toBe('http://app.example/webhooks');
  await page.getByLabel('Address').fill(receiver.url);
  await press(page, 'Set up');
  expect(await status(page)).toContain('This is the signing secret.');
  expect(await status(page), 'a signature needs the secret itself').not.toContain('Only a fingerprint of it is kept');
  const secret = (await page.locator('#secret').textContent()) as string;
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  await page.goto(page.url());
  expect(await page.content()).not.toContain(secret);

  receiver.answer(downForAnHour('<script>alert("the app is down")</script>'));
  await press(page, 'Send a test event');
  expect(await status(page)).toContain('on its way');
  await until(async () => (await attemptsOf(server, 'web')).length === 1);
  await page.reload();
  expect(await page.getByRole('row').nth(1).textContent()).toMatch(/webhook\.test.*Waiting1 attempt.*HTTP 503/s);
  await page.getByRole('link', { name: 'webhook.test' }).click();
  expect(await page.getByRole('heading', { level: 2 }).first().textContent()).toContain('webhook.test');
  expect(await page.locator('pre').first().textContent()).toContain('"type": "webhook.test"');
  await page.getByText('Answer to № 1').click();
  expect(await page.locator('pre').last().textContent()).toBe('<script>alert("the app is down")</script>');
  receiver.answer((response) => void response.writeHead(204).end());
  await press(page, 'Send again');
  await until(async () => (await deliveriesOf(server, 'web'))[0]?.status === 'delivered');
  await page.reload();
  expect(await page.locator('main').textContent()).toMatch(/Delivered.*№ 2: HTTP 204/s);
  for (const got of receiver.received) expect(verify(secret, got)).toMatchObject({ type: 'webhook.test' });

  await page.getByRole('link', { name: 'Webhooks' }).click();
  expect(await page.locator('main').textContent()).toContain(`whsec_…${secret.slice(-4)}`);
  await press(page, 'Roll');
  const second = (await page.locator('#secret').textContent()) as string;
  await obtainTokens(server, { client_id: 'web' });
  await disconnect(server.db, { accountId: server.person.id, clientId: 'web' }, { id: 'test' });
  const last = (await receiver.waitFor(3)).at(-1);
  for (const known of [secret, second]) expect(verify(known, last as never)).toMatchObject({ type: 'grant.revoked' });

  await page.getByLabel('Since').fill('2026-01-01');
  await press(page, 'Send again');
  expect(await status(page)).toContain('Nothing failed since then.');
  await page.getByRole('checkbox', { name: 'On', exact: true }).uncheck();
  await press(page, 'Save');
  expect(await status(page)).toContain('The webhook is saved.');
  expect(await page.getByRole('button', { name: 'Send a test event' }).count()).toBe(0);
  await page.getByLabel('Reason, for the record').fill('The app has no server any more');
  await page.getByLabel('Type its name to confirm').fill('web');
  await press(page, 'Remove the webhook');
  expect(await page.getByRole('alert').textContent()).toContain('is not its name: nothing was removed');
  await page.getByLabel('Type its name to confirm').fill('Web');
  await press(page, 'Remove the webhook');
  expect(await status(page)).toContain('The webhook is removed.');
  await page.getByRole('button', { name: 'Set up' }).waitFor();
});

it('the second of two admins who change a webhook is told, and loses nothing', async () => {
  const [first, second] = [await openAdmin(), await openAdmin()];
  const url = `${server.issuer}/admin/client/picky/webhooks`;
  await first.goto(url);
  await second.goto(url);
  await first.getByLabel('Address').fill('https://app.example/first');
  await press(first, 'Set up');
  await second.getByLabel('Address').fill('https://app.example/second');
  await press(second, 'Set up');
  expect(await second.getByRole('alert').textContent()).toContain(
    'This webhook was changed after you opened its page.',
  );
  expect(await second.getByLabel('Address').inputValue()).toBe('https://app.example/second');
  expect((await findWebhook(server.db, 'picky'))?.url).toBe('https://app.example/first');
  await press(second, 'Save');
  expect((await findWebhook(server.db, 'picky'))?.url).toBe('https://app.example/second');
});
