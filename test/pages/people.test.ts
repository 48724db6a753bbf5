import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { demo } from '../../src/policy/demo.ts';
import { browserSuite } from '../support/browser-suite.ts';
import { newVisitor, signInAt } from '../support/visitor.ts';
import { look as lookAt } from './look.ts';

const { browser, server } = await browserSuite({ demo: true });

it('axe finds nothing on any page of people, wide or narrow', async () => {
  const page = await newVisitor(browser, [server.issuer]);
  const look = (title: string) => lookAt(page, title);

  await page.goto(server.issuer);
  await look('Apps and your projects');
  for (const [path, title] of [
    ['help', 'Help'],
    ['privacy', 'Privacy'],
    ['terms', 'Terms'],
  ]) {
    await page.goto(`${server.issuer}/${path}`);
    await look(`${title}`);
  }
  await page.goto(`${server.issuer}/playground`);
  await look('Playground');
  await go(page, 'Ask for access');
  await look('Sign in');
  await signInAt(page, demo.email, 'not the password');
  await look('Sign in');
  await signInAt(page, demo.email, demo.password);
  await look('Allow Demo Notes?');
  await go(page, 'Deny');
  await look('Playground');
  await go(page, 'Ask again');
  await go(page, 'Allow');
  for (const step of ['exchange the code', 'call the API', 'refresh', 'revoke', 'call again']) {
    await go(page, `Next: ${step}`);
    await look('Playground');
  }
  await page.goto(`${server.issuer}/playground?notice=gone`);
  await look('Playground');

  await page.goto(moreScopes());
  await look('Demo Notes asks for more');
  await go(page, 'Allow');
  await page.goto(`${server.issuer}/account/apps`);
  await look('Connected apps');
  await go(page, 'Disconnect Demo Notes');
  await look('Connected apps');
  await page.getByRole('link', { name: 'Security' }).click();
  await look('Security');
  await changePassword(page, 'not the password', 'quite another long password');
  await look('Security');
  await changePassword(page, demo.password, 'short');
  await look('Security');
  await changePassword(page, demo.password, 'quite another long password');
  expect(await page.getByRole('status').textContent()).toContain('Your password is changed.');
  await look('Security');
  for (const title of ['Sessions', 'Activity', 'Your data']) {
    await page.getByRole('link', { name: title, exact: true }).first().click();
    await look(`${title}`);
  }
  await page.goto(`${server.issuer}/oauth/logout`);
  await look('Sign out?');
  await go(page, 'Sign out');
  await look('Signed out');
  await page.goto(`${server.issuer}/account/apps`);
  await look('Sign in');
  await page.goto(`${server.issuer}/nothing`);
  await look('There is nothing here');
  await page.goto(`${server.issuer}/oauth/authorize?client_id=nobody`);
  await look('This request can’t go on');
  await page.goto(`${server.issuer}/interaction/over`);
  await look('This page has expired');
});

async function changePassword(page: Page, current: string, fresh: string): Promise<void> {
  await page.getByLabel('Current password').fill(current);
  await page.getByLabel('New password').fill(fresh);
  await go(page, 'Change password');
}

async function go(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name, exact: true }).click();
}

function moreScopes(): string {
  return `${server.issuer}/oauth/authorize?${new URLSearchParams({
    client_id: demo.client,
    response_type: 'code',
    redirect_uri: `${server.issuer}/playground/callback`,
    scope: 'projects:read deployments:write analytics:read',
    code_challenge: 'a'.repeat(43),
    code_challenge_method: 'S256',
  })}`;
}
