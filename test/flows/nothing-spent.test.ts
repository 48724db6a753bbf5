/**
 * A refused request spends nothing: each thing that works once still works after every reason for a refusal. These
 * things are a code, a refresh token, a pushed request, a client's assertion and a DPoP proof.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newProofKey, type ProofKey } from '../support/dpop.ts';
import { authorizeUrl, basic, callback, obtainCode, verifier } from '../support/oauth.ts';
import { decide, formOf, newPerson, type Person, signIn } from '../support/person.ts';
import { rowsOf } from '../support/rows.ts';
import { apiResource, redirectUri, secrets, startTestServer, type TestServer } from '../support/server.ts';
import { addSigner, type Signer } from '../support/signer.ts';

let server: TestServer;
let person: Person;
let key: ProofKey;
let otherKey: ProofKey;
beforeAll(async () => {
  server = await startTestServer();
  [key, otherKey] = [await newProofKey(), await newProofKey()];
  // The person has signed in and consented once, so later codes need no page.
  person = newPerson(server.issuer);
  await obtainCode(server, { client_id: 'web' }, person);
  await obtainCode(server, { scope: 'projects:read projects:write openid' }, person);
});
afterAll(() => server.stop());

type Fields = Record<string, string | string[] | undefined>;
interface Request {
  readonly fields?: Fields;
  readonly headers?: Record<string, string>;
}

async function post(
  path: string,
  { fields = {}, headers = {} }: Request,
): Promise<{ status: number; error?: string; body: Record<string, string> }> {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    for (const one of [value ?? []].flat()) form.append(name, one);
  }
  const response = await fetch(server.issuer + path, { method: 'POST', headers, body: form });
  const text = await response.text();
  const body = text.startsWith('{') ? JSON.parse(text) : {};
  return { status: response.status, error: body.error, body };
}

const tokenUrl = () => `${server.issuer}/oauth/token`;
const proofFor = (one: ProofKey, claims: object = {}) => one.proof('POST', tokenUrl(), { claims });
const unknown = 'https://elsewhere.example';
const alarms = () => rowsOf(server.db, `SELECT action FROM audit_events WHERE action LIKE '%.reused'`);

/** What is wrong with one request, and the error of its answer. */
type Reason = readonly [why: string, wrong: Request | (() => Promise<Request>), error: string];
const made = async (wrong: Reason[1]): Promise<Request> => (typeof wrong === 'function' ? wrong() : wrong);
const merged = (right: Request, wrong: Request): Request => ({
  fields: { ...right.fields, ...wrong.fields },
  headers: { ...right.headers, ...wrong.headers },
});

const badProofs: readonly Reason[] = [
  [
    'a proof for another address',
    async () => ({ headers: { DPoP: await proofFor(key, { htu: unknown }) } }),
    'invalid_dpop_proof',
  ],
  [
    'a proof for another method',
    async () => ({ headers: { DPoP: await proofFor(key, { htm: 'GET' }) } }),
    'invalid_dpop_proof',
  ],
  ['an old proof', async () => ({ headers: { DPoP: await proofFor(key, { iat: 1 }) } }), 'use_dpop_nonce'],
  ['a proof of garbage', { headers: { DPoP: 'a.b.c' } }, 'invalid_dpop_proof'],
  [
    'a proof that was used before',
    async () => {
      const DPoP = await proofFor(key);
      const code = await obtainCode(server, {}, person);
      const first = await post('/oauth/token', { fields: exchangeOf(code), headers: { DPoP } });
      expect(first.status).toBe(200);
      return { headers: { DPoP } };
    },
    'invalid_dpop_proof',
  ],
];

const exchangeOf = (code: string): Fields => ({
  grant_type: 'authorization_code',
  client_id: 'spa',
  code,
  redirect_uri: redirectUri,
  code_verifier: verifier,
});

