import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { languages } from '../../views/messages/languages.ts';
import { browserSuite } from '../support/browser-suite.ts';
import { addPerson, password } from '../support/server.ts';
import { headline } from '../support/visitor.ts';

const { app, server, open: openWindow } = await browserSuite();

it('a whole authorization and its end need no mouse', async () => {
  const page = await atConsent();
  await tabTo(page, 'AI on your account');
  await page.keyboard.press('Space');
  expect(await page.getByLabel('AI on your account').isChecked()).toBe(true);
  await tabTo(page, 'Allow');
  await page.keyboard.press('Enter');
  await page.waitForURL(`${app.origin}/**`);
  expect(app.answers.at(-1)?.has('code')).toBe(true);

  await page.goto(`${server.issuer}/account/apps`);
  await tabTo(page, 'Disconnect Demo Notes');
  await page.keyboard.press('Enter');
  await page.getByRole('status').waitFor();
  await tabTo(page, 'Sign out');
  await page.keyboard.press('Enter');
  await page.waitForURL(`${server.issuer}/signed-out`);
});

it('Enter in a box of the consent page never allows', async () => {
  const page = await atConsent();
  await tabTo(page, 'AI on your account');
  await page.keyboard.press('Enter');
  await page.waitForURL(`${app.origin}/**`);
  expect(app.answers.at(-1)?.get('error')).toBe('access_denied');
});

it('the first Tab offers a way past the bar, and the focus is visible wherever it goes', async () => {
  const page = await atConsent();
  await page.keyboard.press('Tab');
  expect(await focused(page)).toBe('Skip to content');
  const stops = new Set<string>();
  for (let stop = await focused(page); stop !== '' && !stops.has(stop); stop = await focused(page)) {
    stops.add(stop);
    expect(await page.evaluate(outlineOfFocus), stop).toBe('solid');
    await page.keyboard.press('Tab');
  }
  expect([...stops]).toEqual([
    'Skip to content',
    'VibeCaaS',
    'Not you?',
    'Who runs it, and on what terms',
    'AI on your account',
    'Connected apps',
    'Deny',
    'Allow',
    'Documentation',
    'Help',
    'Privacy',
    'Terms',
    ...Object.values(languages).map(({ name }) => name),
  ]);
});

/** The consent page, reached by the keyboard alone. */
async function atConsent(): Promise<Page> {
  const person = await addPerson(server.db, `${crypto.randomUUID()}@example.com`);
  const page = await openWindow();
  await page.goto(app.ask({ scope: 'projects:read ai:generate' }));
  await tabTo(page, 'Email address');
  await page.keyboard.type(person.email);
  await page.keyboard.press('Tab');
  await page.keyboard.type(password);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Allow' }).waitFor();
  expect(await headline(page)).toBe('Let Demo Notes see your projects?');
  return page;
}

async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 20; presses += 1) {
    await page.keyboard.press('Tab');
    if ((await focused(page)) === name) return;
  }
  throw new Error(`Tab does not reach “${name}”`);
}

/** The label or text of the focused element. */
function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const { activeElement: element } = document;
    if (!element || element === document.body) return '';
    const label = element instanceof HTMLInputElement ? element.labels?.[0] : element;
    return (label?.textContent ?? '').replace(/\s+/g, ' ').trim();
  });
}

/** A box that the stylesheet draws also has its outline drawn there. */
function outlineOfFocus(): string {
  return getComputedStyle(document.activeElement as Element).outlineStyle;
}
