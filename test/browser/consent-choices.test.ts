/** The consent page of an app that nobody registered, in a browser: "Read only", and for how long. */
import type { Page } from 'playwright-core';
import { afterAll, describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { browserSuite } from '../support/browser-suite.ts';
import { exchange } from '../support/oauth.ts';
import { addPerson } from '../support/server.ts';
import { headline, newVisitor, signInAt } from '../support/visitor.ts';

const { browser, server } = await browserSuite();
const agent = await startApp(server, 'agent');
await server.db.pgPool.query(
  "UPDATE clients SET registration_type = 'dynamic', verified_at = NULL WHERE client_id = 'agent'",
);
afterAll(() => agent.stop());

const scope = 'projects:read deployments:read projects:write ai:generate';

describe.each([
  ['with scripts', true],
  ['without scripts', false],
])('an app that came by itself, %s', (_, javaScriptEnabled) => {
  const atConsent = async (): Promise<Page> => {
    const page = await newVisitor(browser, [server.issuer, agent.origin], { javaScriptEnabled });
    const { email } = await addPerson(server.db, `${crypto.randomUUID()}@example.com`);
    await page.goto(agent.ask({ scope }));
    await signInAt(page, email);
    return page;
  };
  const readOnly = (page: Page) => page.getByRole('switch', { name: 'Read only' });
  const write = (page: Page) => page.getByRole('checkbox', { name: 'Projects and files' });
  const allow = (page: Page) => page.getByRole('button', { name: 'Allow' }).click();
  const back = (page: Page) => page.getByRole('heading', { name: 'Back at Demo Notes' }).waitFor();
  const given = async (page: Page) => {
    await back(page);
    const code = agent.answers.at(-1)?.get('code') as string;
    const form = { redirect_uri: `${agent.origin}/callback` };
    return (await exchange(server, code, 'agent', form)).body as { scope: string; authorization_expires_in: number };
  };

  it('may only look, for 30 days, if the person just allows it', async () => {
    const page = await atConsent();
    expect(await headline(page)).toMatch(/^Let “Demo Notes” see your projects\?$/);
    expect(await readOnly(page).isChecked()).toBe(true);
    expect(await write(page).isVisible()).toBe(false);
    expect(await page.getByText('Left out, because of “Read only”.').first().isVisible()).toBe(true);
    await allow(page);
    const { scope: granted, authorization_expires_in: seconds } = await given(page);
    expect(granted).toBe('projects:read deployments:read');
    expect(Math.abs(seconds - 30 * 24 * 3600)).toBeLessThan(60);
  });

  it('may change something if the person turns "Read only" off and ticks it', async () => {
    const page = await atConsent();
    await readOnly(page).uncheck();
    expect(await write(page).isChecked()).toBe(false);
    await write(page).check();
    await page.getByRole('checkbox', { name: 'Deployments and logs' }).uncheck();
    await page.getByRole('radio', { name: '1 hour' }).check();
    await allow(page);
    const { scope: granted, authorization_expires_in: seconds } = await given(page);
    expect(granted).toBe('projects:read projects:write');
    expect(seconds).toBeLessThanOrEqual(3600);
  });

  it('may only look if "Read only" is turned on again after a tick', async () => {
    const page = await atConsent();
    await readOnly(page).uncheck();
    await write(page).check();
    await readOnly(page).check();
    await allow(page);
    expect((await given(page)).scope).toBe('projects:read deployments:read');
  });

  it('is answered by keyboard alone, and Enter denies', async () => {
    const page = await atConsent();
    await readOnly(page).focus();
    await page.keyboard.press('Space');
    expect(await write(page).isVisible()).toBe(true);
    await page.getByRole('radio', { name: '30 days' }).focus();
    await page.keyboard.press('ArrowLeft');
    expect(await page.getByRole('radio', { name: '1 day' }).isChecked()).toBe(true);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect((await given(page)).authorization_expires_in).toBeLessThanOrEqual(24 * 3600);
    const other = await atConsent();
    await readOnly(other).focus();
    await other.keyboard.press('Enter');
    await back(other);
    expect(agent.answers.at(-1)?.get('error')).toBe('access_denied');
  });

  it('is among the connected apps with its end, where the person can end it before', async () => {
    const page = await atConsent();
    await page.getByRole('radio', { name: '1 day' }).check();
    await allow(page);
    await given(page);
    await page.goto(`${server.issuer}/account/apps`);
    expect(await page.getByRole('listitem').filter({ hasText: 'Demo Notes' }).textContent()).toMatch(
      /access until \d+ \w+ \d{4} at \d\d:\d\d UTC/,
    );
    await page.getByRole('button', { name: /^Disconnect/ }).click();
    await page.getByText('All its access ended.').waitFor();
    await page.goto(`${server.issuer}/account/activity`);
    expect(await page.locator('main').textContent()).toMatch(/Until \d+ \w+ \d{4} at \d\d:\d\d UTC\./);
  });
});
