/**
 * ID tokens that apps send back as a hint, at sign-out and at authorization, stay valid for as long as the sessions
 * that they name: beyond their own expiry, a rotation of the keys and the withdrawal of the key that signed them.
 */
import { createPrivateKey } from 'node:crypto';
import { decodeProtectedHeader, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient, updateClient } from '../../src/operations/clients.ts';
import {
  loadOrCreateKeyRing,
  purgeRetiredKeys,
  rotateSigningKeys,
  type SigningKey,
} from '../../src/operations/signing-keys.ts';
import { sealer } from '../gateway/tokens.ts';
import { eventually } from '../support/eventually.ts';
import { authorizeUrl, callback, obtainTokens } from '../support/oauth.ts';
import { newPerson, type Page, type Person, signIn } from '../support/person.ts';
import { rowsOf } from '../support/rows.ts';
import { redirectUri, startTestServer, type TestServer } from '../support/server.ts';

let server: TestServer;
const actor = { id: 'test' };
const afterwards = 'https://app.example/bye';
const person = () => newPerson(server.issuer);
beforeAll(async () => {
  server = await startTestServer();
  for (const alg of ['ES256', 'RS256']) {
    await createClient(
      server.db,
      {
        client_id: alg,
        client_name: alg,
        type: 'spa',
        redirect_uris: [redirectUri],
        post_logout_redirect_uris: [afterwards],
        id_token_signed_response_alg: alg,
      },
      actor,
    );
  }
});
afterAll(() => server.stop());

const later = (interval: string) =>
  server.db.pgPool.query(`UPDATE signing_keys SET retired_at = retired_at - interval '${interval}'`);
const publishedKids = async (node: TestServer) =>
  ((await (await fetch(`${node.issuer}/oauth/jwks`)).json()) as { keys: { kid: string }[] }).keys.map(({ kid }) => kid);
const kidOf = (token: string) => decodeProtectedHeader(token).kid as string;

function signOut(who: Person, hint: string): Promise<Page> {
  const query = new URLSearchParams({ id_token_hint: hint, post_logout_redirect_uri: afterwards, state: 's' });
  return who.visit(`/oauth/logout?${query}`);
}

/** Asks as an app does to find out whether its person is still signed in. */
async function silently(who: Person, client: string, hint: string): Promise<URLSearchParams> {
  const params = { client_id: client, scope: 'openid', prompt: 'none', id_token_hint: hint };
  return callback(await who.visit(authorizeUrl(server, params)));
}

async function connected(client: string): Promise<{ who: Person; hint: string }> {
  const who = person();
  const { id_token: hint } = await obtainTokens(server, { client_id: client, scope: 'openid' }, who);
  return { who, hint: hint as string };
}

describe.each(['ES256', 'RS256'])('a hint signed by %s', (client) => {
  it('stays valid when its key was rotated and withdrawn, and the key keeps no private part', async () => {
    const { who, hint } = await connected(client);
    await later('10 minutes');
    const { current } = await rotateSigningKeys(server.db, sealer, actor);
    await later('62 minutes');
    await purgeRetiredKeys(server.db);
    await eventually(() => publishedKids(server)).not.toContain(kidOf(hint));
    await eventually(() => publishedKids(server)).toContain(current);
    const [row] = await rowsOf(server.db, `SELECT private_jwk FROM signing_keys WHERE kid = '${kidOf(hint)}'`);
    expect(row).toEqual({ private_jwk: null });

    expect((await silently(who, client, hint)).get('code')).toBeTruthy();
    const page = await signOut(who, hint);
    expect([page.status, page.text.includes('Sign out of VibeCaaS?')]).toEqual([200, true]);
    const back = await who.submit(page, '/logout/confirm', { logout: 'yes' });
    expect(back.headers.get('location')).toBe(`${afterwards}?state=s`);
  });

  it('is accepted by a node that starts later', async () => {
    const { hint } = await connected(client);
    await later('10 minutes');
    await rotateSigningKeys(server.db, sealer, actor);
    await later('62 minutes');
    await purgeRetiredKeys(server.db);
    const node = await startTestServer({ beside: server, env: { ISSUER: server.issuer } });
    try {
      const query = new URLSearchParams({ id_token_hint: hint, post_logout_redirect_uri: afterwards });
      const answer = await fetch(`${node.issuer}/oauth/logout?${query}`, { redirect: 'manual' });
      expect([answer.status, answer.headers.get('location')]).toEqual([303, afterwards]);
    } finally {
      await node.stop();
    }
  });

  it('expires when no session can be that old', async () => {
    const { hint } = await connected(client);
    await later('10 minutes');
    await rotateSigningKeys(server.db, sealer, actor);
    const kids = () => rowsOf(server.db, `SELECT kid FROM signing_keys WHERE kid = '${kidOf(hint)}'`);
    await later('13 days 23 hours');
    await purgeRetiredKeys(server.db);
    expect(await kids()).toHaveLength(1);
    await later('3 hours');
    await purgeRetiredKeys(server.db);
    expect(await kids()).toEqual([]);
    await eventually(async () => (await signOut(person(), hint)).status).toBe(400);
  });
});

