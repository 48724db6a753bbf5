/** Other origins: who may read what (CORS), and answers that leave by a form of their own (response_mode=form_post). */
import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient } from '../../src/operations/clients.ts';
import { sharedBrowser } from '../support/browser.ts';
import { authorizeUrl, basic, exchange, obtainCode, verifier } from '../support/oauth.ts';
import { addPerson, redirectUri, secrets, startTestServer, type TestServer } from '../support/server.ts';
import { headline, newVisitor, signInAt } from '../support/visitor.ts';
import { expectInnocent, itAnswers, type Row, tooLarge } from './table.ts';
import { type Answer, send } from './wire.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const allowed = (origin: string | null) => ({
  also: ({ headers }: Answer) => {
    expect(headers.get('access-control-allow-origin')).toBe(origin);
    expect(headers.get('access-control-allow-credentials')).toBeNull();
  },
});
const spa = { grant_type: 'refresh_token', refresh_token: 'x', client_id: 'spa' };
const preflight = (path: string, origin: string) => ({
  path,
  method: 'OPTIONS',
  headers: { Origin: origin, 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'dpop' },
});
const home = 'https://app.example';
const sentByApps = 'authorization,content-type,dpop';
const listed = (headers: Headers, name: string) =>
  headers
    .get(`access-control-${name}`)
    ?.split(/, ?/)
    .map((one) => (name === 'allow-methods' ? one : one.toLowerCase()))
    .sort();

describe('CORS', () => {
  itAnswers(() => server, [
    {
      name: 'a browser app from its own origin',
      send: { path: '/oauth/token', body: spa, headers: { Origin: home } },
      status: 400,
      error: 'invalid_grant',
      ...allowed(home),
    },
    {
      name: 'a browser app that sends too much',
      send: { path: '/oauth/token', body: { ...spa, scope: 'a'.repeat(57 * 1024) }, headers: { Origin: home } },
      ...tooLarge,
      ...allowed(home),
    },
    {
      name: 'a browser app from another origin',
      send: { path: '/oauth/token', body: spa, headers: { Origin: 'https://evil.example' } },
      status: 400,
      error: 'invalid_request',
      ...allowed(null),
    },
    {
      name: 'its origin with a port',
      send: { path: '/oauth/token', body: spa, headers: { Origin: `${home}:8443` } },
      status: 400,
      error: 'invalid_request',
      ...allowed(null),
    },
    {
      name: 'its origin by http',
      send: { path: '/oauth/token', body: spa, headers: { Origin: 'http://app.example' } },
      status: 400,
      error: 'invalid_request',
      ...allowed(null),
    },
    {
      name: 'its origin within another',
      send: { path: '/oauth/token', body: spa, headers: { Origin: `${home}.evil.example` } },
      status: 400,
      error: 'invalid_request',
      ...allowed(null),
    },
    {
      name: 'null',
      send: { path: '/oauth/token', body: spa, headers: { Origin: 'null' } },
      status: 400,
      error: 'invalid_request',
      ...allowed(null),
    },
    {
      name: 'null at revocation',
      send: { path: '/oauth/revoke', body: { token: 'x', client_id: 'spa' }, headers: { Origin: 'null' } },
      status: 400,
      error: 'invalid_request',
      ...allowed(null),
    },
    {
      name: 'null at PAR',
      send: { path: '/oauth/par', body: { client_id: 'spa' }, headers: { Origin: 'null' } },
      status: 400,
      error: 'invalid_request',
      ...allowed(null),
    },
    {
      name: 'a confidential client from its own origin',
      send: () => ({
        path: '/oauth/token',
        body: { grant_type: 'refresh_token', refresh_token: 'x' },
        headers: { Origin: home, Authorization: basic('web', secrets.web as string) },
      }),
      status: 400,
      error: 'invalid_request',
      ...allowed(null),
    },
    {
      name: 'introspection by a browser',
      send: () => ({
        path: '/oauth/introspect',
        body: 'token=x',
        headers: { Origin: home, Authorization: basic('gateway', secrets.gateway as string) },
      }),
      status: 400,
      error: 'invalid_request',
      ...allowed(null),
    },
    {
      name: 'revocation by a browser app',
      send: { path: '/oauth/revoke', body: { token: 'x', client_id: 'spa' }, headers: { Origin: home } },
      status: 200,
      ...allowed(home),
    },
    { name: 'asking first', send: preflight('/oauth/token', home), status: 204, ...allowed(home) },
    {
      name: 'asking for the authorization page',
      send: preflight('/oauth/authorize', home),
      status: 204,
      ...allowed(null),
    },
    {
      name: 'asking for sign-in',
      send: preflight('/sign-in', home),
      status: 204,
      ...allowed(null),
    },
    {
      name: 'asking for the account',
      send: preflight('/account/apps/disconnect', home),
      status: 204,
      ...allowed(null),
    },
    {
      name: 'a page from another origin',
      send: { path: '/sign-in', headers: { Origin: home, Accept: 'text/html' } },
      status: 200,
      ...allowed(null),
    },
    {
      name: 'metadata from anywhere',
      send: { path: '/.well-known/openid-configuration', headers: { Origin: 'https://anywhere.example' } },
      status: 200,
      ...allowed('*'),
    },
  ] satisfies Row[]);

  it.each([
    ['/oauth/token', 'POST'],
    ['/oauth/revoke', 'POST'],
    ['/oauth/par', 'POST'],
    ['/oauth/userinfo', 'GET'],
    ['/oauth/userinfo', 'POST'],
  ])('a preflight allows a script all it needs to send to %s by %s', async (path, method) => {
    const asks = { 'Access-Control-Request-Method': method, 'Access-Control-Request-Headers': sentByApps };
    const { status, headers } = await send(server.issuer, {
      path,
      method: 'OPTIONS',
      headers: { Origin: home, ...asks },
    });
    expect(status).toBe(204);
    expect(listed(headers, 'allow-headers')).toEqual(sentByApps.split(','));
    expect(listed(headers, 'allow-methods')).toContain(method);
    expect(headers.get('access-control-allow-origin')).toBe(home);
    expect(Number(headers.get('access-control-max-age'))).toBeGreaterThanOrEqual(600);
  });

  it.each([
    ['/oauth/token', spa],
    ['/oauth/revoke', { token: 'x', client_id: 'spa' }],
    ['/oauth/par', { client_id: 'spa' }],
    ['/oauth/userinfo', {}],
  ])('a script can read the challenge, nonce, waiting time and request id of an answer of %s', async (path, body) => {
    const { headers } = await send(server.issuer, { path, body, headers: { Origin: home } });
    expect(listed(headers, 'expose-headers')).toEqual([
      'dpop-nonce',
      'retry-after',
      'www-authenticate',
      'x-request-id',
    ]);
  });

  it('lets no script read pages', async () => {
    const { headers } = await send(server.issuer, { path: '/sign-in', headers: { Origin: home } });
    expect(headers.get('access-control-expose-headers')).toBeNull();
  });

  it('gives a browser app its tokens at its own origin only', async () => {
    const code = await obtainCode(server);
    const body = {
      grant_type: 'authorization_code',
      client_id: 'spa',
      code,
      redirect_uri: redirectUri,
      code_verifier: verifier,
    };
    const evil = await send(server.issuer, { path: '/oauth/token', body, headers: { Origin: 'https://evil.example' } });
    expect(evil.status).toBe(400);
    expect((await exchange(server, code)).status).toBe(200);
  });
});