const badResources: readonly Reason[] = [
  ['an unknown resource', { fields: { resource: unknown } }, 'invalid_target'],
  ['the right resource beside an unknown one', { fields: { resource: [apiResource, unknown] } }, 'invalid_target'],
  ['an unknown resource beside the right one', { fields: { resource: [unknown, apiResource] } }, 'invalid_target'],
  ['a resource that is no address', { fields: { resource: 'not an address' } }, 'invalid_target'],
  ['a resource with a fragment', { fields: { resource: `${apiResource}#x` } }, 'invalid_target'],
  ['the admin API as resource', async () => ({ fields: { resource: `${server.issuer}/admin/v1` } }), 'invalid_target'],
];

describe('a code works', () => {
  it.each<Reason>([
    ['no verifier', { fields: { code_verifier: undefined } }, 'invalid_grant'],
    ['another verifier', { fields: { code_verifier: 'A'.repeat(43) } }, 'invalid_grant'],
    ['a verifier that is too short', { fields: { code_verifier: 'abc' } }, 'invalid_request'],
    ['no redirect URI', { fields: { redirect_uri: undefined } }, 'invalid_request'],
    ['another redirect URI', { fields: { redirect_uri: `${redirectUri}/` } }, 'invalid_grant'],
    ['another client', { fields: { client_id: 'other' } }, 'invalid_grant'],
    ['an unknown client', { fields: { client_id: 'nobody' } }, 'invalid_client'],
    ['a secret where there is none', { fields: { client_secret: 'x' } }, 'invalid_client'],
    ['the code twice', async () => ({}), 'invalid_request'],
    ['another grant type', { fields: { grant_type: 'refresh_token' } }, 'invalid_request'],
    ['NUL in a parameter', { fields: { resource: 'a\0' } }, 'invalid_request'],
    ...badResources,
    ...badProofs,
  ])('after %s', async (why, wrong, error) => {
    const code = await obtainCode(server, {}, person);
    const right = { fields: exchangeOf(code) };
    const request = merged(right, await made(wrong));
    if (why === 'the code twice') (request.fields as Fields).code = [code, code];
    expect((await post('/oauth/token', request)).error).toBe(error);
    expect((await post('/oauth/token', right)).status).toBe(200);
  });

  it.each<Reason>([
    ['without a proof', {}, 'invalid_grant'],
    ['with a proof by another key', async () => ({ headers: { DPoP: await proofFor(otherKey) } }), 'invalid_grant'],
  ])('for a request with dpop_jkt, after an exchange %s', async (_why, wrong, error) => {
    const code = await obtainCode(server, { dpop_jkt: key.thumbprint }, person);
    const right = { fields: exchangeOf(code) };
    expect((await post('/oauth/token', merged(right, await made(wrong)))).error).toBe(error);
    const headers = { DPoP: await proofFor(key) };
    expect((await post('/oauth/token', { ...right, headers })).status).toBe(200);
  });

  it('for a client with a secret, after a wrong secret', async () => {
    const code = await obtainCode(server, { client_id: 'web' }, person);
    const fields = { ...exchangeOf(code), client_id: undefined };
    const wrong = { fields, headers: { authorization: basic('web', 'wrong') } };
    expect((await post('/oauth/token', wrong)).error).toBe('invalid_client');
    const right = { fields, headers: { authorization: basic('web', secrets.web as string) } };
    expect((await post('/oauth/token', right)).status).toBe(200);
  });

  it('once: what was accepted is spent, also after refusals', async () => {
    const right = { fields: exchangeOf(await obtainCode(server, {}, person)) };
    expect((await post('/oauth/token', merged(right, { fields: { resource: unknown } }))).status).toBe(400);
    expect((await post('/oauth/token', right)).status).toBe(200);
    expect((await post('/oauth/token', right)).error).toBe('invalid_grant');
  });
});

