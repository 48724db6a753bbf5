/** The feed under load and in trouble: order, many readers, slow ones, a lost database, a node that stops. */
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../support/server.ts';
import { authorizationOf, type FeedReader, openFeed, poll, revoke, sleep, type Wire, wireTo } from './feed-reader.ts';
import { forgeOf } from './tokens.ts';

let one: TestServer;
let two: TestServer;
beforeAll(async () => {
  one = await startTestServer();
  two = await startTestServer({ beside: one });
});
afterAll(async () => {
  await two.stop();
  await one.stop();
});

const beating = ({ events }: FeedReader) => events.some(({ event }) => event === 'heartbeat');
const beats = ({ events }: FeedReader) => events.filter(({ event }) => event === 'heartbeat').length;

async function metric(server: TestServer, name: string): Promise<number> {
  const text = await (await fetch(`${server.metricsOrigin}/metrics`)).text();
  return Number(new RegExp(`^${name} (.+)$`, 'm').exec(text)?.[1]);
}

/** A reader that counts what comes and keeps little of it. */
function openRaw(server: TestServer, onData: (text: string) => void): Promise<Socket> {
  const { port } = new URL(server.issuer);
  const socket = connect(Number(port), '127.0.0.1');
  socket.on('error', () => {});
  socket.setEncoding('latin1').on('data', (text: string) => onData(text));
  const head = `GET /oauth/revocations HTTP/1.1\r\nHost: localhost:${port}\r\nAuthorization: ${authorizationOf('gateway')}\r\n\r\n`;
  return new Promise((resolve) => socket.on('connect', () => socket.write(head, () => resolve(socket))));
}

describe('a thousand readers on one node', () => {
  const readers: { beats: number; told: boolean; socket?: Socket }[] = [];
  afterAll(() => {
    for (const { socket } of readers) socket?.destroy();
  });

  it('cost it one read a second, and hear of a revocation within one', async () => {
    for (let i = 0; i < 1_000; i += 1) {
      const reader: (typeof readers)[number] = { beats: 0, told: false };
      readers.push(reader);
      reader.socket = await openRaw(two, (text) => {
        if (text.includes('event: heartbeat')) reader.beats += 1;
        reader.told ||= text.includes('"told-to-all"');
      });
    }
    const all = async (met: (reader: (typeof readers)[number]) => boolean) => {
      const started = performance.now();
      while (!readers.every(met) && performance.now() - started < 15_000) await sleep(20);
      return performance.now() - started;
    };
    await all(({ beats }) => beats > 0);
    expect(await metric(two, 'revocation_feed_readers')).toBe(1_000);
    const [statements, before] = [await metric(two, 'database_statements_total'), readers.map(({ beats }) => beats)];
    await sleep(3_000);
    expect((await metric(two, 'database_statements_total')) - statements).toBeLessThanOrEqual(6);
    expect(readers.every(({ beats }, i) => beats >= (before[i] as number) + 2)).toBe(true);
    await revoke(one.db, 'jti', ['told-to-all']);
    expect(await all(({ told }) => told)).toBeLessThan(1_000);
    for (const { socket } of readers) socket?.destroy();
    await sleep(500);
    expect(await metric(two, 'revocation_feed_readers')).toBe(0);
  });
});

