/** The host, scheme and cookies that this server answers with: the issuer decides, whatever a request claims. */
import { createHmac, generateKeyPairSync, randomBytes } from 'node:crypto';
import { type JWK, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSealer } from '../../src/store/sealer.ts';
import { newProofKey } from '../support/dpop.ts';
import { authorizeUrl, obtainCode, verifier } from '../support/oauth.ts';
import { formOf } from '../support/person.ts';
import { password, redirectUri, startTestServer, type TestServer, testSecret } from '../support/server.ts';
import { itAnswers, type Row } from './table.ts';
import { type Answer, form, type Sent, send } from './wire.ts';

let direct: TestServer;
let proxied: TestServer;
let https: TestServer;
const httpsIssuer = 'https://auth.example';
beforeAll(async () => {
  direct = await startTestServer();
  proxied = await startTestServer({ beside: direct, env: { TRUST_PROXY: 'true' } });
  https = await startTestServer({
    beside: direct,
    env: { TRUST_PROXY: 'true', ISSUER: httpsIssuer, RATE_LIMITS: 'on' },
  });
});
afterAll(async () => {
  await https.stop();
  await proxied.stop();
  await direct.stop();
});

const path = '/.well-known/oauth-authorization-server';
const namesItself = (issuer: () => string) => ({
  status: 200,
  also({ text }: Answer) {
    const metadata = JSON.parse(text);
    expect([metadata.issuer, metadata.token_endpoint]).toEqual([issuer(), `${issuer()}/oauth/token`]);
    expect(text).not.toContain('evil');
  },
});
const misdirected = (issuer: () => string) => ({
  status: 421,
  error: 'misdirected_request',
  also: ({ headers }: Answer) => expect(headers.get('link')).toBe(`<${issuer()}>; rel="canonical"`),
});

describe('without a proxy', () => {
  const ours = namesItself(() => direct.issuer);
  const other = misdirected(() => direct.issuer);
  const asked = (headers: Sent['headers']) => ({ path, headers });
  itAnswers(() => direct, [
    { name: 'its own name', send: asked({}), ...ours },
    { name: 'without port', send: asked({ Host: 'localhost' }), ...ours },
    { name: 'another port', send: asked({ Host: 'localhost:1' }), ...ours },
    { name: 'in capitals', send: asked({ Host: 'LOCALHOST' }), ...ours },
    { name: 'another host', send: asked({ Host: 'evil.example' }), ...other },
    {
      name: 'another host on its port',
      send: () => asked({ Host: `evil.example:${new URL(direct.issuer).port}` }),
      ...other,
    },
    { name: 'its name within another', send: asked({ Host: 'localhost.evil.example' }), ...other },
    { name: 'a dot behind it', send: asked({ Host: 'localhost.' }), ...other },
    { name: 'an empty host', send: asked({ Host: '' }), ...other },
    { name: 'two hosts, ours first', send: asked({ Host: ['localhost', 'evil.example'] }), ...other },
    { name: 'a list of hosts', send: asked({ Host: 'localhost, evil.example' }), ...other },
    { name: 'markup for a host', send: asked({ Host: '"><script>' }), ...other },
    { name: 'invalid bytes for a host', send: asked({ Host: '\xff\xfe' }), ...other },
    { name: 'ours behind a user name', send: asked({ Host: 'evil.example@localhost' }), ...ours },
    {
      name: 'a forwarded host, which nobody vouches for',
      send: asked({ 'X-Forwarded-Host': 'evil.example' }),
      ...ours,
    },
    { name: 'a forwarded scheme', send: asked({ 'X-Forwarded-Proto': 'https' }), ...ours },
    { name: 'a forwarded scheme that is none', send: asked({ 'X-Forwarded-Proto': 'evil' }), ...ours },
    { name: 'Forwarded (RFC 7239)', send: asked({ Forwarded: 'host=evil.example;proto=https' }), ...ours },
    {
      name: 'ours forwarded, another host',
      send: asked({ Host: 'evil.example', 'X-Forwarded-Host': 'localhost' }),
      ...other,
    },
    { name: 'a whole address of another host', send: { path: `http://evil.example${path}` }, ...other },
    {
      name: 'a whole address of ours',
      send: () => ({ path: `${direct.issuer}${path}`, headers: { Host: 'evil.example' } }),
      ...ours,
    },
    { name: 'a whole address of ours without port', send: { path: `http://localhost${path}` }, ...ours },
    {
      name: 'a whole address of ours without path',
      send: { path: 'http://localhost?a=%00' },
      status: 400,
      error: 'invalid_request',
    },
    {
      name: 'another host at the token endpoint',
      send: { path: '/oauth/token', body: '', headers: { Host: 'evil.example' } },
      ...other,
    },
    { name: 'another host, nothing there', send: { path: '/nothing', headers: { Host: 'evil.example' } }, ...other },
    {
      name: 'another host, for a browser',
      send: { path: '/', headers: { Host: 'evil.example', Accept: 'text/html' } },
      status: 421,
      text: /<a class="btn" href="http:\/\/localhost:\d+"/,
    },
    { name: 'another host for health', send: { path: '/healthz', headers: { Host: 'evil.example' } }, status: 200 },
    { name: 'another host for readiness', send: { path: '/readyz', headers: { Host: 'evil.example' } }, status: 200 },
  ] satisfies Row[]);
});

