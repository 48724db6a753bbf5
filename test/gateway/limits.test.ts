/** The API's limits over HTTP: by tier, in memory and shared, and with a store of counts that fails. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { freePort } from '../support/free-port.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { wireTo } from './feed-reader.ts';
import { bearer, eventually, standingClocks, startTestGateway, type TestGateway } from './running-gateway.ts';
import { type Forge, forgeOf } from './tokens.ts';

let server: TestServer;
let forge: Forge;
beforeAll(async () => {
  server = await startTestServer();
  forge = await forgeOf(server);
});
afterAll(() => server.stop());

let people = 0;
/** A token of a person who has not been counted yet. */
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

/** `count` calls at once, alternating between the gateways. */
async function burst(gateways: TestGateway[], token: string, count: number) {
  const calls = [];
  for (let i = 0; i < count; i += 1) calls.push(call(gateways[i % gateways.length] as TestGateway, token));
  return Promise.all(calls);
}

/** All calls that the free tier has in an hour, ten in each second. */
async function hour(gateways: TestGateway[], token: string, endSecond: () => unknown) {
  for (let second = 0; second < 10; second += 1) {
    const answers = await burst(gateways, token, 10);
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    await endSecond();
  }
}

/** A clock that moves only when a test says so: all calls of a burst fall into one second, however slow the machine. */
function standingClock() {
  const clock = { wall: 1_800_000_000_000, monotonic: 1_000 };
  return {
    wall: clock.wall,
    clocks: { now: () => clock.wall, monotonic: () => clock.monotonic },
    pass(ms: number) {
      clock.wall += ms;
      clock.monotonic += ms;
    },
  };
}

/** Unregistered apps call here. The gateway trusts its list throughout, because introspection would refuse them. */
const believing = () => ({ feedClocks: standingClocks() });

describe('in memory', () => {
  let gateway: TestGateway;
  const clock = standingClock();
  const endSecond = () => clock.pass(1_000);
  beforeAll(async () => {
    gateway = await startTestGateway(server, {}, { ...clock.clocks, ...believing() });
  });
  afterAll(() => gateway.stop());

  it('every answered call names what is left of the hour', async () => {
    const token = await newcomer('pro');
    const [one, two] = [await call(gateway, token), await call(gateway, token)];
    expect([one.limit, one.remaining, two.remaining]).toEqual(['1000', 999, 998]);
    expect(one.reset).toBe(clock.wall / 1000 + 3_600);
  });

  it('a burst beyond the tier is refused in the envelope, and the next second starts anew', async () => {
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
    clock.pass(999);
    expect((await call(gateway, token)).status).toBe(429);
    clock.pass(1);
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

  it('a refused token is not counted', async () => {
    const token = await newcomer('free');
    for (let i = 0; i < 20; i += 1)
      await fetch(`${gateway.origin}/v1/projects`, { method: 'POST', headers: bearer(token) });
    expect(await call(gateway, token)).toMatchObject({ status: 200, remaining: 99 });
  });

  it('the hour of free ends after 100 calls', async () => {
    const token = await newcomer('free');
    await hour([gateway], token, endSecond);
    const refused = await call(gateway, token);
    expect(refused).toMatchObject({
      status: 429,
      limit: '100',
      remaining: 0,
      body: { error: { code: 'RATE_LIMITED' } },
    });
    // The hour began with the first call, ten seconds ago.
    expect(refused.retryAfter).toBe('3590');
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

  /** A shared store keeps time itself, so the current second is held or ended in the store. */
  interface Seconds {
    hold(): Promise<unknown>;
    end(): Promise<unknown>;
  }
  const inPostgres: Seconds = {
    hold: () => query('UPDATE api_limits SET expire = expire + 3600000'),
    end: () => query('DELETE FROM api_limits'),
  };
  const query = (text: string) => database.database.pgPool.query(`${text} WHERE key LIKE 'api_burst%'`);
  const inRedis: Seconds = {
    hold: () => eachBurst((client, key) => client.pexpire(key, 3_600_000)),
    end: () => eachBurst((client, key) => client.del(key)),
  };
  async function eachBurst(change: (client: Redis, key: string) => Promise<unknown>) {
    const client = new Redis(redisPort, '127.0.0.1');
    for (const key of await client.keys('api_burst*')) await change(client, key);
    await client.quit();
  }
  const stores: [name: string, url: () => string, seconds: Seconds][] = [
    ['PostgreSQL', () => database.url, inPostgres],
    ['Redis', () => `redis://127.0.0.1:${redisPort}`, inRedis],
  ];

  /** `count` calls, all in the same second. */
  async function burstInOneSecond(gateways: TestGateway[], token: string, count: number, { hold }: Seconds) {
    const first = await burst(gateways, token, 1);
    await hold();
    return [...first, ...(await burst(gateways, token, count - 1))];
  }

  const [, redisStore] = stores;
  if (!redisServer && redisStore) redisStore[0] = 'Redis: skipped, since redis-server is not installed';

  describe.each(stores)('through %s', (name, url, seconds) => {
    const skipped = name.startsWith('Redis') && !redisServer;

    it.skipIf(skipped)('two gateways share one burst and one hour', async () => {
      // The gateway waits for a store that is only slow.
      const open = () => startTestGateway(server, { GATEWAY_LIMITS_URL: url() }, { timeoutMs: 30_000, ...believing() });
      const gateways = [await open(), await open()];
      const token = await newcomer('free');
      const answers = await burstInOneSecond(gateways, await newcomer('free'), 14, seconds);
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(10);
      await hour(gateways, token, seconds.end);
      const ends = await burst(gateways, token, 2);
      expect(ends.map(({ status, limit }) => [status, limit])).toEqual([
        [429, '100'],
        [429, '100'],
      ]);
      const long = await newcomer('free', { client_id: `https://app.example/${'x'.repeat(400)}` });
      const ofLong = await burstInOneSecond(gateways, long, 14, seconds);
      expect(ofLong.filter(({ status }) => status === 200)).toHaveLength(10);
      for (const gateway of gateways) await gateway.stop();
      expect(gateways.map((gateway) => gateway.logged()).join('')).not.toContain('counted in memory');
    });

    it.skipIf(skipped)(
      'a store that is cut off stops no call, limits still apply, and counts are shared again when it is back',
      async () => {
        const wire = await wireTo(url());
        const { clocks, pass } = standingClock();
        const env = { GATEWAY_LIMITS_URL: wire.url };
        const gateway = await startTestGateway(server, env, { ...clocks, timeoutMs: 30_000, ...believing() });
        const token = await newcomer('pro');
        await call(gateway, token);
        wire.cut();
        const without = await burst([gateway], token, 60);
        expect(without.filter(({ status }) => status === 200)).toHaveLength(50);
        expect(gateway.logged()).toContain('counted in memory');
        wire.mend();
        const isShared = async () => {
          pass(1_000);
          return (await call(gateway, token)).remaining > 990;
        };
        expect(await eventually(isShared)).toBe(true);
        await gateway.stop();
        wire.close();
      },
    );
  });
});
