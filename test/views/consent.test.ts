import type { Browser, Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { sharedBrowser } from '../support/browser.ts';
import { changedAgent } from './document-examples.ts';
import { agent, consent, demoNotes, selfRegistered } from './examples.ts';
import { open, textOf } from './open.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await sharedBrowser();
});

const noScript = { javaScriptEnabled: false };
const heading = (page: Page): Promise<string> => textOf(page.getByRole('heading', { level: 1 }));

describe('a first request', () => {
  it('asks the question and says who asks, where the answer goes and until when', async () => {
    const { page, close } = await open(browser, consent(), noScript);
    expect(await page.title()).toBe('Allow Demo Notes? · VibeCaaS');
    expect(await heading(page)).toBe('Let Demo Notes see and change your projects?');
    const text = await textOf(page.getByRole('main'));
    expect(text).toContain('Verified on 30 September 2026: who runs it, and that demo-notes.example is theirs.');
    expect(text).toContain('Two are up to you: tick them or leave them out.');
    expect(text.replace(/\s+/g, ' ')).toContain(
      'Your account: demo@vibecaas.localhost Not you? After this you go back to app.demo-notes.example',
    );
    await page.getByText('Who runs it, and on what terms').click();
    const terms = await textOf(page.locator('details.terms'));
    expect(terms).toContain('Run by\nExample Company Ltd');
    expect(terms).toContain(
      'What VibeCaaS checked\nWho runs it, and that demo-notes.example is theirs. Not whether the app is good.',
    );
    expect(terms).toMatch(/What it promises\nPrivacy policy[\s\S]* and terms of use/);
    expect(terms).toContain('Until you disconnect it, 30 days without use, or 24 November 2027, whichever is first.');
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

  it('treats Enter as Deny', async () => {
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
    expect(titles.map((match) => match[1])).toEqual(['Projects', 'Analytics', 'Your name', 'Your email address']);
  });

  it('says what a verified app is for, and repeats no claim of an unchecked one', () => {
    const description = 'Keeps <your> notes.';
    expect(consent({ app: { ...demoNotes, description } })).toContain(
      '<dt>What it is for</dt><dd><bdi>Keeps &lt;your&gt; notes.</bdi></dd>',
    );
    expect(consent({ app: { ...selfRegistered, description } })).not.toContain('Keeps');
  });

  it('shows the name of a verified app, even if its client id is an address', () => {
    const page = consent({ app: { ...demoNotes, clientId: 'https://client.example/metadata.json' } });
    expect(page).toContain('<div><b><bdi>Demo Notes</bdi></b><p>by <bdi>Example Company Ltd</bdi></p></div>');
    expect(page).not.toContain('client.example');
  });

  it('says of an app that changed what is different, and shows at most five new addresses', () => {
    const page = consent({ app: agent, ...changedAgent });
    expect(page).toContain(
      'It called itself “<bdi>Example Agent</bdi>”, and now calls itself “<bdi>VibeCaaS Support</bdi>”.',
    );
    expect(page).toContain('>callback-5.<b>tools.example</b>'.slice(1));
    expect(page).not.toContain('callback-6');
    expect(page).toContain('and 2 more.');
    expect(page).toContain('It proves who it is with other keys.');
    expect(page).toContain('Some addresses to which you could be sent are gone.');
    const elsewhere = consent({ app: agent, changed: { name: 'elsewhere', added: [], removed: false, keys: false } });
    expect(elsewhere).toContain('Its name in another language is different.');
    expect(consent({ app: agent })).not.toContain('is not what you allowed before');
  });

  it('names no end date for an app that gets one token', () => {
    const page = consent({ lastsUntil: undefined });
    expect(page).toContain('An hour at a time. Then the app has to come back here.');
    expect(page).not.toContain('whichever is first');
  });

  it('says that a denial takes nothing away from an app that already has access', () => {
    const page = consent({ keeps: true, app: agent });
    expect(page).toContain('If you deny, <bdi>agent.tools.example</bdi> keeps what you allowed before.');
    expect(page).not.toContain('Nothing is shared');
  });

  it('links to no pages of an app that nobody checked', () => {
    const link = { row: 'promises' as const, text: 'privacyPolicy' as const, href: 'https://evil.example/privacy' };
    const page = consent({ app: { ...agent, links: [link] } });
    expect(page).toContain('It names rules of its own. Nobody at VibeCaaS has looked at them.');
    expect(page).not.toContain('evil.example');
  });

  it('says so if it asks only for the person’s identity', () => {
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
    requested: [],
  };

  it('shows what is new and, below, what was allowed', async () => {
    const asked = { required: ['projects:read', 'deployments:read'], optional: ['ai:generate', 'projects:write'] };
    const { page, close } = await open(browser, consent({ ...asked, before }), noScript);
    expect(await page.title()).toBe('Demo Notes asks for more · VibeCaaS');
    expect(await heading(page)).toBe('Demo Notes asks for more than you allowed');
    expect(await page.getByRole('heading', { name: '2 permissions are new' }).count()).toBe(1);
    expect(await textOf(page.locator('.ledger'))).not.toContain('Projects');
    expect(await page.getByRole('checkbox').count()).toBe(1);
    expect(await textOf(page.locator('.what'))).toContain('One is up to you: tick it or leave it out.');
    const old = page.getByRole('region', { name: 'You allowed this on 3 October 2026' });
    expect(await textOf(old)).toContain('Projects');
    expect(await textOf(old)).toContain('You left out Analytics then. Demo Notes does not ask for it now.');
    expect(await textOf(page.getByRole('main'))).toContain('If you deny, Demo Notes keeps what you allowed before.');
    await close();
  });

  it('says when it asks again for what was left out', () => {
    const page = consent({ required: ['projects:read'], optional: ['analytics:read'], before });
    expect(page).toContain('<h2>1 permission is new</h2>');
    expect(page).toContain('You left out <b>Analytics</b> then. <bdi>Demo Notes</bdi> asks for it again.');
  });

  it('does not say that an app left out of its request what nobody is asked about again', () => {
    const requested = { ...before, requested: ['projects:read', 'deployments:read', 'analytics:read'] };
    const page = consent({ required: ['projects:read', 'deployments:read'], optional: [], before: requested });
    expect(page).toContain('You left out <b>Analytics</b> then. It stays left out.');
    expect(page).not.toContain('does not ask for');
  });

  it('shows everything under the plain question if nothing is new', () => {
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
    expect(text).toContain('Not checked. Nobody at VibeCaaS has looked at it. Only its address is sure.');
    expect(text).toContain('Not sure? Deny. Nothing is shared, and you can start again from the app.');
    await page.getByText('Who runs it, and on what terms').click();
    const terms = await textOf(page.locator('details.terms'));
    expect(terms).toContain('Address of the app\nhttps://agent.tools.example/oauth/desktop/client.json');
    expect(terms).toContain('Answer goes to\n127.0.0.1:33418, a program on this computer');
    expect(terms).toContain('It names no privacy policy and no terms.');
    expect(await page.locator('.solid').count()).toBe(0);
    await close();
  });

  it('without a proven host is called by its name in quotes, and its homepage is not repeated', () => {
    const page = consent({ app: selfRegistered });
    expect(page).toContain('Let “<bdi>Notes Sync</bdi>” see');
    expect(page).toContain('<title>Allow “Notes Sync”? · VibeCaaS</title>');
    expect(page).not.toContain('vibecaas.com');
  });

  it('says nothing in our name: what it calls itself is in quotes everywhere, and does not end them', () => {
    const name = 'Notes”. VibeCaaS has checked it. “Sync';
    const said = '“<bdi>Notes’. VibeCaaS has checked it. ’Sync</bdi>”';
    const changed = { name: { before: 'Notes', now: name }, added: [], removed: false, keys: false };
    const loopback = 'http://127.0.0.1:4000/callback';
    for (const app of [agent, selfRegistered]) {
      const page = consent({ app: { ...app, name }, redirectUri: loopback, changed });
      expect(page).toContain(`now calls itself ${said}.`);
      expect(page).toContain(`Have you just started ${said} yourself?`);
      expect(page).not.toContain('Notes”');
      expect(page.split(said)).toHaveLength(app === agent ? 4 : 5);
    }
  });

  it('is warned about when the answer goes to a program here', () => {
    expect(consent(request)).toContain(
      '<b>Have you just started “<bdi>Example Agent</bdi>” yourself?</b> If not, deny: any program on this computer could be asking.',
    );
    expect(consent({ ...request, redirectUri: 'com.example.agent:/cb' })).toContain('<b>com.example.agent:</b>');
    expect(consent({ ...request, redirectUri: 'com.example.agent:/cb' })).toContain(
      'If not, deny: any app on this device could be asking.',
    );
    const own = 'http://localhost:3000';
    expect(consent({ ...request, redirectUri: `${own}/playground/callback`, issuer: own })).not.toMatch(
      /could be asking|a program on/,
    );
    expect(consent({ ...request, redirectUri: 'http://localhost:3001/', issuer: own })).toContain('could be asking');
    expect(consent({ ...request, redirectUri: 'https://agent.tools.example/cb' })).not.toContain('could be asking');
  });
});