describe('a refresh token works', () => {
  const tokens = async (headers: Record<string, string> = {}) =>
    (await post('/oauth/token', { fields: exchangeOf(await obtainCode(server, {}, person)), headers })).body;
  const refreshOf = (token: string | undefined): Fields => ({
    grant_type: 'refresh_token',
    client_id: 'spa',
    refresh_token: token,
  });

  it.each<Reason>([
    ['only a scope that was not granted', { fields: { scope: 'ai:generate' } }, 'invalid_scope'],
    ['an unknown scope', { fields: { scope: 'nope' } }, 'invalid_scope'],
    ['scopes with a comma', { fields: { scope: 'projects:read,openid' } }, 'invalid_scope'],
    ['a scope of forbidden characters', { fields: { scope: '"' } }, 'invalid_scope'],
    ['another client', { fields: { client_id: 'other' } }, 'invalid_grant'],
    ['an unknown client', { fields: { client_id: 'nobody' } }, 'invalid_client'],
    ['a secret where there is none', { fields: { client_secret: 'x' } }, 'invalid_client'],
    ['another grant type', { fields: { grant_type: 'authorization_code' } }, 'invalid_request'],
    ...badResources,
    ...badProofs.filter(([why]) => !/used before/.test(why)),
  ])('after %s', async (_why, wrong, error) => {
    const before = await alarms();
    const { refresh_token: token } = await tokens();
    const right = { fields: refreshOf(token) };
    expect((await post('/oauth/token', merged(right, await made(wrong)))).error).toBe(error);
    const next = await post('/oauth/token', right);
    expect(next.status).toBe(200);
    expect((await post('/oauth/token', { fields: refreshOf(next.body.refresh_token) })).status).toBe(200);
    expect(await alarms()).toEqual(before);
  });

  it.each<Reason>([
    ['without a proof', {}, 'invalid_grant'],
    ['with a proof by another key', async () => ({ headers: { DPoP: await proofFor(otherKey) } }), 'invalid_grant'],
  ])('when it is bound to a key, after a refresh %s', async (_why, wrong, error) => {
    const { refresh_token: token } = await tokens({ DPoP: await proofFor(key) });
    const right = { fields: refreshOf(token) };
    expect((await post('/oauth/token', merged(right, await made(wrong)))).error).toBe(error);
    expect((await post('/oauth/token', { ...right, headers: { DPoP: await proofFor(key) } })).status).toBe(200);
  });
});

describe('a DPoP proof works', () => {
  it.each<Reason>([
    ['another verifier', { fields: { code_verifier: 'A'.repeat(43) } }, 'invalid_grant'],
    ['another redirect URI', { fields: { redirect_uri: `${redirectUri}/` } }, 'invalid_grant'],
    ['another client', { fields: { client_id: 'other' } }, 'invalid_grant'],
    ['an unknown code', { fields: { code: 'A'.repeat(43) } }, 'invalid_grant'],
    ...badResources,
  ])('at the exchange, after %s', async (_why, wrong, error) => {
    const headers = { DPoP: await proofFor(key) };
    const right = { fields: exchangeOf(await obtainCode(server, {}, person)), headers };
    expect((await post('/oauth/token', merged(right, await made(wrong)))).error).toBe(error);
    expect((await post('/oauth/token', right)).status).toBe(200);
    const next = { fields: exchangeOf(await obtainCode(server, {}, person)), headers };
    expect((await post('/oauth/token', next)).error).toBe('invalid_dpop_proof');
  });

  it('at a refresh, after an unknown resource', async () => {
    const first = { fields: exchangeOf(await obtainCode(server, {}, person)), headers: { DPoP: await proofFor(key) } };
    const { refresh_token: token } = (await post('/oauth/token', first)).body;
    const fields = { grant_type: 'refresh_token', client_id: 'spa', refresh_token: token };
    const right = { fields, headers: { DPoP: await proofFor(key) } };
    expect((await post('/oauth/token', merged(right, { fields: { resource: unknown } }))).error).toBe('invalid_target');
    expect((await post('/oauth/token', right)).status).toBe(200);
  });

  it('at UserInfo, after the account was suspended and restored', async () => {
    const first = {
      fields: exchangeOf(await obtainCode(server, { scope: 'openid' }, person)),
      headers: { DPoP: await proofFor(key) },
    };
    const { access_token: token = '' } = (await post('/oauth/token', first)).body;
    const DPoP = await key.proof('GET', `${server.issuer}/oauth/userinfo`, { token });
    const ask = async () =>
      (await fetch(`${server.issuer}/oauth/userinfo`, { headers: { authorization: `DPoP ${token}`, DPoP } })).status;
    const setStatus = (status: string) => server.db.pgPool.query('UPDATE accounts SET status = $1', [status]);
    await setStatus('suspended');
    expect(await ask()).toBe(401);
    await setStatus('active');
    expect(await ask()).toBe(200);
    expect(await ask()).toBe(401);
  });
});

