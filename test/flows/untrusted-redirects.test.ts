/** Errors of authorization requests of apps that anybody can register (RFC 9700 §4.11.2). */
import { decodeJwt, exportJWK, generateKeyPair } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyClient } from '../../src/operations/client-review.ts';
import { updateClient } from '../../src/operations/clients.ts';
import { type DocumentHost, startDocumentHost } from '../support/document-host.ts';
import { eventually } from '../support/eventually.ts';
import { authorizeUrl, callback, obtainCode, post } from '../support/oauth.ts';
import { decide, formOf, newPerson, type Page, signIn } from '../support/person.ts';
import { registered } from '../support/registering.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

const elsewhere = 'https://elsewhere.example/landing';
const key = await exportJWK((await generateKeyPair('ES256')).publicKey);
let server: TestServer;
let host: DocumentHost;

beforeAll(async () => {
  host = await startDocumentHost();
  server = await startTestServer({ outbound: host.outbound });
});
afterAll(async () => {
  await server.stop();
  await host.stop();
});

let apps = 0;
/** A client of its own: equal ones would be one. */
const appWith = async (redirectUri: string, more: object = {}): Promise<string> => {
  apps += 1;
  const name = { client_name: `Elsewhere ${apps}` };
  const about = { redirect_uris: [redirectUri], token_endpoint_auth_method: 'none', ...name, ...more };
  return (await registered(server, about)).client_id;
};
const ask = (clientId: string, more: Record<string, string | undefined>, person = newPerson(server.issuer)) =>
  person.request(authorizeUrl(server, { client_id: clientId, redirect_uri: elsewhere, ...more }));

/** The address of the button that goes on. */
function wayOn(page: Page): URL {
  expect(page.status).toBe(400);
  expect(page.headers.get('location')).toBeNull();
  expect(page.text).toContain('Go on to elsewhere.example');
  const href = /<a class="btn" href="(https:[^"]+)"/.exec(page.text)?.[1];
  if (href === undefined) throw new Error(`no button on ${page.text}`);
  return new URL(href.replaceAll('&amp;', '&'));
}

const wrong: [name: string, parameters: Record<string, string | undefined>, error: string][] = [
  ['no page', { prompt: 'none' }, 'login_required'],
  ['an unknown scope', { scope: 'nonsense' }, 'invalid_scope'],
  ['another response type', { response_type: 'token' }, 'unsupported_response_type'],
  ['no challenge', { code_challenge: undefined }, 'invalid_request'],
  ['a negative age', { max_age: '-1' }, 'invalid_request'],
  ['an unknown resource', { resource: 'https://nowhere.example' }, 'invalid_target'],
];

describe('an error before sign-in, for an app that nobody registered', () => {
  it.each(wrong)('waits for a button if it asks for %s', async (_, parameters, error) => {
    const way = wayOn(await ask(await appWith(elsewhere), parameters));
    const answer = new URLSearchParams(way.search || way.hash.slice(1));
    expect(`${way.origin}${way.pathname}`).toBe(elsewhere);
    expect(Object.fromEntries(answer)).toMatchObject({ error, state: 'a-state', iss: server.issuer });
  });

  it('waits if a document describes the app', async () => {
    const clientId = host.serve('elsewhere', { redirect_uris: [elsewhere] });
    expect(wayOn(await ask(clientId, { prompt: 'none' })).searchParams.get('error')).toBe('login_required');
  });

  it('waits if the request was pushed', async () => {
    const clientId = await appWith(elsewhere);
    const parameters = Object.fromEntries(new URL(authorizeUrl(server, { prompt: 'none' })).searchParams);
    const pushed = await post(
      server,
      '/oauth/par',
      { ...parameters, redirect_uri: elsewhere, client_id: clientId },
      '',
    );
    expect(pushed.status).toBe(201);
    const url = new URL('/oauth/authorize', server.issuer);
    url.search = `${new URLSearchParams({ client_id: clientId, request_uri: String(pushed.body.request_uri) })}`;
    expect(wayOn(await newPerson(server.issuer).request(url.href)).searchParams.get('error')).toBe('login_required');
  });

  it('is posted by a button, and by no script, with form_post', async () => {
    const page = await ask(await appWith(elsewhere), { response_mode: 'form_post', scope: 'nonsense' });
    expect(page.status).toBe(400);
    expect(page.text).not.toContain('<script');
    expect(page.headers.get('content-security-policy')).toContain("script-src 'none'");
    expect(page.headers.get('referrer-policy')).toBe('strict-origin');
    const { action, hidden } = formOf(page, '/landing');
    expect(action).toBe(elsewhere);
    expect(Object.fromEntries(hidden)).toMatchObject({ error: 'invalid_scope', state: 'a-state' });
  });

  it('waits as a signed answer too', async () => {
    const jwks = { keys: [{ kty: 'EC', crv: 'P-256', x: key.x, y: key.y, alg: 'ES256' }] };
    const more = { token_endpoint_auth_method: 'private_key_jwt', jwks };
    const clientId = await appWith(elsewhere, more);
    await updateClient(server.db, clientId, { profile: 'fapi2', assertion_audience: 'issuer' }, { id: 'test' });
    const way = wayOn(await ask(clientId, { response_mode: 'jwt' }));
    expect([...way.searchParams.keys()]).toEqual(['response']);
    const answer = decodeJwt(way.searchParams.get('response') ?? '');
    expect(answer).toMatchObject({ error: 'invalid_request', aud: clientId, iss: server.issuer });
  });

  it('names what was wrong for the developer, and the host for the person', async () => {
    const { text } = await ask(await appWith(elsewhere, { client_name: 'Elsewhere' }), { scope: 'nonsense' });
    expect(text).toContain('“Elsewhere” asked for something that it can’t have');
    expect(text).toContain('<code>invalid_scope</code>');
    expect(text).toContain('Go on only if you know elsewhere.example');
  });
});