describe('a hint', () => {
  /** An ID token with these claims, signed by us. */
  async function made(claims: object, header: object = {}, alg = 'ES256'): Promise<string> {
    const { published } = await loadOrCreateKeyRing(server.db, sealer);
    const key = published.find((one) => one.alg === alg && one.state === 'current') as SigningKey;
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT({ iss: server.issuer, aud: 'ES256', sub: server.person.id, iat: now, exp: now + 60, ...claims })
      .setProtectedHeader({ alg, kid: key.kid, ...header })
      .sign(createPrivateKey({ key: key.privateJwk as never, format: 'jwk' }));
  }

  it('that has expired is accepted: RP-Initiated Logout §2', async () => {
    const hint = await made({ iat: 1, exp: 2 });
    expect((await signOut(person(), hint)).headers.get('location')).toBe(`${afterwards}?state=s`);
  });

  it('by the algorithm that the client had before is accepted', async () => {
    const { who, hint } = await connected('RS256');
    await updateClient(server.db, 'RS256', { id_token_signed_response_alg: 'ES256' }, actor);
    try {
      await eventually(async () => {
        const tokens = await obtainTokens(server, { client_id: 'RS256', scope: 'openid' });
        return decodeProtectedHeader(tokens.id_token as string).alg;
      }).toBe('ES256');
      expect((await signOut(who, hint)).status).toBe(200);
    } finally {
      await updateClient(server.db, 'RS256', { id_token_signed_response_alg: 'RS256' }, actor);
    }
  });

  it.each([
    ['of another issuer', { iss: 'https://evil.example' }, {}],
    ['that names nobody', { sub: undefined }, {}],
    ['that is an access token', {}, { typ: 'at+jwt' }],
    ['under an unknown key id', {}, { kid: 'nobody' }],
  ])('%s is refused', async (_name, claims, header) => {
    const page = await signOut(person(), await made(claims, header));
    expect([page.status, page.headers.get('location')]).toEqual([400, null]);
  });

  it('of somebody else does not answer for this person', async () => {
    const { who } = await connected('ES256');
    const answer = await silently(who, 'ES256', await made({ sub: 'somebody-else' }));
    expect([answer.get('code'), answer.get('error')]).toEqual([null, 'login_required']);
  });
});

describe('sign-out by POST (RP-Initiated Logout §2)', () => {
  const byPost = (who: Person, body: Record<string, string>) =>
    who.visit('/oauth/logout', { method: 'POST', body: new URLSearchParams(body) });

  it('asks the person, as by GET, and changes nothing before they confirm', async () => {
    const { who, hint } = await connected('ES256');
    const page = await byPost(who, { id_token_hint: hint, post_logout_redirect_uri: afterwards, state: 'p' });
    expect([page.status, page.text.includes('Sign out of VibeCaaS?')]).toEqual([200, true]);
    expect((await who.visit('/account/apps')).status).toBe(200);
    expect((await who.visit('/account/apps')).url).toMatch(/\/account\/apps$/);
    const back = await who.submit(page, '/logout/confirm', { logout: 'yes' });
    expect(back.headers.get('location')).toBe(`${afterwards}?state=p`);
    expect((await who.visit('/account/apps')).url).toMatch(/\/sign-in/);
  });

  it('asks without any parameter too', async () => {
    const who = person();
    await signIn(who, await who.visit('/sign-in'), server.person.email);
    for (const init of [{ method: 'POST' }, { method: 'POST', body: new URLSearchParams() }]) {
      expect((await who.visit('/oauth/logout', init)).text).toContain('Sign out of VibeCaaS?');
    }
  });

  it.each([
    ['an address that is not registered', { client_id: 'ES256', post_logout_redirect_uri: 'https://evil.example/' }],
    ['a hint of garbage', { id_token_hint: 'garbage' }],
  ])('is refused with %s', async (_name, body) => {
    const page = await byPost(person(), body);
    expect([page.status, page.headers.get('location')]).toEqual([400, null]);
  });

  it('is refused with JSON', async () => {
    const headers = { 'content-type': 'application/json' };
    expect((await person().visit('/oauth/logout', { method: 'POST', headers, body: '{}' })).status).toBe(400);
  });
});

describe('the page of a refused sign-out', () => {
  it.each([
    [{ id_token_hint: 'garbage' }, /id_token_hint/, /ID token/],
    [{ client_id: 'nobody' }, /client_id/, /client_id/],
    [{ client_id: 'ES256', post_logout_redirect_uri: 'https://x.example/' }, /post_logout_redirect_uri/, /Register/],
  ])('speaks of signing out: %j', async (params, wrong, fix) => {
    const { status, text } = await person().visit(`/oauth/logout?${new URLSearchParams(params as never)}`);
    expect(status).toBe(400);
    expect(text).toMatch(wrong);
    expect(text).toMatch(fix);
    expect(text).not.toMatch(/code_challenge|RFC 6749|Nothing was shared/);
    expect(text).toMatch(/signed in/);
  });
});
