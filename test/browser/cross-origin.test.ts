/**
 * What the script of an app in a browser can send and read from its own origin, as browsers implement Fetch and CORS.
 */
import type { Page } from 'playwright-core';
import { afterAll, expect, it } from 'vitest';
import { startTestGateway, startUpstream } from '../gateway/running-gateway.ts';
import { forgeOf } from '../gateway/tokens.ts';
import { startApp } from '../support/app.ts';
import { browserSuite } from '../support/browser-suite.ts';
import { verifier } from '../support/oauth.ts';
import { addPerson } from '../support/server.ts';
import { signInAt } from '../support/visitor.ts';

const { app, browser, server, open } = await browserSuite();
const other = await startApp(server, 'other-notes');
afterAll(() => other.stop());

it('a script gets tokens with DPoP, repeats requests with a nonce, asks UserInfo and revokes the tokens', async () => {
  const { page, code } = await withCode();
  const form = { client_id: 'notes', grant_type: 'authorization_code', code, code_verifier: verifier };
  const redeem = { ...form, redirect_uri: `${app.origin}/callback` };

  const late = await ask(page, '/oauth/token', { form: redeem, proof: { ageSeconds: 3600 } });
  expect([late.status, late.body.error]).toEqual([400, 'use_dpop_nonce']);
  const nonce = late.nonce as string;
  expect(nonce).toMatch(/^[\w-]{43}$/);
  const tokens = await ask(page, '/oauth/token', { form: redeem, proof: { ageSeconds: 3600, nonce } });
  expect([tokens.status, tokens.body.token_type]).toEqual([200, 'DPoP']);

  const token = tokens.body.access_token as string;
  const person = { token, proof: { token } };
  for (const form of [undefined, {}]) {
    const info = await ask(page, '/oauth/userinfo', form ? { ...person, form } : person);
    expect([info.status, info.body.sub, info.id]).toEqual([200, expect.stringMatching(/^acc_/), expect.any(String)]);
  }
  const bare = await ask(page, '/oauth/userinfo', { token });
  expect([bare.status, bare.challenge]).toEqual([401, expect.stringMatching(/^DPoP .*error="invalid_dpop_proof"/)]);

  const revoked = { form: { client_id: 'notes', token: tokens.body.refresh_token as string }, proof: {} };
  expect((await ask(page, '/oauth/revoke', revoked)).status).toBe(200);
  const over = await ask(page, '/oauth/userinfo', person);
  expect([over.status, over.challenge]).toEqual([401, expect.stringContaining('error="invalid_token"')]);
});

it('a script pushes its request with DPoP, and reads the request id of a refusal', async () => {
  const page = await open();
  await page.goto(app.origin);
  const params = Object.fromEntries(new URL(app.ask()).searchParams);
  const pushed = await ask(page, '/oauth/par', { form: params, proof: {} });
  expect([pushed.status, pushed.body.request_uri]).toEqual([201, expect.stringMatching(/^urn:/)]);
  const refused = await ask(page, '/oauth/par', {
    form: { ...params, redirect_uri: 'https://evil.example' },
    proof: {},
  });
  expect([refused.status, refused.id]).toEqual([400, expect.stringMatching(/^req_/)]);
});

it('the same script at another origin reads no answer and uses up no code', async () => {
  const { page, code } = await withCode();
  const form = { client_id: 'notes', grant_type: 'authorization_code', code, code_verifier: verifier };
  const redeem = { form: { ...form, redirect_uri: `${app.origin}/callback` } };
  // The browser reports on its console that it kept an answer from the script, and a visitor would fail the test for
  // that.
  const stranger = await browser.newPage();
  await stranger.goto(other.origin);
  await expect(ask(stranger, '/oauth/token', redeem)).rejects.toThrow('Failed to fetch');
  await stranger.close();
  expect((await ask(page, '/oauth/token', redeem)).status).toBe(200);
});