describe('behind a trusted proxy', () => {
  const ours = namesItself(() => proxied.issuer);
  const other = misdirected(() => proxied.issuer);
  const asked = (headers: Sent['headers']) => ({ path, headers });
  itAnswers(() => proxied, [
    {
      name: 'the forwarded host counts',
      send: asked({ Host: '10.0.0.7:8080', 'X-Forwarded-Host': 'localhost' }),
      ...ours,
    },
    { name: 'without one, the host counts', send: asked({}), ...ours },
    { name: 'another forwarded host', send: asked({ 'X-Forwarded-Host': 'evil.example' }), ...other },
    { name: 'the first of several', send: asked({ 'X-Forwarded-Host': 'evil.example, localhost' }), ...other },
    { name: 'the first of two headers', send: asked({ 'X-Forwarded-Host': ['evil.example', 'localhost'] }), ...other },
    { name: 'neither', send: asked({ Host: '10.0.0.7' }), ...other },
    { name: 'a forwarded scheme does not change the issuer', send: asked({ 'X-Forwarded-Proto': 'https' }), ...ours },
    {
      name: 'health by any name',
      send: { path: '/healthz', headers: { 'X-Forwarded-Host': 'evil.example' } },
      status: 200,
    },
  ] satisfies Row[]);

  it('logs the address that the proxy forwards, or the caller’s own if there is no proxy', async () => {
    const headers = { 'X-Forwarded-For': '203.0.113.9' };
    const ipOf = async (server: TestServer) => {
      const id = (await send(server.issuer, { path, headers })).headers.get('x-request-id') as string;
      const line = server
        .logged()
        .split('\n')
        .find((one) => one.includes(id));
      return JSON.parse(line as string).ip;
    };
    expect(await ipOf(proxied)).toBe('203.0.113.9');
    expect(await ipOf(direct)).toBe('127.0.0.1');
  });
});

describe('an offer to switch protocols', () => {
  const h2c = { Upgrade: 'h2c', Connection: 'Upgrade, HTTP2-Settings, close', 'HTTP2-Settings': 'AAMAAABkAAQAAP__' };

  it.each<[string, Sent, number]>([
    ['a document', { path: '/.well-known/openid-configuration' }, 200],
    ['a token request, whose body is read', { path: '/oauth/token', body: { grant_type: 'client_credentials' } }, 400],
    ['a call of the admin API', { path: '/admin/v1/clients' }, 401],
  ])('does not change the answer to %s', async (_, request, status) => {
    const answer = await send(direct.issuer, { ...request, headers: h2c });
    expect([answer.status, answer.headers.get('upgrade')]).toEqual([status, null]);
    expect(answer.text).not.toContain('grant_type is missing');
  });
});