describe('order', () => {
  it('holds and nothing is left out: 10,000 on two nodes at once, some transactions slow or given up, readers that come and go', async () => {
    const readers = await Promise.all([one, two, one, two].map(({ issuer }) => openFeed(issuer)));
    await Promise.all(readers.map((reader) => reader.until(beating)));
    const forge = await forgeOf(one);
    const byHttp = Array.from({ length: 300 }, async (_, i) => {
      const token = await forge.token({ iss: i % 2 ? one.issuer : two.issuer });
      const body = new URLSearchParams({ client_id: 'spa', token });
      await fetch(`${i % 2 ? one.issuer : two.issuer}/oauth/revoke`, { method: 'POST', body });
    });
    const bySql = Array.from({ length: 8 }, async (_, worker) => {
      for (let i = 0; i < 25; i += 1) {
        const client = await one.db.pgPool.connect();
        await client.query('BEGIN');
        const values = Array.from({ length: i % 5 === 0 ? 250 : 20 + (i % 30) }, (__, n) => `w${worker}-${i}-${n}`);
        await client.query("SELECT revoke_token('gid', $1, now() + interval '1 hour')", [values]);
        if (i % 7 === 0) await sleep(20);
        await client.query(i % 6 === 5 ? 'ROLLBACK' : 'COMMIT');
        client.release();
      }
    });
    // One that breaks off again and again, each time going on from where it was.
    const pieces: number[] = [];
    let cursor = '';
    const restless = (async () => {
      for (let i = 0; i < 15; i += 1) {
        const reader = await openFeed(
          i % 2 ? one.issuer : two.issuer,
          cursor ? { headers: { 'last-event-id': cursor } } : {},
        );
        await reader.until(beating);
        pieces.push(...reader.entries().map(({ seq }) => seq));
        cursor = reader.events.at(-1)?.id as string;
        await reader.close();
      }
    })();
    await Promise.all([...byHttp, ...bySql, restless]);
    const { rows } = await one.db.pgPool.query('SELECT seq FROM token_revocation ORDER BY seq');
    const all = rows.map(({ seq }) => Number(seq));
    expect(all.length).toBeGreaterThan(10_000);
    for (const reader of readers) {
      await reader.until((seen) => seen.entries().at(-1)?.seq === all.at(-1), 5_000);
      expect(reader.entries().map(({ seq }) => seq)).toEqual(all);
      await reader.close();
    }
    for (let more = true; more; ) {
      const { body } = await poll(one.issuer, `?cursor=${cursor}`);
      pieces.push(...body.entries.map(({ seq }) => seq));
      [more, cursor] = [body.more, body.cursor];
    }
    expect(pieces).toEqual(all);
  });

  it('holds through pages, for streams and polls, when the list is long', async () => {
    await revoke(
      one.db,
      'jti',
      Array.from({ length: 10_000 }, (_, i) => `long-${i}`),
    );
    const { rows } = await one.db.pgPool.query('SELECT seq FROM token_revocation ORDER BY seq');
    const all = rows.map(({ seq }) => Number(seq));
    const reader = await openFeed(two.issuer);
    await reader.until(beating);
    expect(reader.entries().map(({ seq }) => seq)).toEqual(all);
    const kinds = reader.events.map(({ event }) => event);
    expect(kinds.slice(0, 3)).toEqual(['snapshot', 'revoked', 'revoked']);
    expect(kinds.indexOf('heartbeat')).toBe(reader.events.findIndex(({ data }) => data.more === false) + 1);
    // Broken off in the midst, it goes on there.
    const again = await openFeed(two.issuer, { headers: { 'last-event-id': reader.events[2]?.id } });
    await again.until(beating);
    expect(again.events[0]?.event).toBe('revoked');
    expect(again.entries().map(({ seq }) => seq)).toEqual(all.slice(3_000));
    await Promise.all([reader.close(), again.close()]);
    const polled: number[] = [];
    for (let page = await poll(one.issuer, ''); ; page = await poll(one.issuer, `?cursor=${page.body.cursor}`)) {
      expect(page.body.snapshot).toBe(polled.length === 0);
      polled.push(...page.body.entries.map(({ seq }) => seq));
      if (!page.body.more) break;
    }
    expect(polled).toEqual(all);
  });
});

describe('a slow reader', () => {
  it('is cut, and others go on', async () => {
    const slow = await openRaw(one, () => {});
    const quick = await openFeed(one.issuer);
    await quick.until(beating);
    slow.pause();
    const closed = new Promise((resolve) => slow.on('close', resolve));
    const long = Array.from({ length: 20_000 }, (_, i) => `${i}-${'x'.repeat(400)}`);
    await revoke(one.db, 'jti', long);
    await quick.until((seen) => seen.entries().at(-1)?.value.startsWith('19999-') === true, 15_000);
    expect(await metric(one, 'revocation_feed_readers')).toBe(2);
    const started = performance.now();
    while ((await metric(one, 'revocation_feed_readers')) === 2 && performance.now() - started < 9_000)
      await sleep(100);
    expect(await metric(one, 'revocation_feed_readers')).toBe(1);
    slow.resume();
    await closed;
    const heard = beats(quick);
    await quick.until((seen) => beats(seen) > heard + 1);
    await quick.close();
  });
});

describe('without the database', () => {
  let node: TestServer;
  let wire: Wire;
  beforeAll(async () => {
    wire = await wireTo(one.databaseUrl);
    node = await startTestServer({ beside: { ...one, databaseUrl: wire.url } });
  });
  afterAll(async () => {
    await node.stop();
    wire.close();
  });

  it('there is no heartbeat; with it again the feed goes on and has left nothing out', async () => {
    const reader = await openFeed(node.issuer);
    await reader.until((seen) => beats(seen) >= 2);
    wire.cut();
    await sleep(1_100);
    const heard = reader.events.length;
    await revoke(one.db, 'jti', ['while-away']);
    await sleep(3_000);
    expect(reader.events.length).toBe(heard);
    expect((await poll(node.issuer, '')).status).toBe(503);
    const late = await openFeed(node.issuer);
    await sleep(1_100);
    expect(late.events).toEqual([]);
    wire.mend();
    await reader.until((seen) => beats(seen) >= 3 && seen.entries().some(({ value }) => value === 'while-away'));
    await late.until(beating);
    expect(reader.events.filter(({ event }) => event === 'snapshot')).toHaveLength(1);
    await Promise.all([reader.close(), late.close()]);
  });
});

describe('a node that stops', () => {
  it('ends its streams and polls at once', async () => {
    const node = await startTestServer({ beside: one });
    const readers = await Promise.all(Array.from({ length: 5 }, () => openFeed(node.issuer)));
    await Promise.all(readers.map((reader) => reader.until(beating)));
    const polling = poll(node.issuer, `?cursor=${readers[0]?.events.at(-1)?.id}&wait=20`);
    await sleep(100);
    const started = performance.now();
    await node.stop();
    // The poll would have waited for twenty seconds, and the end for ten.
    expect(performance.now() - started).toBeLessThan(9_000);
    expect(readers.every(({ ended }) => ended)).toBe(true);
    expect((await polling).body.entries).toEqual([]);
  });
});
