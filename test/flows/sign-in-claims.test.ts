/**
 * How and when the person signed in, in ID tokens (OpenID Connect Core §2), access tokens (RFC 9068 §2.2.1) and introspection
 * (RFC 9470 §6.2): whatever way the request came, and after any number of refreshes.
 */
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createClient } from '../../src/operations/clients.ts';
import { addSecondStep, codeNow, signedInAs } from '../support/admin.ts';
import {
  authorizeUrl,
  callback,
  exchange,
  introspect,
  obtainTokens,
  post,
  refresh,
  type Tokens,
} from '../support/oauth.ts';
import { decide, newPerson, type Page, type Person, signIn } from '../support/person.ts';
import { addPerson, redirectUri, startTestServer, type TestServer } from '../support/server.ts';
import { ageSignIns, changeSessions } from '../support/sign-ins.ts';

const [one, two] = ['urn:vibecaas:acr:1', 'urn:vibecaas:acr:2'];
const scope = 'openid projects:read';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  await createClient(
    server.db,
    { client_id: 'own', client_name: 'Own', type: 'spa', redirect_uris: [redirectUri], first_party: true },
    { id: 'test' },
  );
});
afterAll(() => server.stop());

let email: string;
let id: string;
let made = 0;
beforeEach(async () => {
  made += 1;
  ({ id, email } = await addPerson(server.db, `claims-${made}@example.com`));
});

/** What the tokens say about the sign-in; `ago` is how long that was before they were issued. */
function said({ id_token, access_token }: Tokens) {
  const [identity, access] = [decodeJwt(id_token as string), decodeJwt(access_token)];
  expect(access.auth_time).toBe(identity.auth_time);
  const { acr, amr, auth_time: at } = identity;
  return { acr, amr, ago: (identity.iat as number) - (at as number), access: [access.acr, access.amr] };
}

/** Follows an authorization to its end: signs in and allows where it asks. */
async function connect(person: Person, page: Page, clientId = 'spa'): Promise<Tokens> {
  let at = page;
  if (at.text.includes('autocomplete="current-password"')) at = await signIn(person, at, email);
  if (at.text.includes('name="otp"'))
    at = await person.submit(at, '/second-step', { otp: await codeNow(server, email) });
  if (at.text.includes('name="decision"')) at = await decide(person, at, 'allow');
  const { status, body } = await exchange(server, callback(at).get('code') as string, clientId);
  expect(status, JSON.stringify(body)).toBe(200);
  return body as unknown as Tokens;
}

type Ask = (person: Person, clientId: string) => Promise<Page>;
const url = (clientId: string) => authorizeUrl(server, { scope, client_id: clientId });
const ways: [string, Ask][] = [
  ['by GET', (person, clientId) => person.visit(url(clientId))],
  [
    'by POST',
    (person, clientId) =>
      person.visit('/oauth/authorize', { method: 'POST', body: new URL(url(clientId)).searchParams }),
  ],
  [
    'pushed',
    async (person, client_id) => {
      const { body } = await post(
        server,
        '/oauth/par',
        Object.fromEntries(new URL(url(client_id)).searchParams),
        client_id,
      );
      return person.visit(
        `/oauth/authorize?${new URLSearchParams({ client_id, request_uri: body.request_uri as string })}`,
      );
    },
  ],
];

describe.each(ways)('a request %s', (_way, ask) => {
  it.each(['spa', 'web', 'own'])('by the app %s gets tokens that say how its person signed in', async (clientId) => {
    const person = newPerson(server.issuer);
    const fresh = said(await connect(person, await ask(person, clientId), clientId));
    expect(fresh).toMatchObject({ acr: one, amr: ['pwd'], access: [one, ['pwd']] });
    expect(fresh.ago).toBeLessThan(600);
  });

  it.each(['spa', 'own'])('by the app %s gets those of a second step too', async (clientId) => {
    await addSecondStep(server, id);
    const person = newPerson(server.issuer);
    expect(said(await connect(person, await ask(person, clientId), clientId))).toMatchObject({
      acr: two,
      amr: ['pwd', 'otp', 'mfa'],
      access: [two, ['pwd', 'otp', 'mfa']],
    });
  });
});

it('a sign-in on our own pages is told to apps like any other', async () => {
  await addSecondStep(server, id);
  const person = await signedInAs(server, email);
  expect(said(await connect(person, await person.visit(url('spa'))))).toMatchObject({
    acr: two,
    amr: ['pwd', 'otp', 'mfa'],
  });
});