describe('a client’s assertion works', () => {
  let signer: Signer;
  beforeAll(async () => {
    signer = await addSigner(server);
  });

  it.each([
    ['an unknown grant type', { fields: { grant_type: 'password' } }, 'unsupported_grant_type'],
    ['no grant type', { fields: { grant_type: undefined } }, 'invalid_request'],
    ['an unknown scope', { fields: { scope: 'nope' } }, 'invalid_scope'],
    ['an unknown code', { fields: { ...exchangeOf('A'.repeat(43)), client_id: undefined } }, 'invalid_grant'],
    ['a refresh token of garbage', { fields: { grant_type: 'refresh_token', refresh_token: 'x' } }, 'invalid_grant'],
    ...badResources,
    ...badProofs.slice(0, 3),
    [
      'a pushed request without a response type',
      { fields: { redirect_uri: redirectUri } },
      'invalid_request',
      '/oauth/par',
    ],
    ['introspection of nothing', {}, 'invalid_request', '/oauth/introspect'],
    ['revocation of nothing', {}, 'invalid_request', '/oauth/revoke'],
  ] as [string, Reason[1], string, string?][])('after %s', async (_why, wrong, error, path = '/oauth/token') => {
    const right = { fields: { grant_type: 'client_credentials', scope: 'projects:read', ...(await signer.sign()) } };
    expect((await post(path, merged(right, await made(wrong)))).error).toBe(error);
    expect((await post('/oauth/token', right)).status).toBe(200);
    expect((await post('/oauth/token', right)).error).toBe('invalid_client');
  });
});

describe('a pushed request works', () => {
  const push = async (more: Fields = {}) => {
    const fields = { ...Object.fromEntries(new URL(authorizeUrl(server)).searchParams), ...more };
    const { body } = await post('/oauth/par', { fields });
    return body.request_uri as string;
  };
  const at = (requestUri: string, clientId = 'spa') =>
    `${server.issuer}/oauth/authorize?${new URLSearchParams({ client_id: clientId, request_uri: requestUri })}`;
  const codeOf = async (uri: string, one: Person = person) => callback(await one.visit(at(uri))).get('code');

  it('after another client presented it', async () => {
    const uri = await push();
    expect((await person.visit(at(uri, 'other'))).status).toBe(400);
    expect(await codeOf(uri)).toBeTruthy();
  });

  it('after prompt=none where nobody is signed in', async () => {
    const uri = await push({ prompt: 'none' });
    expect(callback(await newPerson(server.issuer).visit(at(uri))).get('error')).toBe('login_required');
    expect(await codeOf(uri)).toBeTruthy();
  });

  it('once', async () => {
    const uri = await push();
    expect(await codeOf(uri)).toBeTruthy();
    expect((await person.visit(at(uri))).text).toContain('request_uri');
  });

  it('after the app was disconnected while the code was being made', async () => {
    const uri = await push({ scope: 'analytics:read' });
    const other = newPerson(server.issuer);
    const consent = formOf(await signIn(other, await other.visit(at(uri)), server.person.email), '/consent');
    const body = new URLSearchParams([...consent.hidden, ['decision', 'allow']]);
    const answered = await other.request(consent.action, { method: 'POST', body });
    // The app is disconnected between the answer and the code.
    await server.db.pgPool.query(`DELETE FROM consents WHERE client_id = 'spa'`);
    const refused = callback(await other.visit(answered.headers.get('location') as string));
    expect(refused.get('error')).toBe('access_denied');
    const page = await other.visit(at(uri));
    expect(callback(await decide(other, page, 'allow')).get('code')).toBeTruthy();
  });
});
