/** The authorization code grant with PKCE, by hand: the normal flow, its races, and each wrong turn. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { eventually } from '../support/eventually.ts';
import {
  authorizeUrl,
  callback,
  exchange,
  introspect,
  obtainCode,
  obtainTokens,
  post,
  refresh,
  verifier,
} from '../support/oauth.ts';
import { decide, newPerson, signIn } from '../support/person.ts';
import { waitingForLocks } from '../support/rows.ts';
import { apiResource, startTestServer, type TestServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ env: { DATABASE_POOL_SIZE: '20' } });
});
afterAll(() => server.stop());

const claimsOf = (jwt: string) => JSON.parse(Buffer.from(jwt.split('.')[1] as string, 'base64url').toString());
const headerOf = (jwt: string) => JSON.parse(Buffer.from(jwt.split('.')[0] as string, 'base64url').toString());

describe('authorization code', () => {
  it('walks from the request to tokens', async () => {
    const person = newPerson(server.issuer);
    const signInPage = await person.visit(authorizeUrl(server, { scope: 'projects:read deployments:write' }));
    expect([signInPage.status, signInPage.text]).toEqual([200, expect.stringContaining('Sign in to continue to')]);
    const consentPage = await signIn(person, signInPage, server.person.email);
    expect(consentPage.text).toContain('What is live');
    const answer = callback(await decide(person, consentPage, 'allow'));
    expect(Object.fromEntries(answer)).toEqual({ code: expect.any(String), state: 'a-state', iss: server.issuer });

    const { status, body, headers } = await exchange(server, answer.get('code') as string);
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toEqual({
      access_token: expect.any(String),
      refresh_token: expect.stringMatching(/^vcs_rt_/),
      expires_in: 3600,
      token_type: 'Bearer',
      scope: 'projects:read deployments:write',
      refresh_token_expires_in: 30 * 24 * 3600,
      authorization_expires_in: 365 * 24 * 3600,
    });
    const token = body.access_token as string;
    expect(headerOf(token)).toMatchObject({ alg: 'ES256', typ: 'at+jwt', kid: expect.any(String) });
    expect(claimsOf(token)).toEqual({
      iss: server.issuer,
      sub: server.person.id,
      aud: apiResource,
      client_id: 'spa',
      scope: 'projects:read deployments:write',
      jti: expect.any(String),
      gid: expect.any(String),
      tier: 'free',
      acr: 'urn:vibecaas:acr:1',
      amr: ['pwd'],
      auth_time: expect.any(Number),
      iat: expect.any(Number),
      exp: claimsOf(token).iat + 3600,
    });
  });

  it('lives 60 seconds and is stored as a hash only', async () => {
    const code = await obtainCode(server);
    const { rows } = await server.db.pgPool.query(
      'SELECT row_to_json(z)::text AS row, extract(epoch FROM expires_at - now()) AS life FROM authorization_codes z',
    );
    expect(Number(rows.at(-1).life)).toBeLessThanOrEqual(60);
    for (const { row } of rows) expect(row).not.toContain(code);
    await server.db.pgPool.query("UPDATE authorization_codes SET expires_at = now() - interval '1 second'");
    expect((await exchange(server, code)).body.error).toBe('invalid_grant');
  });

  it('at most one of 50 parallel exchanges of a code succeeds, and its family has ended', async () => {
    for (const clientId of ['spa', 'web']) {
      const code = await obtainCode(server, { client_id: clientId });
      const answers = await Promise.all(Array.from({ length: 50 }, () => exchange(server, code, clientId)));
      const won = answers.filter((answer) => answer.status === 200);
      expect(won.length).toBeLessThanOrEqual(1);
      for (const answer of answers)
        if (answer.status !== 200) expect([answer.status, answer.body.error]).toEqual([400, 'invalid_grant']);
      for (const { body } of won) {
        expect((await introspect(server, body.access_token as string)).body).toEqual({ active: false });
        expect((await refresh(server, body.refresh_token as string, clientId)).body.error).toBe('invalid_grant');
      }
    }
  });

  it('at most one of two exchanges that both found the code unused gets tokens, and these are revoked', async () => {
    const code = await obtainCode(server);
    const holder = await server.db.pgPool.connect();
    await holder.query('BEGIN; SELECT 1 FROM authorization_codes FOR UPDATE');
    const both = Promise.all([exchange(server, code), exchange(server, code)]);
    await eventually(() => waitingForLocks(server.db)).toBe(2);
    await holder.query('COMMIT');
    holder.release();
    const answers = await both;
    // The second may end the grant before the first has issued its tokens: then both are refused.
    const refused = answers.filter(({ status, body }) => status === 400 && body.error === 'invalid_grant');
    const issued = answers.filter(({ status }) => status === 200);
    expect([1, 2]).toContain(refused.length);
    expect(issued).toHaveLength(2 - refused.length);
    for (const { body } of issued) {
      expect((await introspect(server, body.access_token as string)).body).toEqual({ active: false });
      expect((await refresh(server, body.refresh_token as string)).body.error).toBe('invalid_grant');
    }
  });

  it('a second exchange, later, revokes everything issued from the code', async () => {
    const code = await obtainCode(server);
    const { body } = await exchange(server, code);
    expect((await introspect(server, body.access_token as string)).body.active).toBe(true);
    expect((await exchange(server, code)).body.error).toBe('invalid_grant');
    expect((await introspect(server, body.access_token as string)).body.active).toBe(false);
    expect((await refresh(server, body.refresh_token as string)).body.error).toBe('invalid_grant');
  });

  it.each([
    ['another client', 'other', {}],
    ['another redirect URI', 'spa', { redirect_uri: 'https://app.example/elsewhere' }],
    ['a wrong verifier', 'spa', { code_verifier: `${verifier.slice(0, -4)}xxxx` }],
    ['no verifier', 'spa', { code_verifier: '' }],
  ])('is bound to its request: %s gets invalid_grant', async (_name, clientId, form) => {
    const code = await obtainCode(server);
    const { status, body } = await exchange(server, code, clientId, form);
    expect([status, body.error]).toEqual([400, 'invalid_grant']);
  });

  it('remembers the consent, and asks again only for what is new, as a difference', async () => {
    const person = newPerson(server.issuer);
    await obtainCode(server, { client_id: 'other' }, person);
    const silent = await person.visit(authorizeUrl(server, { client_id: 'other' }));
    expect(callback(silent).get('code')).toBeTruthy();
    const more = await person.visit(
      authorizeUrl(server, { client_id: 'other', scope: 'projects:read analytics:read' }),
    );
    expect(more.text).toContain('asks for more than you allowed');
    expect(more.text).toContain('Analytics');
  });

  it('asks each time about a native app, whose name any program can use (RFC 8252 §8.6)', async () => {
    const person = newPerson(server.issuer);
    const native = { client_id: 'native', redirect_uri: 'http://127.0.0.1:8765/callback' };
    await obtainCode(server, native, person);
    const again = await person.visit(authorizeUrl(server, native));
    expect(again.text).toContain('name="decision"');
    expect(again.text).toContain('127.0.0.1');
    const silent = callback(await person.visit(authorizeUrl(server, { ...native, prompt: 'none' })));
    expect([silent.get('error'), silent.has('code')]).toEqual(['interaction_required', false]);
    const wider = await person.visit(authorizeUrl(server, { ...native, scope: 'projects:read analytics:read' }));
    // The page shows everything, not only what is new: another program may be asking now.
    expect(wider.text).toContain('Analytics');
    expect(wider.text).not.toMatch(/is new|You allowed this on/);
  });

  it('gives each authorization a grant of its own', async () => {
    const person = newPerson(server.issuer);
    const first = await obtainTokens(server, {}, person);
    const other = await obtainTokens(server, {}, person);
    expect(claimsOf(first.access_token).gid).not.toBe(claimsOf(other.access_token).gid);
  });

  it('leaves optional scopes out when they are not ticked, and remembers that', async () => {
    const person = newPerson(server.issuer);
    const params = { client_id: 'picky', scope: 'projects:read analytics:read ai:generate' };
    const code = await obtainCode(server, params, person, ['analytics:read']);
    expect((await exchange(server, code, 'picky')).body.scope).toBe('projects:read analytics:read');
    const again = callback(await person.visit(authorizeUrl(server, params)));
    expect((await exchange(server, again.get('code') as string, 'picky')).body.scope).toBe(
      'projects:read analytics:read',
    );
    const asked = await person.visit(authorizeUrl(server, { ...params, prompt: 'consent' }));
    expect(asked.text).toContain('value="ai:generate"');
  });

  it('counts as denied when nothing is required and nothing is ticked', async () => {
    const person = newPerson(server.issuer);
    const page = await person.visit(
      authorizeUrl(server, { client_id: 'picky', scope: 'ai:generate', prompt: 'consent' }),
    );
    const consent = await signIn(person, page, server.person.email);
    const answer = callback(await decide(person, consent, 'allow'));
    expect(answer.get('error_description')).toContain('The person ticked none');
    expect([answer.get('error'), answer.get('iss'), answer.get('state')]).toEqual([
      'access_denied',
      server.issuer,
      'a-state',
    ]);
  });

  it('returns access_denied to the app on denial, and stores nothing', async () => {
    const person = newPerson(server.issuer);
    const page = await person.visit(authorizeUrl(server, { scope: 'projects:write' }));
    const answer = callback(await decide(person, await signIn(person, page, server.person.email), 'deny'));
    expect(answer.get('error')).toBe('access_denied');
    expect(answer.get('error_description')).toBe('The person said no');
  });

  it('leaves no grant after a silent attempt that fails', async () => {
    const count = async () => Number((await server.db.pgPool.query('SELECT count(*) FROM grants')).rows[0].count);
    const person = newPerson(server.issuer);
    await obtainCode(server, {}, person);
    const before = await count();
    const answer = callback(await person.visit(authorizeUrl(server, { scope: 'deployments:read', prompt: 'none' })));
    expect(answer.get('error')).toMatch(/^(consent|interaction)_required$/);
    expect(await count()).toBe(before);
  });

  it('gets the default scopes when it names none, and invalid_scope when there are no defaults', async () => {
    const tokens = await obtainTokens(server, { scope: undefined });
    expect(tokens.scope).toBe('projects:read');
    const refused = await newPerson(server.issuer).request(
      authorizeUrl(server, { client_id: 'other', scope: undefined }),
    );
    expect(callback(refused).get('error')).toBe('invalid_scope');
  });

  it('treats the resource with and without a trailing slash as the same', async () => {
    for (const [asked, redeemed] of [
      [`${apiResource}/`, apiResource],
      [apiResource, `${apiResource}/`],
      [`${apiResource}/`, undefined],
    ]) {
      const code = await obtainCode(server, { resource: asked });
      const { body } = await exchange(server, code, 'spa', redeemed ? { resource: redeemed } : {});
      expect(claimsOf(body.access_token as string).aud).toBe(apiResource);
    }
    const refused = await newPerson(server.issuer).request(
      authorizeUrl(server, { resource: 'https://elsewhere.example' }),
    );
    expect(callback(refused).get('error')).toBe('invalid_target');
  });

  it('accepts offline_access and does not advertise it', async () => {
    const tokens = await obtainTokens(server, { scope: 'projects:read offline_access', prompt: 'consent' });
    expect(tokens.scope).toBe('projects:read');
    const metadata = await (await fetch(`${server.issuer}/.well-known/openid-configuration`)).json();
    expect(metadata.scopes_supported).not.toContain('offline_access');
    expect(metadata.scopes_supported).toContain('ai:generate');
  });

  it('gives a service that names no scope its default scopes, as they are now', async () => {
    const scope = async () =>
      (await post(server, '/oauth/token', { grant_type: 'client_credentials' }, 'service')).body.scope;
    for (const now of ['analytics:read', 'projects:read']) {
      await server.db.pgPool.query("UPDATE clients SET default_scope = $1 WHERE client_id = 'service'", [now]);
      await server.db.pgPool.query("SELECT pg_notify('clients', 'service')");
      await eventually(scope).toBe(now);
    }
  });

  it('refuses a client secret from the moment it ends, even where the client is cached', async () => {
    const status = async () =>
      (await post(server, '/oauth/token', { grant_type: 'client_credentials' }, 'service')).status;
    const expiring = (when: string) =>
      server.db.pgPool.query(
        `UPDATE client_secrets SET expires_at = ${when} WHERE client_id = 'service'; SELECT pg_notify('clients', 'service')`,
      );
    await expiring("now() + interval '1 hour'");
    expect(await status()).toBe(200);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 59 * 60_000 });
    try {
      expect(await status()).toBe(200);
      vi.setSystemTime(Date.now() + 2 * 60_000);
      // Until then the node may not know that the secret has ended.
      await eventually(status).toBe(401);
    } finally {
      vi.useRealTimers();
    }
    await expiring('NULL');
    await eventually(status).toBe(200);
  });

  it('gives a gateway no token that opens the API, unless its registration says so', async () => {
    const ask = (scope: string) => post(server, '/oauth/token', { grant_type: 'client_credentials', scope }, 'gateway');
    expect((await ask('ai:generate')).body.error).toBe('invalid_scope');
    const { status, body } = await ask('');
    expect([status, body.scope]).toEqual([200, undefined]);
  });

  it('takes a scope from every device when the person leaves it out', async () => {
    const person = newPerson(server.issuer);
    const params = { client_id: 'picky', scope: 'projects:read analytics:read', prompt: 'consent' };
    const wide = await exchange(server, await obtainCode(server, params, person, ['analytics:read']), 'picky');
    expect(wide.body.scope).toBe('projects:read analytics:read');
    const narrow = await exchange(server, await obtainCode(server, params, person, []), 'picky');
    expect(narrow.body.scope).toBe('projects:read');
    expect((await introspect(server, wide.body.access_token as string)).body.active).toBe(false);
    expect((await refresh(server, wide.body.refresh_token as string, 'picky')).status).toBe(400);
    expect((await refresh(server, narrow.body.refresh_token as string, 'picky')).status).toBe(200);
  });
});
