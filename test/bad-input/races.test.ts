/** What may be used once is used once, however many requests come at the same moment, on whichever node. */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import {
  authorizeUrl,
  callback,
  exchange,
  obtainCode,
  obtainTokens,
  post,
  refresh,
  verifier,
} from '../support/oauth.ts';
import { decide, newPerson, signIn } from '../support/person.ts';
import { waitingForLocks } from '../support/rows.ts';
import { apiResource, redirectUri, startTestServer, type TestServer } from '../support/server.ts';
import { addSigningClient, assertionType, type SigningClient } from './clients.ts';
import { type Answer, send } from './wire.ts';

let server: TestServer;
let second: TestServer;
let signer: SigningClient;
beforeAll(async () => {
  server = await startTestServer({ env: { DATABASE_POOL_SIZE: '20' } });
  second = await startTestServer({ beside: server, env: { ISSUER: server.issuer } });
  signer = await addSigningClient(server);
});
afterAll(async () => {
  await second.stop();
  await server.stop();
});

/** Runs all at once, every other one at the second node; the second's own address is that of its port. */
const parallel = <T>(times: number, work: (index: number, node: TestServer) => Promise<T>) =>
  Promise.all(Array.from({ length: times }, (_, i) => work(i, i % 2 === 0 ? server : second)));
const tally = (answers: { status: number; body?: Record<string, unknown>; text?: string }[]) =>
  answers
    .map(({ status, body, text }) => `${status} ${body?.error ?? /"error":"(\w+)"/.exec(text ?? '')?.[1] ?? ''}`.trim())
    .sort();

/** Holds every write to the replay marks until all ten requests have looked and found no mark: this forces the race. */
async function atOnce<T>(work: () => Promise<T>): Promise<T> {
  const client = await server.db.pgPool.connect();
  try {
    await client.query('BEGIN; LOCK TABLE artifacts IN SHARE ROW EXCLUSIVE MODE');
    const result = work();
    await eventually(() => waitingForLocks(server.db)).toBe(10);
    await client.query('COMMIT');
    return await result;
  } finally {
    client.release();
  }
}

describe('client assertions (RFC 7523)', () => {
  it('a replayed assertion is accepted once, on two nodes too', async () => {
    const body = {
      grant_type: 'client_credentials',
      client_assertion_type: assertionType,
      client_assertion: await signer.assertion(),
    };
    const answers = await atOnce(() => parallel(10, (_, node) => send(node.issuer, { path: '/oauth/token', body })));
    expect(tally(answers)).toEqual(['200', ...Array(9).fill('401 invalid_client')]);
    const later = await send(server.issuer, { path: '/oauth/token', body });
    expect(tally([later])).toEqual(['401 invalid_client']);
  });
});

describe('pushed authorization requests (RFC 9126)', () => {
  it('a request that two finish at once gives one code', async () => {
    const fields = Object.fromEntries(new URL(authorizeUrl(server)).searchParams);
    const { body } = await post(server, '/oauth/par', fields);
    const url = `/oauth/authorize?${new URLSearchParams({ client_id: 'spa', request_uri: body.request_uri as string })}`;
    const people = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const person = newPerson(server.issuer);
        await obtainCode(server, {}, person);
        return person;
      }),
    );
    const answers = await Promise.all(people.map((person) => person.visit(url)));
    const outcomes = answers.map((page) => page.headers.get('location')).map((to) => (to ? callbackOf(to) : 'page'));
    expect(outcomes.filter((outcome) => outcome === 'code')).toHaveLength(1);
    for (const page of answers) expect(page.status).toBeLessThan(500);
    const later = await (people[0] as (typeof people)[0]).visit(url);
    expect(later.text).toContain('invalid_request_uri');
  });

  it('a request that is answered in two tabs gives one code', async () => {
    const fields = Object.fromEntries(new URL(authorizeUrl(server)).searchParams);
    const { body } = await post(server, '/oauth/par', { ...fields, prompt: 'consent' });
    const url = `/oauth/authorize?${new URLSearchParams({ client_id: 'spa', request_uri: body.request_uri as string })}`;
    const tabs = await Promise.all(
      [0, 1].map(async () => {
        const person = newPerson(server.issuer);
        return { person, page: await signIn(person, await person.visit(url), server.person.email) };
      }),
    );
    const answers = await Promise.all(tabs.map(({ person, page }) => decide(person, page, 'allow')));
    const codes = answers.filter((page) => page.headers.get('location') && callback(page).has('code'));
    expect(codes).toHaveLength(1);
  });

  const callbackOf = (location: string) => (new URL(location).searchParams.has('code') ? 'code' : 'error');
});