describe('auth_time', () => {
  it('is when the person was verified, not when they decided', async () => {
    const person = newPerson(server.issuer);
    const consent = await signIn(person, await person.visit(url('spa')), email);
    await ageSignIns(server, 5_000);
    const { ago } = said(await connect(person, await decide(person, consent, 'allow')));
    expect(ago).toBeGreaterThanOrEqual(5_000);
    expect(ago).toBeLessThan(6_000);
  });

  it('stays that of the session for further authorizations, and moves with a new sign-in', async () => {
    const person = await signedInAs(server, email);
    await ageSignIns(server, 5_000);
    expect(said(await connect(person, await person.visit(url('spa')))).ago).toBeGreaterThanOrEqual(5_000);
    const again = await connect(person, await person.visit(authorizeUrl(server, { scope, prompt: 'login' })));
    expect(said(again).ago).toBeLessThan(600);
  });

  it('and acr stay those of the authorization through refreshes, whatever the session did since', async () => {
    const person = await signedInAs(server, email);
    await ageSignIns(server, 5_000);
    const first = await connect(person, await person.visit(url('spa')));
    await connect(person, await person.visit(authorizeUrl(server, { scope, prompt: 'login' })));
    const claims = decodeJwt(first.access_token);
    let { refresh_token: token } = first;
    for (let round = 0; round < 2; round += 1) {
      const { body } = await refresh(server, token as string);
      const now = decodeJwt(body.access_token as string);
      expect([now.acr, now.auth_time]).toEqual([one, claims.auth_time]);
      const identity = decodeJwt(body.id_token as string);
      expect([identity.acr, identity.amr, identity.auth_time]).toEqual([one, ['pwd'], claims.auth_time]);
      token = body.refresh_token as string;
    }
  });

  it('and acr are told to a gateway that introspects', async () => {
    const { access_token: token } = await obtainTokens(server);
    const { acr, auth_time } = decodeJwt(token);
    expect([acr, auth_time]).toEqual([one, expect.any(Number)]);
    expect((await introspect(server, token)).body).toMatchObject({ active: true, acr, auth_time });
  });
});

describe('no sign-in is claimed', () => {
  it('by a client that acts for itself', async () => {
    const form = { grant_type: 'client_credentials', scope: 'projects:read' };
    const { body } = await post(server, '/oauth/token', form, 'service');
    const claims = decodeJwt(body.access_token as string);
    expect([claims.acr, claims.auth_time]).toEqual([undefined, undefined]);
  });

  it('by a family from before families knew it', async () => {
    const { refresh_token: token } = await obtainTokens(server, { scope });
    await server.db.pgPool.query(`UPDATE grants SET refresh_payload = refresh_payload - 'acr' - 'amr' - 'authTime'`);
    const { body } = await refresh(server, token as string);
    for (const kind of ['access_token', 'id_token']) {
      const { acr, amr, auth_time } = decodeJwt(body[kind] as string);
      expect([acr, amr, auth_time], kind).toEqual([undefined, undefined, undefined]);
    }
  });

  it('by a session from before sessions knew it, but for the methods that it knows', async () => {
    const person = await signedInAs(server, email);
    await changeSessions(server, (session) => {
      session.acr = undefined;
    });
    const { acr, amr } = decodeJwt((await connect(person, await person.visit(url('spa')))).id_token as string);
    expect([acr, amr]).toEqual([undefined, ['pwd']]);
  });

  it('because an app says so', async () => {
    const person = newPerson(server.issuer);
    const page = await person.visit(authorizeUrl(server, { scope, acr: two, amr: 'otp', auth_time: '9999999999' }));
    let at = await signIn(person, page, email);
    at = await decide(person, at, 'allow');
    const lies = { acr: two as string, auth_time: '9999999999' };
    const { body } = await exchange(server, callback(at).get('code') as string, 'spa', lies);
    expect(said(body as unknown as Tokens)).toMatchObject({ acr: one, amr: ['pwd'], access: [one, ['pwd']] });
    expect(said(body as unknown as Tokens).ago).toBeGreaterThanOrEqual(0);
  });
});

it('the metadata names the levels, weakest first, and the claims', async () => {
  const metadata = await (await fetch(`${server.issuer}/.well-known/openid-configuration`)).json();
  expect(metadata.acr_values_supported).toEqual([one, two]);
  expect(metadata.claims_supported).toEqual(expect.arrayContaining(['acr', 'amr', 'auth_time']));
});
