/** Every error_description uses only the characters of RFC 6749 §5.2: %x20-21, %x23-5B, %x5D-7E. */
import { readdirSync, readFileSync } from 'node:fs';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { asDescription } from '../../src/policy/error-descriptions.ts';
import { sentenceOf } from '../../src/web/http/admission.ts';
import { authorizeUrl, basic } from '../support/oauth.ts';
import { secrets, startTestServer, type TestServer } from '../support/server.ts';
import { answerOf } from './table.ts';
import { type Answer, type Sent, send } from './wire.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const post = (path: string, body: Record<string, string>, headers = {}): Sent => ({ path, body, headers });
const allowed = /^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/;

/** The descriptions of an answer: in its body, in its redirect, and in its challenge. */
function descriptionsOf({ headers, text }: Answer): string[] {
  const found: (string | null | undefined)[] = [];
  if (headers.get('content-type')?.startsWith('application/json'))
    found.push(JSON.parse(text || '{}').error_description);
  const location = headers.get('location');
  if (location) found.push(answerOf(location).get('error_description'));
  for (const [, one] of (headers.get('www-authenticate') ?? '').matchAll(/error_description="([^"]*)"/g))
    found.push(one);
  return found.filter((one) => typeof one === 'string');
}

describe('answers', () => {
  const odd = `"\\’“é\u{1f600}`;
  const authorize = (params: Record<string, string | undefined>): Sent => {
    const { pathname, search } = new URL(authorizeUrl(server, params));
    return { path: pathname + search };
  };
  const gateway = () => ({ Authorization: basic('gateway', secrets.gateway as string) });
  it.each<[string, () => Sent]>([
    ['an address that is not there', () => ({ path: '/oauth/nothing' })],
    ['another method', () => ({ path: '/oauth/token' })],
    ['a broken escape', () => ({ path: '/oauth/token/%zz' })],
    ['another host', () => ({ path: '/oauth/jwks', headers: { Host: 'evil.example' } })],
    [
      'an odd origin',
      () =>
        post(
          '/oauth/token',
          { grant_type: 'refresh_token', client_id: 'spa', refresh_token: 'x' },
          { Origin: 'https://b"a\\d.example' },
        ),
    ],
    ['an odd grant type', () => post('/oauth/token', { grant_type: odd, client_id: 'spa' })],
    ['an odd scope', () => post('/oauth/token', { grant_type: 'client_credentials', scope: odd }, gateway())],
    ['an odd scope at authorize', () => authorize({ scope: odd })],
    ['an odd prompt', () => authorize({ prompt: odd })],
    ['an odd response mode', () => authorize({ response_mode: odd })],
    ['an odd response type', () => authorize({ response_type: odd })],
    ['an odd max_age', () => authorize({ max_age: odd, scope: 'openid' })],
    ['odd claims', () => authorize({ claims: odd, scope: 'openid' })],
    ['an odd challenge', () => authorize({ code_challenge: odd })],
    ['an odd resource', () => authorize({ resource: odd })],
    ['an odd login_hint', () => authorize({ login_hint: odd, prompt: 'none' })],
    ['an odd id_token_hint', () => authorize({ id_token_hint: odd, scope: 'openid' })],
    ['an odd pushed request', () => post('/oauth/par', { client_id: 'spa', response_type: odd, redirect_uri: odd })],
    ['an odd token at UserInfo', () => ({ path: '/oauth/userinfo', headers: { Authorization: 'Bearer x"y' } })],
    ['a wrong token at UserInfo', () => ({ path: '/oauth/userinfo', headers: { Authorization: 'Bearer x.y.z' } })],
    [
      'an odd proof',
      () =>
        post(
          '/oauth/token',
          { grant_type: 'authorization_code', client_id: 'spa', code: 'x', redirect_uri: 'x' },
          { DPoP: 'a"b' },
        ),
    ],
    ['the feed without credentials', () => ({ path: '/oauth/revocations' })],
  ])('%s', async (_what, request) => {
    for (const description of descriptionsOf(await send(server.issuer, request())))
      expect(description).toMatch(allowed);
  });
});

