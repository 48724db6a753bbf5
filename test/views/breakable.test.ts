/** Long addresses wrap where their parts begin, and a comparison is readable on a phone too. */
import { expect, it } from 'vitest';
import { clientReviewPage } from '../../views/admin/clients/review-section.ts';
import { breakable } from '../../views/text.ts';
import { sharedBrowser } from '../support/browser.ts';
import { demoNotes } from './examples.ts';
import { open } from './open.ts';

it.each([
  ['https://app.example/cb', 'https://app.example<wbr>/cb'],
  ['https://app.example/a/b?c=d&e=f', 'https://app.example<wbr>/a<wbr>/b<wbr>?c=d<wbr>&amp;e=f'],
  ['client.review_reopened', 'client.review<wbr>_reopened'],
  ['projects:read', 'projects:read'],
  ['<b>/', '&lt;b&gt;<wbr>/'],
  ['a\u202e/b', 'a<wbr>/b'],
])('an address wraps before its parts: %s', (text, html) => {
  expect(String(breakable(text))).toBe(html);
});

it('a review on a phone has a caption, and breaks no part of an address', async () => {
  const subject = { clientId: 'notes', name: 'Notes', app: demoNotes, state: 'in_review', type: 'web', failures: 0 };
  const before = 'https://app.a-company.example/oauth/callback/of/the/main/application';
  const changedSince = [{ label: 'Redirect URIs', before: [before], after: [`${before}?tenant=somebody&flag`] }];
  const page = clientReviewPage({
    frame: { csrf: 'c', email: 'admin@example.com' },
    subject,
    version: '1',
    says: [{ label: 'Redirect addresses', values: [before], isAddress: true }],
    scopes: { required: [], optional: [] },
    covered: ['name', 'terms'],
    facts: [],
    changedSince,
    events: [],
    notes: [],
    problems: {},
    typed: {},
  } as never);
  const opened = await open(await sharedBrowser(), page, { viewport: { width: 375, height: 800 } });
  expect((await opened.page.locator('caption').boundingBox())?.height).toBeGreaterThan(15);
  expect(await opened.page.locator('.compare bdi wbr').count()).toBeGreaterThan(5);
  // Each part of the path is on one line.
  const broken = await opened.page.locator('.compare bdi').evaluateAll((all) =>
    all.flatMap((bdi) =>
      [...bdi.childNodes]
        .filter((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.startsWith('/'))
        .filter((node) => {
          const range = document.createRange();
          range.selectNodeContents(node);
          return range.getClientRects().length > 1;
        })
        .map((node) => node.textContent),
    ),
  );
  expect(broken).toEqual([]);
  await opened.close();
});
