import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { accountAppsPage } from '../../views/account/apps.ts';
import { connectLines } from '../../views/connect-lines.ts';
import { landingPage } from '../../views/landing.ts';
import { inLanguage } from '../../views/messages/index.ts';
import { withSiteLinks } from '../../views/site.ts';

const issuer = 'https://auth.vibecaas.com';
const links = { docsUrl: undefined, supportUrl: undefined, privacyUrl: undefined, termsUrl: undefined };

it('the page offers the playground only where there is a demo', () => {
  expect(landingPage({ issuer, demo: true })).toContain('<a class="btn" href="/playground">Try it step by step</a>');
  expect(landingPage({ issuer, demo: true })).toContain('<code>demo-app</code>');
  expect(landingPage({ issuer, demo: false })).not.toMatch(/playground|demo-app/);
});

it('the page says where a client id comes from, and who gives one', () => {
  const words = 'It comes from whoever runs this server: they register your app.';
  expect(landingPage({ issuer, demo: false })).toContain(`${words} <a href="/help">Ask them for one</a>`);
  const supported = withSiteLinks({ ...links, supportUrl: 'mailto:help@example.com' }, () =>
    landingPage({ issuer, demo: false }),
  );
  expect(supported).toContain(`${words} <a href="mailto:help@example.com">Ask them for one</a>`);
});

it('the page links to the operator’s documentation, or to ours', () => {
  const documented = withSiteLinks({ ...links, docsUrl: 'https://docs.example.com/' }, () =>
    landingPage({ issuer, demo: false }),
  );
  expect(/<main[\s\S]*<\/main>/.exec(documented)?.[0]).toContain(
    '<a href="https://docs.example.com/">Documentation</a>',
  );
  expect(landingPage({ issuer, demo: false })).toContain('<a href="/docs">Documentation</a>');
});

it('the page and that of connected apps lead to the page for codes, in the reader’s language', async () => {
  const pages = () => [
    landingPage({ issuer, demo: false }),
    accountAppsPage({ csrf: 'c', email: 'person@example.com', apps: [], now: new Date() }),
  ];
  for (const page of pages()) expect(page).toMatch(/<a[^>]* href="\/device">Connect a device<\/a>/);
  for (const page of await inLanguage('de', async () => pages()))
    expect(page).toMatch(/<a[^>]* href="\/device">Gerät verbinden<\/a>/);
});

it('the page names the endpoints of the issuer', () => {
  const page = landingPage({ issuer, demo: false });
  expect(page).toContain('<dt>Issuer</dt><dd><code>https://auth.vibecaas.com</code></dd>');
  expect(page).toContain('<dt>Token</dt><dd><code>https://auth.vibecaas.com/oauth/token</code></dd>');
});

it('the page links people to their account, and admins to the admin pages', () => {
  const bar = (person?: { email: string; admin: boolean }) =>
    /<header class="bar">[\s\S]*?<\/header>/.exec(landingPage({ issuer, demo: false, person }))?.[0];
  expect(bar()).toContain('<a href="/account/apps">Sign in</a>');
  const ada = { email: 'ada@example.com', admin: false };
  expect(bar(ada)).toContain('<bdi>ada@example.com</bdi>');
  expect(bar(ada)).toContain('<a href="/account/apps">Your account</a>');
  expect(bar(ada)).not.toMatch(/\/admin|Sign in/);
  expect(bar({ ...ada, admin: true })).toContain('<a href="/admin">Admin</a>');
});

it('the page shows five lines that connect when they are run', async () => {
  const server = createServer((_, response) => {
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ issuer, authorization_endpoint: `${issuer}/oauth/authorize` }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const lines = connectLines(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  expect(lines.split('\n')).toHaveLength(5);

  const runnable = lines.replace("'openid-client'", `'${import.meta.resolve('openid-client')}'`);
  const program = await import(
    /* @vite-ignore */ `data:text/javascript,${encodeURIComponent(`${runnable}\nexport { url }`)}`
  );
  server.close();

  expect(program.url.pathname).toBe('/oauth/authorize');
  expect(program.url.searchParams.get('code_challenge_method')).toBe('S256');
  expect(program.url.searchParams.get('client_id')).toBe('your-client-id');
  expect(connectLines('https://auth.vibecaas.com')).not.toContain('allowInsecureRequests');
});
