/** Libraries of Node web apps, each with a secret and in its default way to send it. */
import { createHash, randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { Auth, type AuthConfig } from '@auth/core';
import express from 'express';
import Strategy from 'passport-oauth2';
import { AuthorizationCode } from 'simple-oauth2';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createClient } from '../../../src/operations/clients.ts';
import { conformance } from '../../support/conformance.ts';
import { decide, newPerson, signIn } from '../../support/person.ts';
import { redirectUri, secrets, startTestServer, type TestServer } from '../../support/server.ts';

const seen = conformance(import.meta.url);
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

/** The person signs in and allows; returns the address at which the app is called back. */
async function authorize(url: string): Promise<string> {
  const person = newPerson(server.issuer);
  const page = await signIn(person, await person.visit(url), server.person.email);
  const done = page.text.includes('name="decision"') ? await decide(person, page, 'allow') : page;
  return done.headers.get('location') as string;
}

it('simple-oauth2 completes code with PKCE, refresh and revocation by a secret in the header', async () => {
  const verifier = randomBytes(32).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const library = new AuthorizationCode({
    client: { id: 'web', secret: secrets.web as string },
    auth: {
      tokenHost: server.issuer,
      tokenPath: '/oauth/token',
      authorizePath: '/oauth/authorize',
      revokePath: '/oauth/revoke',
    },
  });
  const url = library.authorizeURL({
    redirect_uri: redirectUri,
    scope: 'projects:read',
    state: 'a state',
    code_challenge: challenge,
    code_challenge_method: 'S256',
  });
  const back = new URL(await authorize(url));
  const code = back.searchParams.get('code') as string;
  const token = await library.getToken({ code, redirect_uri: redirectUri, code_verifier: verifier });
  const refreshed = await token.refresh();
  expect(refreshed.token.access_token).not.toBe(token.token.access_token);
  // It expects JSON in every answer, although RFC 7009 §2.2 says that the body of this one means nothing.
  // Its types demand an option; its documentation does not.
  await refreshed.revokeAll({} as never);
  await expect(refreshed.refresh()).rejects.toMatchObject({ data: { payload: { error: 'invalid_grant' } } });
  const client = 'simple-oauth2 5.1.0, secret by Basic';
  seen(
    { scenario: 'Authorization code with PKCE', specification: 'RFC 6749 §4.1, RFC 7636 §4', client },
    { scenario: 'Refresh', specification: 'RFC 6749 §6', client },
    { scenario: 'Revocation', specification: 'RFC 7009 §2', client },
  );
});

it('passport-oauth2 in express completes code with PKCE by a secret in the body', async () => {
  const strategy = new Strategy(
    {
      authorizationURL: `${server.issuer}/oauth/authorize`,
      tokenURL: `${server.issuer}/oauth/token`,
      clientID: 'web',
      clientSecret: secrets.web as string,
      callbackURL: redirectUri,
      scope: ['projects:read'],
      pkce: true,
      state: true,
    },
    (access: string, refresh: string, _profile: unknown, done: (error: null, user: object) => void) =>
      done(null, { access, refresh }),
  );
  const app = express();
  const session = {};
  app.get('/callback', (request, response) => {
    // Passport gives a strategy these functions; the session is that of the one person here.
    const run = Object.assign(Object.create(strategy), {
      redirect: (url: string) => response.redirect(url),
      success: (user: object) => response.json(user),
      fail: (challenge: unknown) => response.status(401).json(challenge),
      error: (error: Error) => response.status(500).send(String(error)),
    });
    run.authenticate(Object.assign(request, { session }), {});
  });
  const listener = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => listener.once('listening', resolve));
  try {
    const here = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/callback`;
    const asked = await fetch(here, { redirect: 'manual' });
    const back = new URL(await authorize(asked.headers.get('location') as string));
    const answer = await fetch(here + back.search);
    const text = await answer.text();
    expect(answer.status, text).toBe(200);
    expect(JSON.parse(text)).toEqual({ access: expect.any(String), refresh: expect.any(String) });
  } finally {
    listener.close();
    listener.closeAllConnections();
  }
  seen({
    scenario: 'Authorization code with PKCE',
    specification: 'RFC 6749 §4.1, RFC 7636 §4',
    client: 'passport-oauth2 1.8.0 in express, secret in the body',
  });
});

it('@auth/core signs a person in by OpenID Connect', async () => {
  const origin = 'https://authjs.example';
  const { clientSecret } = await createClient(
    server.db,
    {
      client_id: 'authjs',
      client_name: 'Auth.js',
      type: 'web',
      redirect_uris: [`${origin}/auth/callback/vibecaas`],
    },
    { id: 'test' },
  );
  const config: AuthConfig = {
    secret: 'a secret of the app',
    trustHost: true,
    basePath: '/auth',
    providers: [
      {
        id: 'vibecaas',
        name: 'VibeCaaS',
        type: 'oidc',
        issuer: server.issuer,
        clientId: 'authjs',
        clientSecret: clientSecret as string,
      },
    ],
  };
  const jar = new Map<string, string>();
  const send = async (path: string, form?: Record<string, string>): Promise<Response> => {
    const headers = { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') };
    const body = form && { method: 'POST', body: new URLSearchParams(form) };
    const response = (await Auth(new Request(origin + path, { headers, ...body }), config)) as Response;
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';');
      jar.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    return response;
  };
  const { csrfToken } = (await (await send('/auth/csrf')).json()) as { csrfToken: string };
  const asked = await send('/auth/signin/vibecaas', { csrfToken });
  const back = new URL(await authorize(asked.headers.get('location') as string));
  await send(back.pathname + back.search);
  const { email } = server.person;
  expect(await (await send('/auth/session')).json()).toMatchObject({ user: { name: 'Test Person', email } });
  seen({
    scenario: 'Sign-in with an ID token and PKCE',
    specification: 'OpenID Connect Core 1.0 §3.1, RFC 7636 §4',
    client: '@auth/core 0.41.3',
  });
});
