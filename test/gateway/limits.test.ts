/** The API's limits over HTTP: by tier, in memory and shared, and what happens when the store of counts fails. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { freePort, startTestServer, type TestServer } from '../support/server.ts';
import { sleep, wireTo } from './feed-reader.ts';
import { bearer, eventually, startTestGateway, type TestGateway } from './running-gateway.ts';
import { type Forge, forgeOf } from './tokens.ts';

let server: TestServer;
let forge: Forge;
beforeAll(async () => {
  server = await startTestServer();
  forge = await forgeOf(server);
});
afterAll(() => server.stop());

let people = 0;
/** Of a person nobody has counted yet. */
const newcomer = (tier?: string, claims: object = {}) => {
  people += 1;
  return forge.token({ sub: `person-${people}`, tier, ...claims });
};

const call = async ({ origin }: TestGateway, token: string) => {
  const response = await fetch(`${origin}/v1/projects`, { headers: bearer(token) });
  const figure = (name: string) => response.headers.get(`x-ratelimit-${name}`);
  return {
    status: response.status,
    limit: figure('limit'),
    remaining: Number(figure('remaining')),
    reset: Number(figure('reset')),
    retryAfter: response.headers.get('retry-after'),
    body: (await response.json()) as { success: boolean; error?: { code: string } },
  };
};

/** `count` calls at once, the gateways in turns. */
async function burst(gateways: TestGateway[], token: string, count: number) {
  const calls = [];
  for (let i = 0; i < count; i += 1) calls.push(call(gateways[i % gateways.length] as TestGateway, token));
  return Promise.all(calls);
}

async function hour(gateways: TestGateway[], token: string) {
  for (let second = 0; second < 10; second += 1) {
    const answers = await burst(gateways, token, 10);
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    await sleep(1_010);
  }
}

describe('in memory', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway(server);
  });
  afterAll(() => gateway.stop());

  it('every answered call says how the hour stands', async () => {
    const token = await newcomer('pro');
    const [one, two] = [await call(gateway, token), await call(gateway, token)];
    expect([one.limit, one.remaining, two.remaining]).toEqual(['1000', 999, 998]);
    expect(one.reset - Date.now() / 1000).toBeGreaterThan(3_590);
    expect(one.reset - Date.now() / 1000).toBeLessThan(3_605);
  });

  it('a burst beyond the tier is refused in the envelope, and the next second is a new one', async () => {
    const token = await newcomer('free');
    const answers = await burst([gateway], token, 14);
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(4);
    expect(refused[0]).toMatchObject({
      limit: '10',
      remaining: 0,
      retryAfter: '1',
      body: { success: false, error: { code: 'RATE_LIMITED' } },
    });
    await sleep(1_010);
    expect((await call(gateway, token)).status).toBe(200);
  });

  it.each([
    ['pro', 50],
    ['business', 100],
    ['unheard of', 10],
    [undefined, 10],
  ])('the tier %s may %d a second', async (tier, allowed) => {
    const answers = await burst([gateway], await newcomer(tier), allowed + 5);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(allowed);
  });

  it('enterprise has no limit, and is told so', async () => {
    const answers = await burst([gateway], await newcomer('enterprise'), 150);
    expect(answers.every(({ status, limit }) => status === 200 && limit === '2147483647')).toBe(true);
  });

  it('apps and people are counted apart', async () => {
    const token = await newcomer('free', { client_id: 'a' });
    await burst([gateway], token, 12);
    const sameAppOther = await newcomer('free', { client_id: 'a' });
    const otherApp = await forge.token({ sub: `person-${people - 1}`, tier: 'free', client_id: 'b' });
    expect([(await call(gateway, sameAppOther)).status, (await call(gateway, otherApp)).status]).toEqual([200, 200]);
  });

  it('a refused token counts nothing', async () => {
    const token = await newcomer('free');
    for (let i = 0; i < 20; i += 1)
      await fetch(`${gateway.origin}/v1/projects`, { method: 'POST', headers: bearer(token) });
    expect(await call(gateway, token)).toMatchObject({ status: 200, remaining: 99 });
  });

  it('the hour of free ends after 100 calls', async () => {
    const token = await newcomer('free');
    await hour([gateway], token);
    const refused = await call(gateway, token);
    expect(refused).toMatchObject({
      status: 429,
      limit: '100',
      remaining: 0,
      body: { error: { code: 'RATE_LIMITED' } },
    });
    expect(Number(refused.retryAfter)).toBeGreaterThan(3_500);
  });
});

describe('shared', () => {
  const redisServer = spawnSync('redis-server', ['--version']).status === 0;
  let database: TestDatabase;
  let redis: ChildProcess | undefined;
  let redisPort: number;
  beforeAll(async () => {
    database = await createTestDatabase();
    redisPort = await freePort();
    if (!redisServer) return;
    const options = ['--port', String(redisPort), '--save', '', '--appendonly', 'no', '--bind', '127.0.0.1'];
    redis = spawn('redis-server', options, { cwd: '/tmp' });
    for await (const line of redis.stdout as NodeJS.ReadableStream) if (/Ready to accept/.test(String(line))) break;
    redis.stdout?.resume();
  });
  afterAll(async () => {
    await database.drop();
    if (!redis) return;
    redis.kill();
    await once(redis, 'exit');
  });

  const stores: [name: string, url: () => string][] = [
    ['PostgreSQL', () => database.url],
    ['Redis', () => `redis://127.0.0.1:${redisPort}`],
  ];

  const [, redisStore] = stores;
  if (!redisServer && redisStore) redisStore[0] = 'Redis: skipped, since redis-server is not installed';

  describe.each(stores)('through %s', (name, url) => {
    const skipped = name.startsWith('Redis') && !redisServer;

    it.skipIf(skipped)('two gateways have one burst and one hour', async () => {
      const gateways = [
        await startTestGateway(server, { GATEWAY_LIMITS_URL: url() }),
        await startTestGateway(server, { GATEWAY_LIMITS_URL: url() }),
      ];
      const token = await newcomer('free');
      // Opens the connections.
      await burst(gateways, await newcomer('enterprise'), 2);
      const answers = await burst(gateways, await newcomer('free'), 14);
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(10);
      await hour(gateways, token);
      const ends = await burst(gateways, token, 2);
      expect(ends.map(({ status, limit }) => [status, limit])).toEqual([
        [429, '100'],
        [429, '100'],
      ]);
      const long = await newcomer('free', { client_id: `https://app.example/${'x'.repeat(400)}` });
      expect((await burst(gateways, long, 14)).filter(({ status }) => status === 200)).toHaveLength(10);
      for (const gateway of gateways) await gateway.stop();
      expect(gateways.map((gateway) => gateway.logged()).join('')).not.toContain('counted in memory');
    });

    it.skipIf(skipped)(
      'a store that is cut off stops no call and still limits; with it again counts are shared',
      async () => {
        const wire = await wireTo(url());
        const gateway = await startTestGateway(server, { GATEWAY_LIMITS_URL: wire.url });
        const token = await newcomer('pro');
        await call(gateway, token);
        wire.cut();
        const started = performance.now();
        const without = await burst([gateway], token, 60);
        expect(without.filter(({ status }) => status === 200)).toHaveLength(50);
        expect(performance.now() - started).toBeLessThan(3_000);
        expect(gateway.logged()).toContain('counted in memory');
        wire.mend();
        const isShared = async () => (await call(gateway, token)).remaining > 990;
        expect(await eventually(isShared, 10_000)).toBe(true);
        await gateway.stop();
        wire.close();
      },
    );
  });
});