describe('refresh with resource (RFC 8707)', () => {
  it('parallel refreshes have one successor, with or without the resource or its slash', async () => {
    const tokens = await obtainTokens(server);
    const asked = [{}, { resource: apiResource }, { resource: `${apiResource}/` }];
    const answers = await parallel(12, (i) =>
      refresh(server, tokens.refresh_token as string, 'spa', asked[i % 3] as Record<string, string>),
    );
    expect(tally(answers)).toEqual(Array(12).fill('200'));
    expect(new Set(answers.map(({ body }) => body.refresh_token)).size).toBe(1);
  });

  it('a foreign resource spends nothing: the same token still refreshes, also after the leeway', async () => {
    const tokens = await obtainTokens(server);
    const foreign = { resource: 'https://elsewhere.example' };
    const refused = await refresh(server, tokens.refresh_token as string, 'spa', foreign);
    expect(tally([refused])).toEqual(['400 invalid_target']);
    const { rows } = await server.db.pgPool.query('SELECT max(rotated_at) AS at FROM grants WHERE generation = 0');
    expect(rows[0].at).toBeNull();
    expect((await refresh(server, tokens.refresh_token as string)).status).toBe(200);
  });
});

describe('DPoP (RFC 9449)', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const proof = (claims: object = {}, header: object = {}, key: KeyObject = privateKey) =>
    new SignJWT({
      jti: randomBytes(12).toString('hex'),
      htm: 'POST',
      htu: `${server.issuer}/oauth/token`,
      iat: Math.floor(Date.now() / 1000),
      ...claims,
    })
      .setProtectedHeader({
        alg: 'ES256',
        typ: 'dpop+jwt',
        jwk: publicKey.export({ format: 'jwk' }),
        ...header,
      } as never)
      .sign(key);
  const token = (
    body: Record<string, string>,
    headers: Record<string, string | string[]>,
    node = server,
  ): Promise<Answer> => send(node.issuer, { path: '/oauth/token', body: { client_id: 'spa', ...body }, headers });
  const redeem = (code: string) => ({
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri,
    code_verifier: verifier,
  });
  async function boundTokens(): Promise<{ access_token: string; refresh_token: string; token_type: string }> {
    const answer = await token(redeem(await obtainCode(server)), { DPoP: await proof() });
    return JSON.parse(answer.text);
  }

  it('a proof binds tokens to its key', async () => {
    expect((await boundTokens()).token_type).toBe('DPoP');
  });

  it('a refresh needs a proof by the same key', async () => {
    const { refresh_token } = await boundTokens();
    const body = { grant_type: 'refresh_token', refresh_token };
    const { privateKey: theirs, publicKey: theirPublic } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const theirProof = await proof({}, { jwk: theirPublic.export({ format: 'jwk' }) }, theirs);
    expect(tally([await token(body, {})])).toEqual(['400 invalid_grant']);
    expect(tally([await token(body, { DPoP: theirProof })])).toEqual(['400 invalid_grant']);
    expect(tally([await token(body, { DPoP: await proof() })])).toEqual(['200']);
  });

  it('a replayed proof is accepted once, on two nodes too', async () => {
    const { refresh_token } = await boundTokens();
    const DPoP = await proof();
    const body = { grant_type: 'refresh_token', refresh_token };
    const answers = await atOnce(() => parallel(10, (_, node) => token(body, { DPoP }, node)));
    // RFC 9449 §5: `invalid_grant` would tell the app to forget its tokens.
    expect(tally(answers)).toEqual(['200', ...Array(9).fill('400 invalid_dpop_proof')]);
    expect(tally([await token(body, { DPoP })])).toEqual(['400 invalid_dpop_proof']);
  });

  it('a replayed proof is accepted once with pushed requests', async () => {
    const path = '/oauth/par';
    const DPoP = await proof({ htu: server.issuer + path });
    const body = {
      client_id: 'spa',
      response_type: 'code',
      redirect_uri: redirectUri,
      scope: 'projects:read',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    };
    const push = () => send(server.issuer, { path, body, headers: { DPoP } });
    expect(tally([await push()])).toEqual(['201']);
    expect(tally([await push()])).toEqual(['400 invalid_dpop_proof']);
  });

  it('a bound token cannot be used as a bearer token', async () => {
    const { access_token } = await boundTokens();
    const answer = await send(server.issuer, {
      path: '/oauth/userinfo',
      headers: { Authorization: `Bearer ${access_token}` },
    });
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([
      401,
      expect.stringContaining('invalid_token'),
    ]);
  });

  it.each([
    ['another method', { htm: 'GET' }, {}],
    ['another address', { htu: 'https://evil.example/oauth/token' }, {}],
    ['old', { iat: Math.floor(Date.now() / 1000) - 3600 }, {}, 'use_dpop_nonce'],
    ['from the future', { iat: Math.floor(Date.now() / 1000) + 3600 }, {}, 'use_dpop_nonce'],
    ['without id', { jti: undefined }, {}],
    ['of another type', {}, { typ: 'JWT' }],
    ['with a private key in it', {}, { jwk: privateKey.export({ format: 'jwk' }) }],
    ['without key', {}, { jwk: undefined }],
  ])(
    'a proof that is %s is refused, and the code stays good',
    async (_name, claims, header, error = 'invalid_dpop_proof') => {
      const code = await obtainCode(server);
      const answer = await token(redeem(code), { DPoP: await proof(claims, header) });
      expect(tally([answer])).toEqual([`400 ${error}`]);
      expect((await exchange(server, code)).status).toBe(200);
    },
  );

  it('two proofs are refused', async () => {
    const code = await obtainCode(server);
    const answer = await token(redeem(code), { DPoP: [await proof(), await proof()] });
    expect(tally([answer])).toEqual(['400 invalid_dpop_proof']);
  });

  describe('at UserInfo', () => {
    const path = '/oauth/userinfo';
    let access: string;
    beforeAll(async () => {
      const code = await obtainCode(server, { scope: 'openid email' });
      const answer = await token(redeem(code), { DPoP: await proof() });
      access = JSON.parse(answer.text).access_token;
    });
    const ath = (of: string) => createHash('sha256').update(of).digest('base64url');
    const proofFor = (claims: object = {}, header: object = {}, key?: KeyObject) =>
      proof({ htm: 'GET', htu: server.issuer + path, ath: ath(access), ...claims }, header, key);
    const ask = (DPoP: string | string[] | undefined, { node = server, scheme = 'DPoP', method = 'GET' } = {}) =>
      send(node.issuer, { path, method, headers: { Authorization: `${scheme} ${access}`, DPoP } });

    it('a bound token is accepted with its proof, by every method', async () => {
      const answer = await ask(await proofFor());
      expect(JSON.parse(answer.text)).toEqual({
        sub: server.person.id,
        email: server.person.email,
        email_verified: false,
      });
      for (const method of ['POST', 'HEAD'])
        expect((await ask(await proofFor({ htm: method }), { method })).status).toBe(200);
    });

    it('a bound token is not accepted as Bearer, with or without a proof', async () => {
      for (const DPoP of [undefined, await proofFor()]) {
        const { status, headers } = await ask(DPoP, { scheme: 'Bearer' });
        expect(status).toBe(401);
        expect(headers.get('www-authenticate')).toMatch(
          /^DPoP realm=.*error="invalid_token".*, algs="ES256 EdDSA Ed25519"$/,
        );
      }
    });

    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    it.each<[string, () => Promise<string | string[] | undefined>]>([
      ['none', async () => undefined],
      ['two', async () => [await proofFor(), await proofFor()]],
      ['garbage', async () => 'x.y.z'],
      ['for another method', () => proofFor({ htm: 'POST' })],
      ['for another address', () => proofFor({ htu: `${server.issuer}/oauth/token` })],
      ['for another token', () => proofFor({ ath: ath('another') })],
      ['for no token', () => proofFor({ ath: undefined })],
      ['by another key', () => proofFor({}, { jwk: other.publicKey.export({ format: 'jwk' }) }, other.privateKey)],
      ['too old', () => proofFor({ iat: Math.floor(Date.now() / 1000) - 90 })],
    ])('an invalid proof is refused: %s', async (_name, make) => {
      const { status, headers } = await ask(await make());
      expect(status).toBe(401);
      expect(headers.get('www-authenticate')).toMatch(/^DPoP realm=.*error="(invalid_dpop_proof|use_dpop_nonce)"/);
    });

    it('one proof sent by ten requests at once on two nodes is accepted once, and never later', async () => {
      const DPoP = await proofFor();
      const answers = await atOnce(() => parallel(10, (_, node) => ask(DPoP, { node })));
      expect(tally(answers)).toEqual(['200', ...Array(9).fill('401 invalid_dpop_proof')]);
      expect((await ask(DPoP)).status).toBe(401);
    });
  });
});