describe('every text in the source that can become a description', () => {
  /** Texts of errors, and of places that write a description themselves. */
  const places =
    /(?:new (?:AppError|TokenError|errors\.\w+)\(|\brefuse[d]?\(|error_description: |problem: )[^;]*?(['`])((?:(?!\1)[^\\]|\\.)*)\1/gs;
  const files = ['src', 'node_modules/oidc-provider/lib'].flatMap((root) =>
    readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(ts|js)$/.test(file))
      .map((file) => `${root}/${file}`),
  );
  const texts = files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(places)].map(([, , text]) => text as string),
  );

  it('has those characters only, or signs that have a plain form', () => {
    expect(texts.length).toBeGreaterThan(200);
    const lost = texts
      .map((text) => text.replace(/\$\{[^}]*\}/g, 'x').replace(/\\(['`"])/g, '$1'))
      .filter((text) => asDescription(text).includes('?') && !text.includes('?'));
    expect(lost).toEqual([]);
  });

  it.each(['full', 'clock'] as const)('what the door refuses is described in those characters: %s', (reason) => {
    expect(sentenceOf('token', reason)).toMatch(allowed);
  });

  it.each([
    ['The database can’t be reached', "The database can't be reached"],
    ['“Notes” is “x"', "'Notes' is 'x'"],
    ['one … two – three — four', 'one ... two - three - four'],
    ['a\\b', 'a/b'],
    ['ä\u{1f600}\n', '???'],
    ['plain', 'plain'],
  ])('%j is sent as %j', (text, description) => {
    expect(asDescription(text)).toBe(description);
    expect(description).toMatch(allowed);
  });
});

describe('decided by the RFC', () => {
  const grant = { grant_type: 'client_credentials', scope: 'projects:read' };
  it.each([1, 2, 5])('%i spaces behind Basic are as good as one (RFC 9110 §11.4)', async (spaces) => {
    const Authorization = basic('service', secrets.service as string).replace(' ', ' '.repeat(spaces));
    expect((await send(server.issuer, { path: '/oauth/token', body: grant, headers: { Authorization } })).status).toBe(
      200,
    );
  });

  it('a space within Basic credentials is refused', async () => {
    const Authorization = basic('service', secrets.service as string).replace(/(?<=^.{20})/, ' ');
    expect((await send(server.issuer, { path: '/oauth/token', body: grant, headers: { Authorization } })).status).toBe(
      400,
    );
  });

  const at = (query: string, without: string) => {
    const url = new URL(authorizeUrl(server));
    url.searchParams.delete(without);
    return { path: `${url.pathname}${url.search}&${query}` };
  };
  it.each(['code%20code', 'code%20%20code'])('response_type=%s is unsupported (RFC 6749 §3.1.1)', async (type) => {
    const answer = answerOf(
      (await send(server.issuer, at(`response_type=${type}`, 'response_type'))).headers.get('location') as string,
    );
    expect([answer.get('error'), answer.get('state')]).toEqual(['unsupported_response_type', 'a-state']);
  });

  it.each(['%ff', 'a%80b', '%ed%a0%80'])(
    'a state of %s, which is not UTF-8, is refused and does not come back',
    async (state) => {
      const answer = answerOf(
        (await send(server.issuer, at(`state=${state}`, 'state'))).headers.get('location') as string,
      );
      expect([answer.get('error'), answer.get('state')]).toEqual(['invalid_request', null]);
    },
  );

  it('the state of a pushed request is refused in the same way', async () => {
    const form = new URL(authorizeUrl(server)).searchParams;
    form.delete('state');
    const { status, text } = await send(server.issuer, { path: '/oauth/par', body: `${form}&state=%ff` });
    expect([status, JSON.parse(text).error]).toEqual([400, 'invalid_request']);
  });
});

// Last: the other server's clients have secrets of their own.
it('a lost database is described in those characters', async () => {
  const down = await startTestServer();
  const admin = new pg.Client({ connectionString: inject('adminUrl') });
  await admin.connect();
  const name = new URL(down.databaseUrl).pathname.slice(1);
  await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
  await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
  const code = { grant_type: 'authorization_code', code: 'A'.repeat(43), redirect_uri: 'https://app.example/callback' };
  const answer = await send(down.issuer, post('/oauth/token', { client_id: 'spa', ...code }));
  await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
  await admin.end();
  await down.stop();
  expect(answer.status).toBe(503);
  expect(descriptionsOf(answer)).toEqual(["The database can't be reached right now"]);
});
