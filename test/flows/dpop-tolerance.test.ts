/**
 * One rule for the time of a DPoP proof, wherever one is accepted (RFC 9449 §4.3, §8, §9, §11.1): a minute of tolerance
 * in both directions, and a nonce for every clock that differs by more.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGuard, type Guard } from '../../src/gateway/guard.ts';
import { createVerifier, type Verifier } from '../../src/gateway/verifier.ts';
import { gatewayCredentials } from '../gateway/tokens.ts';
import { newProofKey, type ProofKey } from '../support/dpop.ts';
import { authorizeUrl, verifier as codeVerifier, obtainCode } from '../support/oauth.ts';
import { newPerson, type Person } from '../support/person.ts';
import { apiResource, redirectUri, startTestServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let person: Person;
let gateways: Verifier[];
let guards: Guard[];
const origin = 'https://api.example';
beforeAll(async () => {
  server = await startTestServer();
  person = newPerson(server.issuer);
  const options = () => ({ issuer: server.issuer, audience: apiResource, credentials: gatewayCredentials() });
  gateways = [createVerifier(options()), createVerifier(options())];
  await Promise.all(gateways.map((one) => one.ready()));
  guards = gateways.map((verifier) => createGuard({ verifier, origin }));
});
afterAll(async () => {
  await Promise.all(gateways.map((one) => one.close()));
  await server.stop();
});

interface Said {
  readonly status: number;
  readonly error: string | undefined;
  readonly nonce: string | null;
  readonly token?: string;
}
type Place = (key: ProofKey, claims: object) => Promise<Said>;

async function post(path: string, fields: Record<string, string>, DPoP: string): Promise<Said> {
  const response = await fetch(server.issuer + path, {
    method: 'POST',
    headers: { DPoP },
    body: new URLSearchParams(fields),
  });
  const body = (await response.json()) as { error?: string; access_token?: string };
  const { status, headers } = response;
  return {
    status,
    error: body.error,
    nonce: headers.get('dpop-nonce'),
    ...(body.access_token && { token: body.access_token }),
  };
}

const exchange: Place = async (key, claims) => {
  const code = await obtainCode(server, { scope: 'openid projects:read' }, person);
  const fields = {
    grant_type: 'authorization_code',
    client_id: 'spa',
    code,
    redirect_uri: redirectUri,
    code_verifier: codeVerifier,
  };
  return post('/oauth/token', fields, await key.proof('POST', `${server.issuer}/oauth/token`, { claims }));
};
const push: Place = async (key, claims) => {
  const fields = Object.fromEntries(new URL(authorizeUrl(server)).searchParams);
  return post('/oauth/par', fields, await key.proof('POST', `${server.issuer}/oauth/par`, { claims }));
};
const bound = async (key: ProofKey) => (await exchange(key, {})).token as string;
const userInfo: Place = async (key, claims) => {
  const token = await bound(key);
  const DPoP = await key.proof('GET', `${server.issuer}/oauth/userinfo`, { token, claims });
  const { status, headers } = await fetch(`${server.issuer}/oauth/userinfo`, {
    headers: { authorization: `DPoP ${token}`, DPoP },
  });
  const error = /error="([^"]+)"/.exec(headers.get('www-authenticate') ?? '')?.[1];
  return { status, error, nonce: headers.get('dpop-nonce') };
};
const gatewayAt =
  (place: number): Place =>
  async (key, claims) => {
    const token = await bound(key);
    const dpop = [await key.proof('GET', `${origin}/things`, { token, claims })];
    const request = { method: 'GET', target: '/things', authorization: [`DPoP ${token}`], dpop };
    const verdict = await (guards[place] as Guard).check(request, []);
    if (!('refusal' in verdict)) return { status: 200, error: undefined, nonce: null };
    const { status, headers } = verdict.refusal;
    const error = /error="([^"]+)"/.exec(headers['WWW-Authenticate'] ?? '')?.[1];
    return { status, error, nonce: headers['DPoP-Nonce'] ?? null };
  };

const places: [string, Place, good: number, bad: number][] = [
  ['the token endpoint', exchange, 200, 400],
  ['a pushed request', push, 201, 400],
  ['UserInfo', userInfo, 200, 401],
  ['a gateway', gatewayAt(0), 200, 401],
];
const at = (offset: number) => ({ iat: Math.floor(Date.now() / 1000) + offset });

describe.each(places)('%s', (_name, place, good, bad) => {
  it.each([-45, -10, 0, 10, 45])('accepts a proof that is %d s ahead', async (offset) => {
    expect((await place(await newProofKey(), at(offset))).status).toBe(good);
  });

  it('accepts an id of 300 characters', async () => {
    expect((await place(await newProofKey(), { jti: crypto.randomUUID().padEnd(300, 'a') })).status).toBe(good);
  });

  it.each([-86_400, -200, -90, 90, 200, 86_400])(
    'offers a nonce to a clock that is %d s ahead, and then accepts it',
    async (offset) => {
      const key = await newProofKey();
      const refused = await place(key, at(offset));
      expect(refused).toMatchObject({
        status: bad,
        error: 'use_dpop_nonce',
        nonce: expect.stringMatching(/^[\w-]{43}$/),
      });
      expect((await place(key, { ...at(offset), nonce: refused.nonce })).status).toBe(good);
    },
  );

  it('offers a new nonce for one that it does not know', async () => {
    for (const nonce of ['x', 'A'.repeat(43)]) {
      const refused = await place(await newProofKey(), { nonce });
      expect(refused).toMatchObject({ status: bad, error: 'use_dpop_nonce', nonce: expect.any(String) });
    }
  });

  it('offers no nonce for a proof that is wrong', async () => {
    expect((await place(await newProofKey(), { htm: 'PUT' })).error).toBe('invalid_dpop_proof');
  });

  it.each(['ES256', 'EdDSA', 'Ed25519'])('accepts a proof by %s', async (alg) => {
    expect((await place(await newProofKey(alg), {})).status).toBe(good);
  });
});

it('a nonce of one gateway is accepted at the next, and one of the token endpoint at UserInfo', async () => {
  const key = await newProofKey();
  const { nonce } = await gatewayAt(0)(key, at(-90));
  expect((await gatewayAt(1)(key, { ...at(-90), nonce })).status).toBe(200);
  const told = await exchange(key, at(-90));
  expect((await userInfo(key, { ...at(-90), nonce: told.nonce })).status).toBe(200);
});

it('challenges and metadata name the accepted algorithms, and no others', async () => {
  const metadata = (await (await fetch(`${server.issuer}/.well-known/oauth-authorization-server`)).json()) as Record<
    string,
    string[]
  >;
  const { headers } = await fetch(`${server.issuer}/oauth/userinfo`);
  const verdict = await (guards[0] as Guard).check({ method: 'GET', target: '/', authorization: [], dpop: [] }, []);
  const challenges = [
    headers.get('www-authenticate'),
    'refusal' in verdict && verdict.refusal.headers['WWW-Authenticate'],
  ];
  const taken = ['ES256', 'Ed25519', 'EdDSA'];
  expect(metadata.dpop_signing_alg_values_supported?.toSorted()).toEqual(taken);
  for (const challenge of challenges) {
    expect(/DPoP algs="([^"]+)"/.exec(String(challenge))?.[1]?.split(' ').toSorted()).toEqual(taken);
  }
});
