import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { demo } from '../../src/policy/demo.ts';
import { browserSuite } from '../support/browser-suite.ts';
import { newVisitor, signInAt } from '../support/visitor.ts';

const { browser, server } = await browserSuite({ demo: true });

describe.each([
  ['with scripts', true],
  ['without scripts', false],
])('the playground, %s', (_, javaScriptEnabled) => {
  it('a walk leads from the landing page to a token that is refused', async () => {
    const page = await open();
    await page.goto(server.issuer);
    await page.getByRole('link', { name: 'Try it step by step' }).click();
    expect(await now(page)).toBe('Ask');
    await go(page, 'Ask for access');
    expect(await page.locator('.note').textContent(), 'who to sign in as').toContain(
      `${demo.email} with the password ${demo.password}`,
    );
    await signInAt(page, demo.email, demo.password);
    await go(page, 'Allow');

    // The code does not stay in the address.
    await page.waitForURL(`${server.issuer}/playground#now`);
    expect(await now(page)).toBe('You allowed it');
    await go(page, 'Next: exchange the code');
    expect(await now(page)).toBe('Exchange the code for tokens');
    expect(await page.getByRole('main').textContent()).toContain(
      'projects:read and projects:write. You left ai:generate out.',
    );
    expect(await pane(page, 'Response')).toContain('"token_type": "Bearer"');
    expect(await pane(page, 'Access token, decoded')).toMatch(/^Access token, decoded(60 min 0|59 min \d+) s left/);
    expect(await pane(page, 'Access token, decoded')).toContain(`"iss": "${server.issuer}"`);

    await go(page, 'Next: call the API');
    expect(await pane(page, 'Response')).toContain('"name": "My Project"');
    await go(page, 'Next: refresh');
    expect(await pane(page, 'Response')).toContain('"refresh_token": "vcs_rt_');
    await go(page, 'Next: revoke');
    expect(await pane(page, 'Response')).toContain('200 OK');
    await go(page, 'Next: call again');

    await expect.poll(() => page.evaluate(() => scrollY), { message: 'the open step is in view' }).toBeGreaterThan(0);
    expect(await now(page)).toBe('Call again: refused');
    expect(await pane(page, 'Response')).toContain('401 Unauthorized');
    expect(await pane(page, 'Response')).toContain('error="invalid_token"');
    expect(await pane(page, 'Access token, decoded'), 'it has not expired').toContain('min');
    expect(await page.getByText('Request and response').count(), 'what was sent before can be read').toBe(6);
    await go(page, 'Start over');
    expect(await now(page)).toBe('Ask');
  });

  it('a denial ends the walk and says how to go on', async () => {
    const page = await atAnswer();
    await go(page, 'Deny');
    expect(await now(page)).toBe('You allowed nothing');
    expect(await pane(page, 'Request')).toContain('error=access_denied');
    expect(await page.getByRole('button', { name: /^Next/ }).count()).toBe(0);
    await go(page, 'Ask again');
    await go(page, 'Allow');
    expect(await now(page)).toBe('You allowed it');
  });

  it('an answer to an older question is not accepted, and the page says so', async () => {
    const page = await atAnswer();
    const other = await page.context().newPage();
    await other.goto(`${server.issuer}/playground`);
    expect(await other.getByRole('main').textContent()).toContain('have not come back yet');
    await go(other, 'Ask for access');
    await go(page, 'Allow');
    expect(await page.getByRole('status').textContent()).toContain('That answer does not belong to this walk.');
    await go(other, 'Allow');
    expect(await now(other), 'the newer one goes on').toBe('You allowed it');
    await page.reload();
    expect(await now(page)).toBe('You allowed it');
  });

  it('a step that another tab has taken is not taken again', async () => {
    const page = await atAnswer();
    await go(page, 'Allow');
    const other = await page.context().newPage();
    await other.goto(`${server.issuer}/playground`);
    await go(page, 'Next: exchange the code');
    await go(other, 'Next: exchange the code');
    expect(await other.getByRole('status').textContent()).toContain('That step is behind you.');
    await go(other, 'Next: call the API');
    expect(await pane(other, 'Response'), 'the code was not sent twice').toContain('200 OK');
  });

  it('a double click takes one step', async () => {
    const page = await atAnswer();
    await go(page, 'Allow');
    await page.getByRole('button', { name: 'Next: exchange the code' }).dblclick();
    await page.getByRole('heading', { name: 'Exchange the code for tokens' }).waitFor();
    await page.getByRole('button', { name: 'Next: call the API' }).click();
    expect(await pane(page, 'Response')).toContain('200 OK');
    await page.getByRole('button', { name: 'Next: refresh' }).waitFor();
  });

  it('an access that was ended in the meantime says so', async () => {
    const page = await atAnswer();
    await go(page, 'Allow');
    await go(page, 'Next: exchange the code');
    await go(page, 'Next: call the API');
    const account = await page.context().newPage();
    await account.goto(`${server.issuer}/account/apps`);
    await go(account, 'Disconnect Demo Notes');
    await go(page, 'Next: refresh');
    expect(await pane(page, 'Response')).toContain('"error": "invalid_grant"');
    expect(await page.getByRole('main').textContent()).toContain('You ended this access meanwhile, or it expired.');
    await page.getByRole('button', { name: 'Ask again' }).waitFor();
  });

  function open(): Promise<Page> {
    return newVisitor(browser, [server.issuer], { javaScriptEnabled });
  }

  /** The consent page of a walk. */
  async function atAnswer(): Promise<Page> {
    const page = await open();
    await page.goto(`${server.issuer}/playground`);
    await go(page, 'Ask for access');
    await signInAt(page, demo.email, demo.password);
    return page;
  }
});

/** The heading of the open step. */
async function now(page: Page): Promise<string | null> {
  return page.locator('[aria-current="step"]').getByRole('heading').textContent();
}

/** A pane of the open step, by its title. */
async function pane(page: Page, title: string): Promise<string> {
  const figure = page.locator('[aria-current="step"]').getByRole('figure', { name: title });
  return (await figure.textContent()) ?? '';
}

async function go(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name, exact: true }).click();
}