it('a script sends If-Match and reads ETag through the gateway, so that it overwrites nobody else’s change', async () => {
  const upstream = await startUpstream((request, response) => {
    const isCurrent = request.headers['if-match'] === '"one"';
    response.writeHead(isCurrent ? 200 : 412, { ETag: isCurrent ? '"two"' : '"one"' }).end();
  });
  const gateway = await startTestGateway(server, { UPSTREAM_URL: upstream.url });
  const page = await browser.newPage();
  try {
    const token = await (await forgeOf(server)).token({ scope: 'projects:write' });
    await page.goto(app.origin);
    const url = `${gateway.origin}/v1/projects/p1`;
    expect(new URL(page.url()).origin).not.toBe(gateway.origin);
    const change = (ifMatch: string) =>
      page.evaluate(
        async ({ url, token, ifMatch }) => {
          const headers = { Authorization: `Bearer ${token}`, 'If-Match': ifMatch };
          const answer = await fetch(url, { method: 'DELETE', headers });
          return [answer.status, answer.headers.get('ETag'), answer.headers.get('X-Request-Id')];
        },
        { url, token, ifMatch },
      );
    expect(await change('"old"')).toEqual([412, '"one"', expect.stringMatching(/^req_/)]);
    expect(await change('"one"')).toEqual([200, '"two"', expect.stringMatching(/^req_/)]);
    // The page also reads the metadata of the token endpoint, with a header of its own.
    const metadata = await page.evaluate(
      async (at) => (await (await fetch(at, { headers: { 'MCP-Protocol-Version': '2025-06-18' } })).json()) as unknown,
      `${gateway.origin}/.well-known/oauth-protected-resource`,
    );
    expect(metadata).toMatchObject({ authorization_servers: [server.issuer] });
  } finally {
    await page.close();
    await gateway.stop();
    upstream.stop();
  }
});

/** A page of the app that has just received a code. */
async function withCode(): Promise<{ page: Page; code: string }> {
  const page = await open();
  const { email } = await addPerson(server.db, `${crypto.randomUUID()}@example.com`);
  await page.goto(app.ask({ scope: 'openid projects:read' }));
  await signInAt(page, email);
  await page.getByRole('button', { name: 'Allow' }).click();
  await page.getByRole('heading', { name: 'Back at Demo Notes' }).waitFor();
  return { page, code: app.answers.at(-1)?.get('code') as string };
}

interface Ask {
  form?: Record<string, string>;
  token?: string;
  /** A DPoP proof (RFC 9449 §4.2) by the key that this page keeps. */
  proof?: { ageSeconds?: number; nonce?: string; token?: string };
}

interface Read {
  status: number;
  body: Record<string, unknown>;
  nonce: string | null;
  challenge: string | null;
  id: string | null;
}

/** Sends a request from a script of the page; returns what the browser lets that script read of the answer. */
function ask(page: Page, path: string, sent: Ask): Promise<Read> {
  return page.evaluate(
    async ({ url, form, token, proof }): Promise<Read> => {
      const bytes = (text: string) => new TextEncoder().encode(text);
      const base64url = (data: ArrayBuffer | Uint8Array) =>
        btoa(String.fromCharCode(...new Uint8Array(data as ArrayBuffer)))
          .replaceAll('+', '-')
          .replaceAll('/', '_')
          .replaceAll('=', '');
      const method = form ? 'POST' : 'GET';
      const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
      const proofOf = async ({ ageSeconds = 0, nonce, token }: NonNullable<Ask['proof']>) => {
        const kept = window as unknown as { key?: CryptoKeyPair };
        kept.key ??= await crypto.subtle.generateKey(algorithm, false, ['sign']);
        const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', kept.key.publicKey);
        const ath = token && base64url(await crypto.subtle.digest('SHA-256', bytes(token)));
        const iat = Math.floor(Date.now() / 1000) - ageSeconds;
        const claims = { jti: crypto.randomUUID(), htm: method, htu: url, iat, ath, nonce };
        const parts = [{ alg: 'ES256', typ: 'dpop+jwt', jwk: { kty, crv, x, y } }, claims];
        const said = parts.map((part) => base64url(bytes(JSON.stringify(part)))).join('.');
        return `${said}.${base64url(await crypto.subtle.sign(algorithm, kept.key.privateKey, bytes(said)))}`;
      };
      const answer = await fetch(url, {
        method,
        headers: {
          ...(token && { Authorization: `DPoP ${token}` }),
          ...(proof && { DPoP: await proofOf(proof) }),
        },
        ...(form && { body: new URLSearchParams(form) }),
      });
      const text = await answer.text();
      return {
        status: answer.status,
        body: text ? JSON.parse(text) : {},
        nonce: answer.headers.get('DPoP-Nonce'),
        challenge: answer.headers.get('WWW-Authenticate'),
        id: answer.headers.get('X-Request-Id'),
      };
    },
    { url: server.issuer + path, ...sent },
  );
}
