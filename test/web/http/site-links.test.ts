/** The operator's own pages, which settings name and every page links to. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../support/server.ts';

const env = {
  DOCS_URL: 'https://docs.example.com/?a=1&b=2',
  SUPPORT_URL: 'mailto:help@example.com',
  PRIVACY_URL: 'https://example.com/privacy',
  TERMS_URL: 'https://example.com/terms',
};

let named: TestServer;
let bare: TestServer;
beforeAll(async () => {
  named = await startTestServer({ env });
  bare = await startTestServer({ beside: named });
});
afterAll(async () => {
  await bare.stop();
  await named.stop();
});

it.each(['/', '/account/apps', '/nothing-here', '/oauth/authorize?client_id=nobody'])(
  '%s leads to the pages that settings name, and to short ones of ours without',
  async (path) => {
    const read = async ({ issuer }: TestServer) =>
      (await fetch(issuer + path, { headers: { Accept: 'text/html' } })).text();
    const page = await read(named);
    for (const address of Object.values(env)) expect(page).toContain(`href="${address.replace('&', '&amp;')}"`);
    const without = await read(bare);
    expect(without).toContain('<footer');
    expect(without).not.toContain('mailto:');
    for (const path of ['/docs', '/help', '/privacy', '/terms']) expect(without).toContain(`href="${path}"`);
  },
);

it.each(['help', 'privacy', 'terms'])(
  '/%s is a page of ours, which names the operator’s where there is one',
  async (page) => {
    const answer = await fetch(`${bare.issuer}/${page}`);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toMatch(/<h1>(Help|Privacy|Terms)<\/h1>/);
    const address = { help: env.SUPPORT_URL, privacy: env.PRIVACY_URL, terms: env.TERMS_URL }[page];
    const body = /<main[\s\S]*<\/main>/.exec(await (await fetch(`${named.issuer}/${page}`)).text())?.[0];
    expect(body).toContain(`href="${address}"`);
  },
);