describe('form_post', () => {
  let browser: Browser;
  let app: Server;
  let received: (form: URLSearchParams) => void;
  /** The `Origin` of the form that the app received. */
  let origin: string | undefined;
  let callback: string;
  let clientId: string;
  beforeAll(async () => {
    browser = await sharedBrowser();
    app = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      if (request.method === 'POST') origin = request.headers.origin;
      if (request.method === 'POST') received(new URLSearchParams(Buffer.concat(chunks).toString()));
      response.end('thank you');
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => app.once('listening', resolve));
    callback = `http://127.0.0.1:${(app.address() as AddressInfo).port}/callback`;
    const input = { client_name: 'Poster', type: 'spa', redirect_uris: [callback] } as const;
    clientId = (await createClient(server.db, input, { id: 'test' })).client.client_id;
  });
  afterAll(async () => {
    app.close();
  });
  const form = () => new Promise<URLSearchParams>((resolve) => (received = resolve));
  const url = (params: Record<string, string> = {}) =>
    authorizeUrl(server, { client_id: clientId, redirect_uri: callback, response_mode: 'form_post', ...params });

  it.each([
    ['by itself', true],
    ['by its button where no script runs', false],
  ])('arrives under our content security policy, in a real browser, %s', async (_how, javaScriptEnabled) => {
    const page = await newVisitor(browser, [server.issuer, new URL(callback).origin], { javaScriptEnabled });
    const arrived = form();
    const person = await addPerson(server.db, `${crypto.randomUUID()}@example.com`);
    await page.goto(url());
    await signInAt(page, person.email);
    await page.locator('button[name=decision][value=allow]').click();
    if (!javaScriptEnabled) {
      expect(await headline(page)).toBe('Back to “Poster”');
      await page.getByRole('button', { name: 'Continue' }).click();
    }
    const answer = await arrived;
    expect([answer.get('state'), answer.get('iss'), answer.has('code')]).toEqual(['a-state', server.issuer, true]);
    // Many frameworks take `null` for a forged form.
    expect(origin).toBe(server.issuer);
  });

  it('carries errors too, with their markup as text', async () => {
    const page = await (await browser.newContext()).newPage();
    const arrived = form();
    const state = `"><script>document.title='x'</script>`;
    await page.goto(url({ prompt: 'none', state }));
    const answer = await arrived;
    expect([answer.get('error'), answer.get('state')]).toEqual(['login_required', state]);
    await page.context().close();
  });

  it('uses a page of ours that allows its own script by hash and no other', async () => {
    const state = `"><script>alert(1)</script>`;
    const { pathname, search } = new URL(url({ prompt: 'none', state }));
    const answer = await send(server.issuer, { path: pathname + search, headers: { Accept: 'text/html' } });
    expectInnocent(answer, { referrer: 'strict-origin' });
    const { headers, text } = answer;
    const [, script = ''] = /<script>(.*)<\/script>/.exec(text) ?? [];
    const hash = createHash('sha256').update(script).digest('base64');
    expect(headers.get('content-security-policy')).toContain(`script-src 'sha256-${hash}';`);
    expect(text.match(/<script/g)).toHaveLength(1);
    expect(text).toContain('value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"');
    expect(text).toContain('href="/assets/style.css"');
  });
});
