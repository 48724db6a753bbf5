import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { browserSuite } from '../support/browser-suite.ts';
import { exchange, introspect } from '../support/oauth.ts';
import { addPerson } from '../support/server.ts';
import { headline, signInAt } from '../support/visitor.ts';

const { app, server, open: openWindow } = await browserSuite();

describe.each([
  ['with scripts', true],
  ['without scripts', false],
])('connected apps, %s', (_, javaScriptEnabled) => {
  it('no app is connected at first, and the page says how to change that', async () => {
    const page = await open();
    const person = await addPerson(server.db, `${crypto.randomUUID()}@example.com`);
    await page.goto(`${server.issuer}/account/apps`);
    await signInAt(page, person.email);
    expect(await page.getByRole('main').getByRole('heading', { level: 2 }).textContent()).toBe('No app is connected');
    await page.getByRole('link', { name: 'Build one yourself' }).click();
    await page.waitForURL(`${server.issuer}/`);
  });

  it('an app is listed with what it may do; disconnecting ends its tokens and says so once', async () => {
    const page = await open();
    const person = await addPerson(server.db, `${crypto.randomUUID()}@example.com`);
    await page.goto(app.ask({ scope: 'projects:read ai:generate' }));
    await signInAt(page, person.email);
    await page.getByRole('button', { name: 'Allow' }).click();
    const token = await tokenOfLastAnswer(page);
    expect((await introspect(server, token)).body.active).toBe(true);

    await page.goto(`${server.issuer}/account/apps`);
    const item = page.getByRole('listitem').filter({ hasText: 'Demo Notes' });
    expect(await item.textContent()).toContain('Projects');
    expect(await item.textContent()).not.toContain('AI on your account');
    // Connected, whether or not the app has used its access: this server does not see the calls to the API.
    expect(await item.textContent()).toContain('last connected just now · 1 connection');
    expect(await item.textContent()).not.toMatch(/used|device/i);
    await page.getByRole('button', { name: 'Disconnect Demo Notes', exact: true }).click();

    expect(await page.getByRole('status').textContent()).toContain('Demo Notes is disconnected.');
    expect(await page.getByRole('button', { name: /Disconnect/ }).count()).toBe(0);
    expect(await headline(page)).toBe('Connected apps');
    expect((await introspect(server, token)).body.active).toBe(false);
    await page.reload();
    expect(await page.getByRole('status').count()).toBe(0);

    await page.goto(app.ask({ scope: 'projects:read' }));
    expect(await headline(page), 'asked again').toBe('Let Demo Notes see your projects?');
  });

  it('a page from before signing out disconnects nothing', async () => {
    const page = await open();
    const person = await addPerson(server.db, `${crypto.randomUUID()}@example.com`);
    await page.goto(app.ask({ scope: 'projects:read' }));
    await signInAt(page, person.email);
    await page.getByRole('button', { name: 'Allow' }).click();
    const token = await tokenOfLastAnswer(page);
    await page.goto(`${server.issuer}/account/apps`);
    await page.context().clearCookies();
    await page.getByRole('button', { name: 'Disconnect Demo Notes', exact: true }).click();
    expect(await headline(page)).toBe('Sign in to VibeCaaS');
    expect((await introspect(server, token)).body.active).toBe(true);
  });

  function open(): Promise<Page> {
    return openWindow({ javaScriptEnabled });
  }
});

async function tokenOfLastAnswer(page: Page): Promise<string> {
  expect(await headline(page)).toBe('Back at Demo Notes');
  const code = app.answers.at(-1)?.get('code') ?? '';
  const { body } = await exchange(server, code, 'notes', { redirect_uri: `${app.origin}/callback` });
  return body.access_token as string;
}