describe('an error goes to the app at once', () => {
  it.each([
    ['a loopback address', 'http://127.0.0.1/callback', 'http://127.0.0.1:5173/callback'],
    ['a scheme of its own', 'cursor://anysphere.cursor/callback', 'cursor://anysphere.cursor/callback'],
  ])('to %s', async (_, registeredUri, uri) => {
    const clientId = await appWith(registeredUri, { application_type: 'native' });
    for (const parameters of [{ prompt: 'none' }, { scope: 'nonsense' }]) {
      const page = await ask(clientId, { ...parameters, redirect_uri: uri });
      expect(page.status).toBe(303);
      expect(page.headers.get('location')).toMatch(uri);
    }
  });

  it('if the app is verified', async () => {
    const clientId = await appWith(elsewhere);
    await verifyClient(server.db, clientId, { id: 'test' }, 'Tried');
    expect(callback(await ask(clientId, { prompt: 'none' })).get('error')).toBe('login_required');
  });

  it('if a person registered it', async () => {
    const page = await newPerson(server.issuer).request(authorizeUrl(server, { scope: 'nonsense' }));
    expect(callback(page).get('error')).toBe('invalid_scope');
  });

  it('if the person who is signed in has allowed the app, and not if somebody else has', async () => {
    const clientId = await appWith(elsewhere);
    const person = newPerson(server.issuer);
    await obtainCode(server, { client_id: clientId, redirect_uri: elsewhere }, person);
    const other = await appWith(elsewhere);
    expect(wayOn(await ask(other, { prompt: 'none' }, person)).searchParams.get('error')).toBe('consent_required');
    wayOn(await ask(other, { scope: 'nonsense' }, person));
    wayOn(await ask(clientId, { prompt: 'none' }));
    for (const [parameters, error] of [
      [{ scope: 'nonsense' }, 'invalid_scope'],
      [{ prompt: 'none', scope: 'projects:read analytics:read' }, 'consent_required'],
    ] as const) {
      expect(callback(await ask(clientId, parameters, person)).get('error')).toBe(error);
    }
    expect(callback(await ask(clientId, { prompt: 'none' }, person)).get('code')).toBeTruthy();
  });

  it('if the person has answered a page', async () => {
    const person = newPerson(server.issuer);
    const clientId = await appWith(elsewhere);
    const page = await person.visit(authorizeUrl(server, { client_id: clientId, redirect_uri: elsewhere }));
    const denied = await decide(person, await signIn(person, page, server.person.email), 'deny');
    expect(callback(denied).get('error')).toBe('access_denied');
  });

  it('but not to an address that the document of the app did not have when the person allowed it', async () => {
    const person = newPerson(server.issuer);
    const clientId = host.serve('moved', { redirect_uris: [elsewhere] });
    await obtainCode(server, { client_id: clientId, redirect_uri: elsewhere }, person);
    const added = 'https://elsewhere.example/added';
    host.serve('moved', { redirect_uris: [elsewhere, added] });
    await server.db.pgPool.query('UPDATE client_documents SET fresh_until = now() WHERE client_id = $1', [clientId]);
    await server.db.notify('clients', clientId);
    const wrongAt = (uri: string) => ask(clientId, { scope: 'nonsense', redirect_uri: uri }, person);
    await eventually(async () => (await wrongAt(added)).text).toContain('Go on to elsewhere.example');
    expect(callback(await wrongAt(elsewhere)).get('error')).toBe('invalid_scope');
  });
});

describe('signing out where nobody is signed in', () => {
  const signOut = (clientId: string, uri: string) =>
    newPerson(server.issuer).request(
      `/oauth/logout?${new URLSearchParams({ client_id: clientId, post_logout_redirect_uri: uri })}`,
    );

  it('does not lead to an address that anybody can register', async () => {
    const clientId = await appWith(elsewhere, { post_logout_redirect_uris: [elsewhere] });
    expect((await signOut(clientId, elsewhere)).headers.get('location')).toBe('/oauth/logout/success');
    await verifyClient(server.db, clientId, { id: 'test' }, 'Tried');
    // The server hears of it a moment later.
    await eventually(async () => (await signOut(clientId, elsewhere)).headers.get('location')).toBe(elsewhere);
  });
});
