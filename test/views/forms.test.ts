import type { Browser } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { errorPage } from '../../views/error.ts';
import { signInPage } from '../../views/oauth/sign-in.ts';
import { signOutPage } from '../../views/oauth/sign-out.ts';
import { sharedBrowser } from '../support/browser.ts';
import { agent, connected, demoNotes, failure, now } from './examples.ts';
import { open, textOf } from './open.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await sharedBrowser();
});

const noScript = { javaScriptEnabled: false };

describe('sign-in', () => {
  const signIn = { csrf: 'csrf-value', action: '/interaction/abc/login' };

  it('is found by label and role, and posts what was typed', async () => {
    const { page, posts, close } = await open(browser, signInPage({ ...signIn, app: demoNotes }), noScript);
    expect(await page.title()).toBe('Sign in · VibeCaaS');
    expect(await textOf(page.getByRole('heading', { level: 1 }))).toBe('Sign in to continue to Demo Notes');
    await page.getByLabel('Email address').fill('demo@vibecaas.localhost');
    await page.getByLabel('Password').fill('a password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    expect(posts).toEqual([
      '/interaction/abc/login csrf=csrf-value&email=demo%40vibecaas.localhost&password=a+password',
    ]);
    await close();
  });

  it('tells a password manager which field is which', async () => {
    const { page, close } = await open(browser, signInPage(signIn), noScript);
    expect(await page.getByLabel('Email address').getAttribute('autocomplete')).toBe('username webauthn');
    expect(await page.getByLabel('Password').getAttribute('autocomplete')).toBe('current-password');
    expect(await page.getByLabel('Password').getAttribute('type')).toBe('password');
    expect(await textOf(page.getByRole('heading', { level: 1 }))).toBe('Sign in to VibeCaaS');
    await close();
  });

  it('says the same whichever half was wrong, marks both fields and keeps the address', async () => {
    const html = signInPage({ ...signIn, email: 'a@b.example', problem: { kind: 'mismatch' } });
    const { page, close } = await open(browser, html, noScript);
    const text = 'That didn’t match. Address or password is wrong. Check both and try again.';
    expect(await textOf(page.getByRole('alert'))).toBe(text);
    expect(await page.getByRole('alert').getAttribute('id')).toBe('problem');
    for (const label of ['Email address', 'Password']) {
      expect(await page.getByLabel(label).getAttribute('aria-invalid')).toBe('true');
      expect(await page.getByLabel(label).getAttribute('aria-describedby')).toBe('problem');
    }
    expect(await page.getByLabel('Email address').inputValue()).toBe('a@b.example');
    expect(await page.getByLabel('Password').inputValue()).toBe('');
    // The field where a screen reader reads the message, and where the person types again.
    expect(await page.locator(':focus').getAttribute('id')).toBe('password');
    await close();
  });

  it('shows the demo account where there is one, but no password beside a problem', () => {
    const demo = { email: 'demo@vibecaas.localhost', password: 'demo-password-change-me' };
    expect(signInPage({ ...signIn, demo })).toContain(
      'with the password <code class="nb">demo-password-change-me</code>',
    );
    expect(signInPage(signIn)).not.toContain('demo');
    expect(signInPage({ ...signIn, demo, problem: { kind: 'mismatch' } })).not.toContain('change-me');
  });

  it('says how long to wait', async () => {
    const html = signInPage({ ...signIn, problem: { kind: 'throttled', retryAfterSeconds: 280 } });
    const { page, close } = await open(browser, html, noScript);
    expect(await textOf(page.getByRole('alert'))).toBe('Too many tries to sign in. Wait 5 minutes, then try again.');
    await close();
  });
});

describe('sign-out', () => {
  const html = signOutPage({
    action: '/oauth/logout/confirm',
    xsrf: 'x',
    app: demoNotes,
    email: 'demo@vibecaas.localhost',
  });

  it.each([
    ['Sign out', '/oauth/logout/confirm xsrf=x&logout=yes'],
    ['Stay signed in', '/oauth/logout/confirm xsrf=x'],
  ])('%s', async (button, posted) => {
    const { page, posts, close } = await open(browser, html, noScript);
    expect(await textOf(page.getByRole('main'))).toContain('You are signed in as demo@vibecaas.localhost.');
    await page.getByRole('button', { name: button, exact: true }).click();
    expect(posts).toEqual([posted]);
    await close();
  });
});

describe('connected apps', () => {
  it('are disconnected one by one, by a button with a full name', async () => {
    const { page, posts, close } = await open(browser, connected(demoNotes), noScript);
    await page.getByRole('button', { name: 'Disconnect Demo Notes', exact: true }).click();
    expect(posts).toEqual(['/account/apps/disconnect csrf=csrf-value&client_id=demo-app']);
    await close();
  });

  it('say what each may do, since when, and when it was last used', async () => {
    const { page, close } = await open(browser, connected(agent, { disconnected: 'Example Metrics' }), noScript);
    const text = await textOf(page.getByRole('listitem').filter({ hasText: 'calls itself' }));
    expect(text).toContain('agent.tools.example');
    expect(text).toContain('Not checked');
    expect(text).toMatch(/Can cost money\s+AI on your account/);
    expect(text).toContain('Since 3 October 2026 · last connected 4 minutes ago · 2 connections');
    expect(await page.getByRole('button', { name: 'Disconnect Example Agent', exact: true }).count()).toBe(1);
    expect(await textOf(page.getByRole('status'))).toBe(
      'Example Metrics is disconnected. All its access ended. To undo, connect it again from the app.',
    );
    await close();
  });

  it('have a sign-out button above them', async () => {
    const { page, posts, close } = await open(browser, connected(demoNotes), noScript);
    await page.getByRole('button', { name: 'Sign out' }).click();
    expect(posts).toEqual(['/sign-out csrf=csrf-value']);
    await close();
  });
});

describe('an error', () => {
  it('says what to do, and to the developer what was wrong', async () => {
    const { page, close } = await open(browser, failure(demoNotes), noScript);
    expect(await textOf(page.getByRole('heading', { level: 1 }))).toBe('Demo Notes sent a request we can’t accept');
    expect(await page.getByRole('link', { name: 'Back to demo-notes.example' }).getAttribute('href')).toBe(
      'https://demo-notes.example',
    );
    await page.getByText('For the developer: what was wrong, and the request id').click();
    const details = await textOf(page.locator('details'));
    expect(details).toContain('redirect_uri is not one of those registered for demo-app.');
    expect(details).toContain('https://app.demo-notes.example/callback/');
    expect(details).toContain('req_01KASV6W2M8QZ4T7C3XN');
    expect(details).toContain('2026-11-24 07:52:44 UTC');
    await close();
  });

  it('never links to a script', () => {
    const actions = [{ href: 'javascript:alert(1)', label: 'Back' }];
    const page = errorPage({ title: 'T', lead: 'L', advice: [], actions, requestId: 'r', time: now });
    expect(page).not.toContain('javascript:');
  });
});
