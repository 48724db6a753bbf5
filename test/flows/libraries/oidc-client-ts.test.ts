/** oidc-client-ts in Chromium, in its default configuration: a single-page app whose page is on another origin. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type * as oidc from 'oidc-client-ts';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createClient } from '../../../src/operations/clients.ts';
import { sharedBrowser } from '../../support/browser.ts';
import { conformance } from '../../support/conformance.ts';
import { introspect } from '../../support/oauth.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';
import { newVisitor, signInAt } from '../../support/visitor.ts';

const seen = conformance(import.meta.url);
const library = await readFile(
  createRequire(import.meta.url)
    .resolve('oidc-client-ts')
    .replace(/dist\/.*$/, 'dist/browser/oidc-client-ts.min.js'),
);
let server: TestServer;
let origin: string;
const app = createServer((request, response) => {
  const isScript = request.url === '/oidc.js';
  response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
  response.end(
    isScript
      ? library
      : '<!doctype html><link rel="icon" href="data:,"><title>App</title><script src="/oidc.js"></script>',
  );
});

beforeAll(async () => {
  server = await startTestServer();
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
  origin = `http://localhost:${(app.address() as AddressInfo).port}`;
  const client = {
    client_id: 'browser-app',
    client_name: 'Browser App',
    type: 'spa',
    redirect_uris: [`${origin}/`],
    post_logout_redirect_uris: [`${origin}/`],
    scope: 'projects:read',
  } as const;
  await createClient(server.db, client, { id: 'test' });
});
afterAll(async () => {
  app.close();
  app.closeAllConnections();
  await server.stop();
});

interface Result {
  readonly sub: string;
  readonly email: string | undefined;
  readonly access_token: string;
  readonly scope: string;
}

type Method = 'signinRedirect' | 'signinCallback' | 'signinSilent' | 'revokeTokens' | 'signoutRedirect';

/** Calls a method of the library's UserManager in the app's page. */
const call = (page: Page, method: Method): Promise<Result | undefined> =>
  page.evaluate(
    async ({ name, authority, home }) => {
      const { UserManager } = (globalThis as unknown as { oidc: typeof oidc }).oidc;
      const manager = new UserManager({
        authority,
        client_id: 'browser-app',
        redirect_uri: home,
        post_logout_redirect_uri: home,
        scope: 'openid email projects:read',
        loadUserInfo: true,
      });
      const user = await manager[name]();
      if (!user) return undefined;
      const { profile, access_token, scope = '' } = user;
      return { sub: profile.sub, email: profile.email, access_token, scope };
    },
    { name: method, authority: server.issuer, home: `${origin}/` },
  );

it('the library completes discovery, code, user info, refresh, revocation and sign-out', async () => {
  const page = await newVisitor(await sharedBrowser(), [server.issuer, origin]);
  await page.goto(`${origin}/`);
  await call(page, 'signinRedirect').catch(() => undefined);
  await signInAt(page, server.person.email);
  await page.getByRole('button', { name: 'Allow' }).click();
  await page.waitForURL((url) => url.origin === origin && url.searchParams.has('code'));
  const first = await call(page, 'signinCallback');
  expect(first).toMatchObject({
    sub: server.person.id,
    email: server.person.email,
    scope: 'openid email projects:read',
  });
  const refreshed = await call(page, 'signinSilent');
  expect(refreshed?.access_token).not.toBe(first?.access_token);
  expect(refreshed?.sub).toBe(server.person.id);
  await call(page, 'revokeTokens');
  expect((await introspect(server, refreshed?.access_token as string)).body).toEqual({ active: false });
  await call(page, 'signoutRedirect').catch(() => undefined);
  await page.waitForURL((url) => url.origin === origin || url.pathname.startsWith('/oauth/logout'));

  const client = 'oidc-client-ts 3.5 in Chromium';
  seen(
    { scenario: 'Discovery by OpenID metadata', specification: 'OpenID Connect Discovery 1.0 §4', client },
    { scenario: 'Authorization code with PKCE', specification: 'RFC 6749 §4.1, RFC 7636 §4', client },
    { scenario: 'UserInfo', specification: 'OpenID Connect Core 1.0 §5.3', client },
    { scenario: 'Refresh', specification: 'RFC 6749 §6', client },
    { scenario: 'Revocation', specification: 'RFC 7009 §2', client },
  );
});
