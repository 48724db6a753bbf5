/** The operator's own pages, which settings name and every page leads to. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../support/server.ts';

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
  '%s leads to the pages that settings name, and to none without',
  async (path) => {
    const read = async ({ issuer }: TestServer) =>
      (await fetch(issuer + path, { headers: { Accept: 'text/html' } })).text();
    const page = await read(named);
    for (const address of Object.values(env)) expect(page).toContain(`href="${address.replace('&', '&amp;')}"`);
    const without = await read(bare);
    expect(without).toContain('<footer');
    expect(without).not.toMatch(/Documentation|Privacy|Terms|mailto:/);
  },
);
