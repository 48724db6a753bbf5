/** After a refused form the focus is on the field in question, and that field is described by the problem. */
import { html } from 'hono/html';
import type { Browser, Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { accountSecurityPage } from '../../views/account/security.ts';
import { choiceGroup, textField } from '../../views/admin/fields.ts';
import { adminLayout } from '../../views/admin/layout.ts';
import { type SignInProblem, signInPage } from '../../views/oauth/sign-in.ts';
import { sharedBrowser } from '../support/browser.ts';
import { open } from './open.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await sharedBrowser();
});

const signIn = (more: object) => signInPage({ csrf: 'c', action: '/sign-in', email: 'a@b.example', ...more });
const security = (problem: Parameters<typeof accountSecurityPage>[0]['problem']) =>
  accountSecurityPage({ csrf: 'c', email: 'a@b.example', ...(problem && { problem }) });
const mismatch: SignInProblem = { kind: 'mismatch' };
const throttled = { kind: 'throttled', retryAfterSeconds: 30 } as const;
const weak = { wrong: 'about_you' } as const;

it.each<[page: string, html: string, focused: string, described: RegExp]>([
  ['a wrong sign-in', signIn({ problem: mismatch }), 'Password', /^That didn’t match\./],
  ['a sign-in too many', signIn({ problem: throttled }), 'Password', /^Too many tries to sign in\./],
  ['a sign-in that needs another password', signIn({ change: {} }), 'Current password', /^You need a new password\./],
  [
    'a new password that is refused',
    signIn({ change: weak }),
    'New password',
    /^Too easy to guess\. It is made from the name/,
  ],
  [
    'a wrong current password while changing',
    signIn({ change: {}, problem: mismatch }),
    'Current password',
    /^That didn’t/,
  ],
  ['a wrong current password', security({ kind: 'mismatch' }), 'Current password', /^Current password is wrong/],
  [
    'a weak new password',
    security({ kind: 'refused', ...weak }),
    'New password',
    /^Too easy to guess\. It is made from the name/,
  ],
  ['a password change too many', security(throttled), 'Current password', /^Too many tries\./],
])('the focus is on the field in question: %s', async (_, html, focused, described) => {
  const { page, close } = await open(browser, html, { javaScriptEnabled: false });
  const field = page.locator(':focus');
  expect(await field.getAttribute('id')).toBe(await page.getByLabel(focused, { exact: true }).getAttribute('id'));
  expect(await description(page)).toMatch(described);
  expect(await page.getByRole('alert').count()).toBe(1);
  expect(html.match(/ autofocus/g)).toHaveLength(1);
  await close();
});

const frame = { csrf: 'c', email: 'a@b.example' };
const wrongField = textField({ name: 'host', label: 'Host', problem: 'is missing' });
const wrongChoice = choiceGroup({
  name: 'type',
  legend: 'What it runs on',
  problem: 'Choose one.',
  content: html`<input type="radio" name="type" id="web"><input type="radio" name="type" id="spa">`,
});

it.each([
  ['the first field that is wrong', [textField({ name: 'name', label: 'Name' }), wrongField, wrongChoice], 'host'],
  ['the first choice of a group without an answer', [wrongChoice, wrongField], 'web'],
])('a refused admin form gives the focus to %s', async (_, fields, focused) => {
  const props = { frame, title: 'A form', tab: 'clients', head: html`<h1>A form</h1>` } as const;
  const content = html`<form>${fields}</form>`;
  const refused = adminLayout({ ...props, refused: true, content });
  const { page, close } = await open(browser, refused, { javaScriptEnabled: false });
  expect(await page.locator(':focus').getAttribute('id')).toBe(focused);
  expect(refused.match(/ autofocus/g)).toHaveLength(1);
  await close();
  expect(adminLayout({ ...props, content })).not.toContain('autofocus');
});

it.each([
  ['sign-in', signIn({})],
  ['security', security(undefined)],
])('a page that refuses nothing leaves the focus alone: %s', (_, html) => {
  expect(html).not.toMatch(/autofocus|role="alert"/);
});

/** What a screen reader says after the label of the focused field. */
async function description(page: Page): Promise<string> {
  const ids = (await page.locator(':focus').getAttribute('aria-describedby')) ?? '';
  const texts = await Promise.all(ids.split(' ').map((id) => page.locator(`[id="${id}"]`).textContent()));
  return texts.map((text) => (text ?? '').replace(/\s+/g, ' ').trim()).join(' ');
}
