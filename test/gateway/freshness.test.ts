/**
 * When a follower trusts its list: heartbeats that lie, come late or stop; clocks that stand still or jump; lists with
 * gaps.
 */
import { createServer, type Server, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { type Follower, followRevocations } from '../../src/gateway/follower.ts';
import { createFreshness } from '../../src/gateway/freshness.ts';
import { sleep } from './feed-reader.ts';
import { eventually, standingClocks } from './running-gateway.ts';

describe('freshness', () => {
  function setUp() {
    const clock = { monotonic: 1_000, wall: 50_000_000 };
    const freshness = createFreshness(5_000, { monotonic: () => clock.monotonic, wall: () => clock.wall });
    const pass = (ms: number) => {
      clock.monotonic += ms;
      clock.wall += ms;
    };
    const fresh = () => freshness.look().fresh;
    return { clock, freshness, pass, fresh };
  }

  it('begins with the first heartbeat and ends five seconds after the last', () => {
    const { freshness, pass, fresh } = setUp();
    expect(fresh()).toBe(false);
    expect(freshness.heard(900)).toBe(true);
    pass(4_999);
    expect(fresh()).toBe(true);
    pass(1);
    expect(fresh()).toBe(false);
  });

  it.each([
    ['repeats', 900],
    ['goes backwards', 899],
    ['is no number', Number.NaN],
  ])('is not extended by a heartbeat that %s', (_what, asOf) => {
    const { freshness, pass, fresh } = setUp();
    freshness.heard(900);
    pass(4_000);
    expect(freshness.heard(asOf)).toBe(false);
    pass(1_000);
    expect(fresh()).toBe(false);
  });

  it('is not extended by heartbeats that come later and later', () => {
    const { freshness, pass, fresh } = setUp();
    for (let heartbeats = 0; heartbeats < 60; heartbeats += 1) {
      // Every second a heartbeat whose time has advanced by a tenth of a second.
      freshness.heard(900 + heartbeats / 10);
      if (heartbeats > 6) expect(fresh()).toBe(false);
      pass(1_000);
    }
  });

  it('is extended although clocks drift apart', () => {
    const { freshness, pass, fresh } = setUp();
    for (let heartbeats = 0; heartbeats < 60_000; heartbeats += 1) {
      freshness.heard(900 + heartbeats * 0.9998);
      expect(fresh()).toBe(true);
      pass(1_000);
    }
  });

  it('ends when the machine has slept, though its monotonic clock stood still', () => {
    const { clock, freshness, fresh } = setUp();
    freshness.heard(900);
    clock.wall += 3_600_000;
    expect(fresh()).toBe(false);
  });

  it('ends as soon when the wall clock was set back meanwhile', () => {
    const { clock, freshness, pass, fresh } = setUp();
    freshness.heard(900);
    clock.wall -= 3_600_000;
    pass(4_999);
    expect(fresh()).toBe(true);
    pass(1);
    expect(fresh()).toBe(false);
  });

  it('uses the later of the two times', () => {
    const { clock, freshness, pass } = setUp();
    expect(freshness.look().now).toBe(clock.wall);
    freshness.heard(60_000);
    pass(500);
    expect(freshness.look().now).toBe(60_000_500);
  });
});

describe('a follower', () => {
  let node: { url: string; server: Server; asked: (string | undefined)[] };
  let follower: Follower;
  let clocks: ReturnType<typeof standingClocks>;
  const problems: string[] = [];
  afterEach(async () => {
    await follower.close();
    node.server.closeAllConnections();
    node.server.close();
    problems.length = 0;
  });

  /** A node that sends what a test wants. */
  async function follow(
    speak: (say: (event: string, data: object) => void, connection: number, response: ServerResponse) => void,
    status = 200,
  ) {
    const asked: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      asked.push(request.headers['last-event-id'] as string | undefined);
      response.writeHead(status, { 'Content-Type': 'text/event-stream' });
      speak(
        (event, data) => response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`),
        asked.length,
        response,
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    node = { url: `http://127.0.0.1:${(server.address() as { port: number }).port}/`, server, asked };
    const credentials = { clientId: 'gateway', clientSecret: 'secret' };
    clocks = standingClocks();
    follower = followRevocations({
      url: node.url,
      credentials,
      fetch,
      onProblem: ({ message }) => problems.push(message),
      clocks,
    });
  }

  const now = () => Date.now() / 1000;
  const entry = (seq: number, value: string, ends: number | null = now() + 60) => ({
    seq,
    kind: 'jti',
    value,
    expires_at: ends,
  });
  const claims = (jti: string) => ({ iss: '', aud: '', sub: 's', client_id: 'c', jti, iat: 0, exp: 0 });
  const revokes = (jti: string) => follower.list.revokes(claims(jti), Date.now());

  it('trusts a snapshot of several pages only after a heartbeat closes it', async () => {
    let say: (event: string, data: object) => void = () => {};
    await follow((speak) => {
      say = speak;
      say('snapshot', { feed: 'f', cursor: 'f.1.2', as_of: now(), entries: [entry(1, 'a')], more: true });
    });
    expect(await eventually(() => node.asked.length === 1)).toBe(true);
    await sleep(100);
    expect([follower.look().fresh, revokes('a')]).toEqual([false, false]);
    say('revoked', { cursor: 'f.2', as_of: now(), entries: [entry(2, 'b')], more: false });
    say('heartbeat', { cursor: 'f.2', as_of: now() });
    await follower.synced;
    expect([follower.look().fresh, revokes('a'), revokes('b'), revokes('c')]).toEqual([true, true, true, false]);
  });

  it('lets the newest entry of a value count', async () => {
    await follow((say) => {
      const entries = [entry(1, 'a', null), entry(2, 'b', null), entry(3, 'a', now() - 1)];
      say('snapshot', { feed: 'f', cursor: 'f.3', as_of: now(), entries, more: false });
      say('heartbeat', { cursor: 'f.3', as_of: now() });
    });
    await follower.synced;
    expect([revokes('a'), revokes('b')]).toEqual([false, true]);
  });

  it('does not trust a node that left an entry out, and begins anew', async () => {
    await follow((say, connection) => {
      say('snapshot', { feed: 'f', cursor: 'f.1', as_of: now(), entries: [], more: false });
      say('heartbeat', { cursor: connection === 1 ? 'f.2' : 'f.1', as_of: now() });
    });
    await follower.synced;
    expect(node.asked).toEqual([undefined, undefined]);
    expect(problems).toEqual(['The feed left out an entry']);
  });

  it('resumes where it was when the connection breaks', async () => {
    let breakOff = () => {};
    await follow((say, connection, response) => {
      if (connection === 1) {
        say('snapshot', { feed: 'f', cursor: 'f.1', as_of: now(), entries: [entry(1, 'a')], more: false });
        say('heartbeat', { cursor: 'f.1', as_of: now() });
        breakOff = () => response.destroy();
      } else {
        say('revoked', { cursor: 'f.2', as_of: now(), entries: [entry(2, 'b')], more: false });
        say('heartbeat', { cursor: 'f.2', as_of: now() });
      }
    });
    await follower.synced;
    breakOff();
    expect(await eventually(() => revokes('b'))).toBe(true);
    expect([node.asked, revokes('a'), revokes('b')]).toEqual([[undefined, 'f.1'], true, true]);
  });

  it('leaves a node whose heartbeat repeats itself', async () => {
    const stuck = now();
    let beats = 0;
    await follow((say, _connection, response) => {
      say('snapshot', { feed: 'f', cursor: 'f.1', as_of: stuck, entries: [], more: false });
      const heartbeats = () => {
        say('heartbeat', { cursor: 'f.1', as_of: stuck });
        beats += 1;
      };
      heartbeats();
      const beating = setInterval(heartbeats, 20);
      response.on('close', () => clearInterval(beating));
    });
    const tenBeats = async () => {
      const before = beats;
      expect(await eventually(() => beats > before + 10)).toBe(true);
    };
    await follower.synced;
    clocks.pass(4_999);
    await tenBeats();
    expect(follower.look().fresh).toBe(true);
    clocks.pass(1);
    await tenBeats();
    expect([follower.look().fresh, node.asked.length]).toEqual([false, 1]);
    clocks.pass(5_001);
    expect(await eventually(() => node.asked.length > 1)).toBe(true);
    await tenBeats();
    expect(follower.look().fresh).toBe(false);
  });

  it.each(['pass', 'sleep'] as const)(
    'leaves a node that has been silent for more than five seconds (%s)',
    async (how) => {
      await follow((say, connection, response) => {
        if (connection === 1) return response.flushHeaders();
        say('snapshot', { feed: 'f', cursor: 'f.1', as_of: now(), entries: [], more: false });
        say('heartbeat', { cursor: 'f.1', as_of: now() });
      });
      expect(await eventually(() => node.asked.length === 1)).toBe(true);
      clocks[how](5_000);
      // Longer than the check takes.
      await sleep(600);
      expect(node.asked).toHaveLength(1);
      clocks[how](1);
      await follower.synced;
      expect(node.asked).toHaveLength(2);
    },
  );

  it('does not trust a feed with unknown kinds of entries', async () => {
    await follow((say) => {
      const entries = [{ ...entry(1, 'a'), kind: 'tenant' }];
      say('snapshot', { feed: 'f', cursor: 'f.1', as_of: now(), entries, more: false });
      say('heartbeat', { cursor: 'f.1', as_of: now() });
    });
    expect(await eventually(() => problems.length > 0)).toBe(true);
    expect(follower.look().fresh).toBe(false);
    expect(problems[0]).toMatch(/tenant/);
  });

  it.each([
    [401, /answers 401: .*client id and secret/],
    [403, /answers 403: .*not registered as a gateway/],
  ])('that is refused with %i says what to check', async (status, problem) => {
    await follow((_say, _connection, response) => response.end(), status);
    expect(await eventually(() => problems.length > 0)).toBe(true);
    expect(problems[0]).toMatch(problem);
  });
});