describe('with an https issuer', () => {
  const forwarded = { Host: '10.0.0.7', 'X-Forwarded-Host': 'auth.example', 'X-Forwarded-Proto': 'https' };
  /** Each cookie that was ever set, with its last value and its signature. */
  const ever = new Map<string, { value: string; signature: string | undefined }>();
  /** Sends one request and keeps the cookies that a browser would keep. */
  async function ask(jar: Map<string, string>, request: Sent): Promise<Answer> {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { ...forwarded, Accept: 'text/html', ...(cookie && { Cookie: cookie }) };
    const answer = await send(https.issuer, { ...request, headers });
    const sent = new Map<string, string>();
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) as unknown as [string, string, string];
      // The cookie library removes a wrong signature by name alone, without attributes.
      if (value || !name.endsWith('.sig')) expectHardened(line);
      sent.set(name, value);
      if (value) jar.set(name, value);
      else jar.delete(name);
    }
    for (const [name, value] of sent) {
      if (value && !name.endsWith('.sig')) ever.set(name, { value, signature: sent.get(`${name}.sig`) });
    }
    return answer;
  }
  const local = (answer: Answer) => {
    const url = new URL(answer.headers.get('location') as string, httpsIssuer);
    expect(url.origin).toBe(httpsIssuer);
    return url.pathname + url.search;
  };

  it('names https addresses and asks browsers to keep to https', async () => {
    const answer = await send(https.issuer, { path, headers: forwarded });
    expect(JSON.parse(answer.text).authorization_endpoint).toBe(`${httpsIssuer}/oauth/authorize`);
    expect(answer.headers.get('strict-transport-security')).toMatch(/^max-age=\d{8}/);
  });

  it('hardens every cookie from the request to the code', async () => {
    await walked();
    const ours = ['__Host-session', '__Host-device', '__Secure-interaction', '__Secure-resume'];
    // The browser's secret needs no signature: a made-up one opens nothing. Neither does a request, which is sealed.
    expect(new Set(ever.keys())).toEqual(new Set([...ours, '__Host-browser', '__Secure-request']));
    for (const name of ours) {
      const { value, signature } = ever.get(name) as { value: string; signature: string | undefined };
      expect(signature, name).toBe(signed('sha256', name, value));
    }
  });

  it.each([
    ['a signature by SHA-1', (value: string) => [value, signed('sha1', '__Host-session', value)]],
    ['another value under the signature', (value: string) => [`${value}x`, signed('sha256', '__Host-session', value)]],
    ['the signature of another cookie', (value: string) => [value, signed('sha256', '__Host-device', value)]],
    ['no signature', (value: string) => [value]],
  ])('a session with %s is not accepted', async (_, change) => {
    const own = (await walked()).get('__Host-session') as string;
    const person = async ([value, signature]: (string | undefined)[]) => {
      const jar = new Map([['__Host-session', value as string]]);
      if (signature) jar.set('__Host-session.sig', signature);
      return (await ask(jar, { path: '/account/apps' })).status;
    };
    expect(await person([own, signed('sha256', '__Host-session', own)])).toBe(200);
    expect(await person(change(own))).toBe(303);
  });

  /** The signature that the server's key makes with this hash over `name=value`, as Keygrip does. */
  function signed(algorithm: 'sha1' | 'sha256', name: string, value: string): string {
    const [key] = createSealer([testSecret]).keys('cookies') as [Buffer];
    return createHmac(algorithm, key.toString('base64url')).update(`${name}=${value}`).digest('base64url');
  }

  /** A browser's cookies after a whole authorization. */
  async function walked(): Promise<Map<string, string>> {
    const jar = new Map<string, string>();
    const { search } = new URL(authorizeUrl(https, { prompt: 'consent' }));
    let answer = await ask(jar, { path: `/oauth/authorize${search}` });
    answer = await ask(jar, { path: local(answer) });
    const signIn = formOf({ ...answer, url: '' }, '/sign-in');
    const credentials = { ...Object.fromEntries(signIn.hidden), email: https.person.email, password };
    answer = await ask(jar, { path: signIn.action, body: form(credentials) });
    expect(answer.status).toBe(303);
    answer = await ask(jar, { path: local(await ask(jar, { path: local(answer) })) });
    const consent = formOf({ ...answer, url: '' }, '/consent');
    const decision = form({ ...Object.fromEntries(consent.hidden), decision: 'allow' });
    answer = await ask(jar, { path: consent.action, body: decision });
    answer = await ask(jar, { path: local(answer) });
    expect(answer.headers.get('location')).toMatch(/^https:\/\/app\.example\/callback\?code=/);
    return jar;
  }

  it('checks DPoP proofs against its own address, whatever host a request names', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const jwk = publicKey.export({ format: 'jwk' }) as JWK;
    const errorFor = async (htu: string, headers: Sent['headers']) => {
      const claims = { jti: randomBytes(12).toString('hex'), htm: 'POST', htu, iat: Math.floor(Date.now() / 1000) };
      const proof = new SignJWT(claims).setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk });
      const answer = await send(https.issuer, {
        path: '/oauth/token',
        body: { client_id: 'spa', grant_type: 'authorization_code', code: 'none', redirect_uri: redirectUri },
        headers: { ...headers, DPoP: await proof.sign(privateKey) },
      });
      return JSON.parse(answer.text).error;
    };
    for (const headers of [forwarded, { Host: 'auth.example' }]) {
      expect(await errorFor(`${httpsIssuer}/oauth/token`, headers)).toBe('invalid_grant');
      for (const other of ['http://auth.example', 'https://10.0.0.7', 'http://10.0.0.7', https.issuer]) {
        expect(await errorFor(`${other}/oauth/token`, headers), other).toBe('invalid_dpop_proof');
      }
    }
  });

  it('checks DPoP proofs at UserInfo against the issuer’s address, whatever host a request names', async () => {
    const key = await newProofKey();
    const code = await obtainCode(direct, { scope: 'openid' });
    const tokenUrl = `${direct.issuer}/oauth/token`;
    const exchanged = await send(direct.issuer, {
      path: '/oauth/token',
      body: {
        client_id: 'spa',
        grant_type: 'authorization_code',
        code,
        redirect_uri: redirectUri,
        code_verifier: verifier,
      },
      headers: { DPoP: await key.proof('POST', tokenUrl) },
    });
    const token = JSON.parse(exchanged.text).access_token as string;
    const ask = async (origin: string) => {
      const proof = await key.proof('GET', `${origin}/oauth/userinfo`, { token });
      const headers = { Host: 'localhost:1', Authorization: `DPoP ${token}`, DPoP: proof };
      return (await send(direct.issuer, { path: '/oauth/userinfo', headers })).headers.get('www-authenticate');
    };
    expect(await ask(direct.issuer)).toBeNull();
    expect(await ask('http://localhost:1')).toContain('error="invalid_dpop_proof"');
  });

  it('hardens the cookies of its own pages', async () => {
    const jar = new Map<string, string>();
    const answer = await ask(jar, { path: '/sign-in' });
    expect(answer.status).toBe(200);
    expect(jar.size).toBeGreaterThan(0);
  });

  /** A cookie that no neighbour under the same domain can plant, and that neither scripts nor plain http can read. */
  function expectHardened(line: string): void {
    const atRoot = /; path=\/(;|$)/i.test(line);
    expect(line).toMatch(atRoot ? /^__Host-/ : /^__Secure-/);
    expect(line).toMatch(/; secure/i);
    expect(line).toMatch(/; httponly/i);
    expect(line).toMatch(/; samesite=lax/i);
    expect(line).not.toMatch(/; domain=/i);
    // 32 bytes: SHA-1, the default, makes 20.
    const [, signature] = /\.sig=([^;]*)/.exec(line) ?? [];
    if (signature !== undefined) expect(Buffer.from(signature, 'base64url')).toHaveLength(32);
  }
});
