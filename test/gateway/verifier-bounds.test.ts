/**
 * The limits of a verifier: lists and caches that are bounded, malformed answers, secrets that are not sent elsewhere.
 */
import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { followRevocations } from '../../src/gateway/follower.ts';
import { requestJson } from '../../src/gateway/http.ts';
import { createIntrospection } from '../../src/gateway/introspection.ts';
import { createKeySet } from '../../src/gateway/key-set.ts';
import { createRevocationList } from '../../src/gateway/revocation-list.ts';
import { readEvents } from '../../src/gateway/sse.ts';
import { createTokenCache } from '../../src/gateway/token-cache.ts';
import { eventually } from './running-gateway.ts';
import { strangersKey } from './tokens.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as { port: number }).port}/`;
}

const credentials = { clientId: 'gateway', clientSecret: 'secret' };

describe('the list', () => {
  const claims = { iss: '', aud: '', sub: 's', client_id: 'c', jti: 'j', gid: 'g', iat: 0, exp: 0 };

  it.each(['jti', 'gid', 'client_id', 'sub'])('revokes by %s', (kind) => {
    const list = createRevocationList();
    const value = { jti: 'j', gid: 'g', client_id: 'c', sub: 's' }[kind] as string;
    list.apply([{ kind, value: 'another', expires_at: null }]);
    expect(list.revokes(claims, 1_000)).toBe(false);
    list.apply([{ kind, value, expires_at: 2 }]);
    expect([list.revokes(claims, 1_999), list.revokes(claims, 2_000)]).toEqual([true, false]);
  });

  it('forgets what has ended, and nothing else', () => {
    const list = createRevocationList();
    list.apply([1, 2, 3, null].map((end) => ({ kind: 'jti', value: String(end), expires_at: end })));
    list.prune(2_000);
    expect(list.size).toBe(2);
  });
});

describe('the cache', () => {
  it('holds a bounded number of tokens, those that were used last', () => {
    const cache = createTokenCache<number>(100);
    for (let i = 0; i < 1_000; i += 1) {
      cache.set(`token-${i}`, i);
      cache.get('token-0');
    }
    expect(cache.size).toBeLessThanOrEqual(101);
    expect([cache.get('token-0'), cache.get('token-999'), cache.get('token-100')]).toEqual([0, 999, undefined]);
  });

  it('holds fewer tokens if they are long', () => {
    const cache = createTokenCache<number>(100);
    for (let i = 0; i < 100; i += 1) cache.set(`${i}${'x'.repeat(8_000)}`, i);
    expect(cache.size).toBeLessThan(30);
  });
});

describe('an answer', () => {
  it.each([
    ['that is no JSON', '<html>'],
    ['that is nothing', 'null'],
    ['that is long', `{"active":true,"x":"${'x'.repeat(100_000)}"}`],
  ])('%s counts as no answer', async (_what, text) => {
    const url = await serve((_request, response) => response.end(text));
    await expect(requestJson(fetch, url)).rejects.toThrow();
  });

  it('that does not end is read no further than the maximum', async () => {
    const url = await serve((_request, response) => {
      const more = () => void response.write('x'.repeat(50_000), () => setImmediate(more));
      more();
    });
    await expect(requestJson(fetch, url)).rejects.toThrow('more than 100000 characters');
  });

  it('with another status is reported by its status, however long it is', async () => {
    const url = await serve((_request, response) => response.writeHead(502).end('x'.repeat(200_000)));
    await expect(requestJson(fetch, url)).rejects.toThrow('answers 502');
  });

  it('that does not arrive is waited for two seconds', async () => {
    const url = await serve(() => {});
    await expect(requestJson(fetch, url)).rejects.toThrow();
  });

  it.each(['{"active":"true"}', '{"active":1}', '{}'])(
    'of introspection that is %s does not vouch for a token',
    async (text) => {
      const url = await serve((_request, response) => response.end(text));
      expect(await createIntrospection({ url, credentials, fetch })('token')).toBeUndefined();
    },
  );
});

it('two hundred introspections run at the same time at most', async () => {
  let asked = 0;
  const never: typeof fetch = () => {
    asked += 1;
    return new Promise(() => {});
  };
  const introspect = createIntrospection({ url: 'http://127.0.0.1:9/', credentials, fetch: never });
  for (let i = 0; i < 200; i += 1) void introspect('token');
  await expect(introspect('token')).rejects.toThrow('200');
  expect(asked).toBe(200);
});

it('an event of the feed that does not end is abandoned', async () => {
  async function* endless() {
    for (;;) yield Buffer.from(`data: ${'x'.repeat(100_000)}\n`);
  }
  await expect(readEvents(endless()).next()).rejects.toThrow('does not end');
});

it('the secret is sent to the server only, and not to a redirect', async () => {
  const told: (string | undefined)[] = [];
  const elsewhere = await serve((request, response) => {
    told.push(request.headers.authorization);
    response.end('{"active":true}');
  });
  const url = await serve((_request, response) => response.writeHead(307, { Location: elsewhere }).end());
  const problems: Error[] = [];
  const follower = followRevocations({ url, credentials, fetch, onProblem: (problem) => problems.push(problem) });
  await expect(createIntrospection({ url, credentials, fetch })('token')).rejects.toThrow();
  expect(await eventually(() => problems.length > 0)).toBe(true);
  await follower.close();
  expect(told).toEqual([]);
});

describe('the key set', () => {
  async function keysOf(keys: unknown) {
    const url = await serve((_request, response) => response.end(JSON.stringify({ keys })));
    const set = createKeySet({ url, fetch, onProblem: () => {} });
    await set.refresh().finally(() => set.close());
    return set;
  }

  it('accepts ES256 keys for signatures, and no others', async () => {
    const { d: _private, ...key } = await strangersKey();
    const others = { use: 'enc', alg: 'ES384', kty: 'oct', crv: 'P-384', kid: 7 };
    const odd = Object.entries(others).map(([name, value]) => ({ ...key, kid: name, [name]: value, k: 'c2VjcmV0' }));
    const set = await keysOf([...odd, { kty: 'RSA', kid: 'rsa', n: 'AQAB', e: 'AQAB' }, { ...key, kid: 'good' }]);
    expect([...Object.keys(others), 'rsa'].filter((kid) => set.get(kid))).toEqual([]);
    expect(set.get('good')).toBeDefined();
  });

  it('must be a list of at most fifty keys', async () => {
    await expect(keysOf(Array(51).fill({}))).rejects.toThrow('no key set');
    await expect(keysOf({})).rejects.toThrow('no key set');
  });
});
