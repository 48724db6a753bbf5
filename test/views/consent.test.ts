import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { agent, consent, demoNotes, selfRegistered } from './examples.ts';
import { open, textOf } from './open.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

const noScript = { javaScriptEnabled: false };
const heading = (page: Page): Promise<string> => textOf(page.getByRole('heading', { level: 1 }));

describe('a first request', () => {
  it('asks the question and says who, where to and until when', async () => {
    const { page, close } = await open(browser, consent(), noScript);
    expect(await page.title()).toBe('Allow Demo Notes? · VibeCaaS');
    expect(await heading(page)).toBe('Let Demo Notes see and change your projects?');
    const text = await textOf(page.getByRole('main'));
    expect(text).toContain('Verified. VibeCaaS checked who runs this app and that its web address is theirs.');
    expect(text).toContain('Two are up to you: tick them or leave them out.');
    expect(text).toContain('Demo Account\ndemo@vibecaas.localhost\nNot you?');
    expect(text).toContain('You go back to\napp.demo-notes.example');
    expect(text).toContain(
      '24 November 2027 at the latest. Sooner if you disconnect it, or after 30 days without use.',
    );
    expect(text).toContain('It never sees your password. You can end this at any time under Connected apps.');
    await close();
  });

  it('posts what was ticked, and the boxes start empty', async () => {
    const { page, posts, close } = await open(browser, consent(), noScript);
    expect(await page.getByRole('checkbox', { checked: true }).count()).toBe(0);
    await page.getByRole('checkbox', { name: 'Analytics' }).check();
    await page.getByRole('button', { name: 'Allow' }).click();
    expect(posts).toEqual(['/interaction/abc/consent csrf=csrf-value&scope=analytics%3Aread&decision=allow']);
    await close();
  });

  it('takes Enter for Deny', async () => {
    const { page, posts, close } = await open(browser, consent(), noScript);
    await page.getByRole('checkbox', { name: 'AI on your account' }).check();
    await page.keyboard.press('Enter');
    await expect
      .poll(() => posts)
      .toEqual(['/interaction/abc/consent csrf=csrf-value&scope=ai%3Agenerate&decision=deny']);
    await close();
  });

  it('lets another person sign in instead', async () => {
    const { page, posts, close } = await open(browser, consent(), noScript);
    await page.getByRole('button', { name: 'Not you?' }).click();
    expect(posts).toEqual(['/interaction/abc/switch csrf=csrf-value']);
    await close();
  });

  it('comes back after a problem with the ticks that were made', async () => {
    const { page, close } = await open(
      browser,
      consent({ problem: 'Choose again.', ticked: ['ai:generate'] }),
      noScript,
    );
    expect(await textOf(page.getByRole('alert'))).toBe('Choose again.');
    expect(await page.getByRole('checkbox', { name: 'AI on your account' }).isChecked()).toBe(true);
    expect(await page.getByRole('checkbox', { name: 'Analytics' }).isChecked()).toBe(false);
    await close();
  });

  it('keeps the order of the table whichever permissions are optional', async () => {
    const page = consent({ required: ['analytics:read', 'email'], optional: ['projects:read', 'profile'] });
    const titles = [
      ...page.matchAll(/<(?:b|label for="[^"]*")>([^<]*)<\/(?:b|label)>(?: <span class="opt">Optional<\/span>)?<p/g),
    ];
    expect(titles.map((match) => match[1])).toEqual([
      'All your projects',
      'Analytics',
      'Your name',
      'Your email address',
    ]);
  });

  it('says what a verified app is for, and repeats no word of an unchecked one', () => {
    const description = 'Keeps <your> notes.';
    expect(consent({ app: { ...demoNotes, description } })).toContain(
      '<dt>What it is for</dt><dd><bdi>Keeps &lt;your&gt; notes.</bdi></dd>',
    );
    expect(consent({ app: { ...selfRegistered, description } })).not.toContain('Keeps');
  });

  it('of a verified app shows its name, also when its client id is an address', () => {
    const page = consent({ app: { ...demoNotes, clientId: 'https://client.example/metadata.json' } });
    expect(page).toContain('<div><b><bdi>Demo Notes</bdi></b><p>by <bdi>Example Company Ltd</bdi></p></div>');
    expect(page).not.toContain('client.example');
  });

  it('of nothing but who somebody is says so', () => {
    const page = consent({ required: ['openid'], optional: [] });
    expect(page).toContain('Let <bdi>Demo Notes</bdi> know who you are?');
    expect(page).toContain(
      '<p>Nothing of yours. It learns only that you have an account here, and knows you again next time.</p>',
    );
  });
});

describe('a request for more', () => {
  const before = {
    granted: ['projects:read', 'projects:write'],
    refused: ['analytics:read'],
    since: new Date('2026-10-03'),
  };

  it('shows what is new and, below, what was allowed', async () => {
    const asked = { required: ['projects:read', 'deployments:read'], optional: ['ai:generate', 'projects:write'] };
    const { page, close } = await open(browser, consent({ ...asked, before }), noScript);
    expect(await page.title()).toBe('Demo Notes asks for more · VibeCaaS');
    expect(await heading(page)).toBe('Demo Notes asks for more than you allowed');
    expect(await page.getByRole('heading', { name: '2 permissions are new' }).count()).toBe(1);
    expect(await textOf(page.locator('.ledger'))).not.toContain('All your projects');
    expect(await page.getByRole('checkbox').count()).toBe(1);
    expect(await textOf(page.locator('.what'))).toContain('One is up to you: tick it or leave it out.');
    const old = page.getByRole('region', { name: 'You allowed this on 3 October 2026' });
    expect(await textOf(old)).toContain('All your projects');
    expect(await textOf(old)).toContain('You left out Analytics then. Demo Notes does not ask for it now.');
    expect(await textOf(page.getByRole('main'))).toContain('If you deny, Demo Notes keeps what you allowed before.');
    await close();
  });

  it('says when it asks again for what was left out', () => {
    const page = consent({ required: ['projects:read'], optional: ['analytics:read'], before });
    expect(page).toContain('<h2>1 permission is new</h2>');
    expect(page).toContain('You left out <b>Analytics</b> then. <bdi>Demo Notes</bdi> asks for it again.');
  });

  it('that holds nothing new shows everything, under the plain question', () => {
    const page = consent({ required: ['projects:read'], optional: ['projects:write'], before });
    expect(page).toContain('Let <bdi>Demo Notes</bdi> see your projects?');
    expect(page).toContain('<h2>What it asks for</h2>');
  });
});

describe('an app that nobody checked', () => {
  const request = {
    app: agent,
    required: ['projects:read', 'ai:generate'],
    optional: [],
    redirectUri: 'http://127.0.0.1:33418/cb',
  };

  it('is called by its host, and its name is its own claim', async () => {
    const { page, close } = await open(browser, consent(request), noScript);
    expect(await page.title()).toBe('Allow agent.tools.example? · VibeCaaS');
    expect(await heading(page)).toBe('Let agent.tools.example see your projects, and use AI?');
    const text = await textOf(page.getByRole('main'));
    expect(text).toContain('calls itself “Example Agent”');
    expect(text).toContain('Not checked. Nobody at VibeCaaS has looked at this app. Its name is its own claim.');
    expect(text).toContain('App’s address\nhttps://agent.tools.example/oauth/desktop/client.json');
    expect(text).toContain('Not sure? Deny. Nothing is shared, and you can try again from the app.');
    expect(await page.locator('.solid').count()).toBe(0);
    await close();
  });

  it('without a host of its own is called by its name in quotes, and its homepage is not repeated', () => {
    const page = consent({ app: selfRegistered });
    expect(page).toContain('Let “<bdi>Notes Sync</bdi>” see');
    expect(page).toContain('<title>Allow “Notes Sync”? · VibeCaaS</title>');
    expect(page).not.toContain('vibecaas.com');
  });

  it('is warned about when the answer goes to a program here', () => {
    expect(consent(request)).toContain(
      '<b>The answer goes to a program on this computer.</b> Any program running here could be asking. Go on only if you have just started <bdi>Example Agent</bdi> yourself.',
    );
    expect(consent({ ...request, redirectUri: 'com.example.agent:/cb' })).toContain('<b>com.example.agent:</b>');
    expect(consent({ ...request, redirectUri: 'com.example.agent:/cb' })).toContain(
      'Any app installed here could be asking.',
    );
    const own = 'http://localhost:3000';
    expect(consent({ ...request, redirectUri: `${own}/playground/callback`, issuer: own })).not.toMatch(
      /could be asking|A program on/,
    );
    expect(consent({ ...request, redirectUri: 'http://localhost:3001/', issuer: own })).toContain('could be asking');
    expect(consent({ ...request, redirectUri: 'https://agent.tools.example/cb' })).not.toContain('could be asking');
  });
});
