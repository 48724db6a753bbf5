import { expect, it } from 'vitest';
import { browserSuite } from '../support/browser-suite.ts';
import { newDevice, poll, registerDevices } from '../support/devices.ts';
import { password } from '../support/server.ts';

const { server, open: openWindow } = await browserSuite();
await registerDevices(server);

it('a device is connected by keyboard, in a browser without script', async () => {
  const { user_code: code, device_code: secret } = await newDevice(server);
  const page = await openWindow({ javaScriptEnabled: false });
  await page.goto(`${server.issuer}/device`);
  // The field has the focus by itself.
  await page.locator('#user_code:focus').waitFor();
  await page.keyboard.type(code.toLowerCase().replace('-', ''));
  await page.keyboard.press('Enter');
  await page.waitForURL('**/device?user_code=*');
  expect(await page.getByText(code).count()).toBe(1);
  await page.getByRole('button', { name: 'Yes, go on' }).focus();
  await page.keyboard.press('Enter');
  await page.getByLabel('Email').fill(server.person.email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Allow' }).focus();
  await page.keyboard.press('Enter');
  await page.waitForURL('**/device/done');
  expect((await poll(server, secret)).status).toBe(200);
});

it('Enter on the question stops, as the first button does', async () => {
  const { verification_uri_complete: link, device_code: secret } = await newDevice(server);
  const page = await openWindow();
  await page.goto(link);
  const buttons = page.getByRole('button');
  expect(await buttons.allTextContents()).toEqual(['No, stop', 'Yes, go on']);
  await buttons.first().focus();
  await page.keyboard.press('Enter');
  await page.waitForURL('**/device/stopped');
  expect((await poll(server, secret)).body.error).toBe('access_denied');
});
