import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { connectLines } from '../../views/connect-lines.ts';
import { landingPage } from '../../views/landing.ts';

it('offers the walk through only where there is a demo', () => {
  const issuer = 'https://auth.vibecaas.com';
  expect(landingPage({ issuer, demo: true })).toContain('<a class="btn solid" href="/playground">Walk through it</a>');
  expect(landingPage({ issuer, demo: false })).not.toContain('/playground');
  expect(landingPage({ issuer, demo: false })).toContain('<a class="btn solid" href="/account/apps">Sign in</a>');
});

it('names the endpoints at the issuer', () => {
  const page = landingPage({ issuer: 'https://auth.vibecaas.com', demo: false, email: 'demo@vibecaas.localhost' });
  expect(page).toContain('<dt>Issuer</dt><dd><code>https://auth.vibecaas.com</code></dd>');
  expect(page).toContain('<dt>Token</dt><dd><code>https://auth.vibecaas.com/oauth/token</code></dd>');
  expect(page).toContain('<bdi>demo@vibecaas.localhost</bdi>');
  expect(page).not.toContain('>Sign in<');
});

it('connects in five lines that run', async () => {
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
