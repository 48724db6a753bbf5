import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { browserSuite } from '../support/browser-suite.ts';
import { exchange } from '../support/oauth.ts';
import { addPerson } from '../support/server.ts';
import { headline, signInAt } from '../support/visitor.ts';

const { app, server, open: openWindow } = await browserSuite();

const scope = 'projects:read projects:write ai:generate';

describe.each([
  ['with scripts', true],
  ['without scripts', false],
])('consent, %s', (_, javaScriptEnabled) => {
  it('Allow gives the app what is required, and nothing whose box was not ticked', async () => {
    const page = await atConsent();
    expect(await page.getByRole('checkbox').count()).toBe(1);
    expect(await page.getByRole('checkbox', { name: 'AI on your account' }).isChecked()).toBe(false);
    await page.getByRole('button', { name: 'Allow' }).click();
    expect(await scopeGiven(page)).toBe('projects:read projects:write');
  });

  it('a ticked box is part of the answer', async () => {
    const page = await atConsent();
    await page.getByLabel('AI on your account').check();
    await page.getByRole('button', { name: 'Allow' }).click();
    expect(await scopeGiven(page)).toBe('projects:read projects:write ai:generate');
  });

  it('Deny tells the app so and gives it nothing', async () => {
    const page = await atConsent();
    await page.getByRole('button', { name: 'Deny' }).click();
    expect(await headline(page)).toBe('Back at Demo Notes');
    expect(app.answers.at(-1)?.get('error')).toBe('access_denied');
    expect(app.answers.at(-1)?.get('state')).toBe('a-state');
    expect(app.answers.at(-1)?.has('code')).toBe(false);
  });

  it('an answer is remembered: the same request goes straight back', async () => {
    const page = await atConsent();
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.goto(app.ask({ scope }));
    expect(await scopeGiven(page)).toBe('projects:read projects:write');
  });

  it('a request for more asks for what is new and shows what was allowed', async () => {
    const page = await atConsent('projects:read');
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.goto(app.ask({ scope }));
    expect(await headline(page)).toBe('Demo Notes asks for more than you allowed');
    expect(await page.getByRole('heading', { name: '2 permissions are new' }).count()).toBe(1);
    const before = page.getByRole('region', { name: /^You allowed this on/ });
    expect(await before.textContent()).toContain('Projects');
    await page.getByLabel('AI on your account').check();
    await page.getByRole('button', { name: 'Allow' }).click();
    expect(await scopeGiven(page)).toBe('projects:read projects:write ai:generate');
  });

  it('a request for more does not say that the app asks no more for what was left out', async () => {
    const page = await atConsent();
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.goto(app.ask({ scope: `${scope} deployments:read` }));
    const before = page.getByRole('region', { name: /^You allowed this on/ });
    expect(await before.textContent()).toContain('You left out AI on your account then. It stays left out.');
    await page.goto(app.ask({ scope: 'projects:read deployments:read' }));
    expect(await before.textContent()).toContain('AI on your account then. Demo Notes does not ask for it now.');
  });

  it('denying more keeps what was allowed', async () => {
    const page = await atConsent('projects:read');
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.goto(app.ask({ scope }));
    await page.getByRole('button', { name: 'Deny' }).click();
    expect(await headline(page)).toBe('Back at Demo Notes');
    expect(app.answers.at(-1)?.get('error')).toBe('access_denied');
    await page.goto(app.ask({ scope: 'projects:read' }));
    expect(await scopeGiven(page)).toBe('projects:read');
  });

  it('going back after an answer shows what to do, and changes nothing', async () => {
    const page = await atConsent();
    await page.getByRole('button', { name: 'Allow' }).click();
    expect(await headline(page)).toBe('Back at Demo Notes');
    await page.goBack();
    expect(await headline(page)).toBe('This page has expired');
    expect(await page.locator('main').textContent()).toContain('Go back to the app and start again from there.');
    await page.getByRole('link', { name: 'Your connected apps' }).click();
    expect(await headline(page)).toBe('Connected apps');
  });

  it('an answer after a sign-out in another tab allows nothing, and the page names that as a cause', async () => {
    const page = await atConsent();
    const other = await page.context().newPage();
    await other.goto(`${server.issuer}/account/apps`);
    await other.getByRole('button', { name: 'Sign out' }).click();
    expect(await headline(other)).toBe('You are signed out of VibeCaaS');
    const before = app.answers.length;
    await page.getByRole('button', { name: 'Allow' }).click();
    expect(await headline(page)).toBe('This page has expired');
    expect(await page.locator('main').textContent()).toContain('or you signed out meanwhile');
    expect(app.answers.length).toBe(before);
  });

  it.each([0, 15, 60])('a second click on Allow, %i ms after the first, changes nothing', async (pause) => {
    const page = await atConsent();
    const before = app.answers.length;
    await clickTwice(page, 'Allow', pause);
    await page.getByRole('heading', { name: 'Back at Demo Notes' }).waitFor();
    const codes = app.answers.slice(before).map((answer) => answer.get('code'));
    expect(new Set(codes).size).toBe(1);
    expect(await scopeGiven(page)).toBe('projects:read projects:write');
  });

  /** The consent page, shown to a person who has allowed nothing yet. */
  async function atConsent(asked: string = scope): Promise<Page> {
    const person = await addPerson(server.db, `${crypto.randomUUID()}@example.com`);
    const page = await openWindow({ javaScriptEnabled });
    await page.goto(app.ask({ scope: asked }));
    await signInAt(page, person.email);
    return page;
  }
});

/** Clicks twice at the place of the button, whatever is there the second time. */
async function clickTwice(page: Page, name: string, pause: number): Promise<void> {
  const box = await page.getByRole('button', { name }).boundingBox();
  if (!box) throw new Error(`no button ${name}`);
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.click(x, y);
  await sleep(pause);
  await page.mouse.click(x, y, { clickCount: 2 });
}

/** The scope of a token for the last answer, once the browser is back at the app. */
async function scopeGiven(page: Page): Promise<unknown> {
  expect(await headline(page)).toBe('Back at Demo Notes');
  const code = app.answers.at(-1)?.get('code') ?? '';
  const { body } = await exchange(server, code, 'notes', { redirect_uri: `${app.origin}/callback` });
  return body.scope;
}
