/** The feed under load and in trouble: order, many readers, a lost database, a node that stops. */
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  authorizationOf,
  databaseTime,
  type FeedReader,
  openFeed,
  poll,
  revoke,
  sleep,
  type Wire,
  wireTo,
} from '../gateway/feed-reader.ts';
import { eventually } from '../gateway/running-gateway.ts';
import { forgeOf } from '../gateway/tokens.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

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

/** A reader that counts what it receives and keeps little of it. */
function openRaw(server: TestServer, onData: (text: string) => void): Promise<Socket> {
  const { port } = new URL(server.issuer);
  const socket = connect(Number(port), '127.0.0.1');
  socket.on('error', () => {});
  socket.setEncoding('latin1').on('data', (text: string) => onData(text));
  const head = `GET /oauth/revocations HTTP/1.1\r\nHost: localhost:${port}\r\nAuthorization: ${authorizationOf('gateway')}\r\n\r\n`;
  return new Promise((resolve) => socket.on('connect', () => socket.write(head, () => resolve(socket))));
}

describe('a thousand readers on one node', () => {
  const readers: { beats: number; heard: string; socket?: Socket }[] = [];
  afterAll(() => {
    for (const { socket } of readers) socket?.destroy();
  });

  it('cost the node one read a second, and each gets a revocation before any later heartbeat', async () => {
    for (let i = 0; i < 1_000; i += 1) {
      const reader: (typeof readers)[number] = { beats: 0, heard: '' };
      readers.push(reader);
      reader.socket = await openRaw(two, (text) => {
        if (text.includes('event: heartbeat')) reader.beats += 1;
        reader.heard += text;
      });
    }
    const all = (met: (reader: (typeof readers)[number]) => boolean) => eventually(() => readers.every(met));
    expect(await all(({ beats }) => beats > 0)).toBe(true);
    expect(await metric(two, 'revocation_feed_readers')).toBe(1_000);
    const [statements, before] = [
      await metric(two, 'database_statements_total'),
      new Map(readers.map((one) => [one, one.beats])),
    ];
    expect(await all((reader) => reader.beats >= (before.get(reader) as number) + 2)).toBe(true);
    // Two or three reads, and what else the server does. With a read for each reader there would be two thousand.
    expect((await metric(two, 'database_statements_total')) - statements).toBeLessThan(100);
    for (const reader of readers) reader.heard = '';
    await revoke(one.db, 'jti', ['told-to-all']);
    const committed = await databaseTime(one.db);
    const later = ({ heard }: { heard: string }) =>
      [...heard.matchAll(/^event: heartbeat\nid: .*\ndata: .*"as_of":([\d.]+)\}$/gm)].find(
        ([, asOf]) => Number(asOf) > committed + 0.001,
      );
    expect(await all((reader) => later(reader) !== undefined)).toBe(true);
    const late = readers.filter((reader) => {
      const told = reader.heard.indexOf('"told-to-all"');
      return told < 0 || told > (later(reader)?.index as number);
    });
    expect(late.length).toBe(0);
    for (const { socket } of readers) socket?.destroy();
    expect(await eventually(async () => (await metric(two, 'revocation_feed_readers')) === 0)).toBe(true);
  });
});

describe('order', () => {
  it('holds for 10,000 entries on two nodes at once, with slow and aborted transactions and readers that come and go', async () => {
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
    // A reader that disconnects again and again, each time resuming where it was.
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
    await one.db.script('SELECT settle_revocations()');
    const { rows } = await one.db.pgPool.query('SELECT seq FROM token_revocation ORDER BY seq');
    const all = rows.map(({ seq }) => Number(seq));
    expect(all.length).toBeGreaterThan(10_000);
    for (const reader of readers) {
      await reader.until((seen) => seen.entries().at(-1)?.seq === all.at(-1));
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
    // A reader that disconnected in the middle resumes there.
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

  it('the feed sends no heartbeat; with the database back it goes on and has left nothing out', async () => {
    const reader = await openFeed(node.issuer);
    await reader.until((seen) => beats(seen) >= 2);
    wire.cut();
    const unread = (seconds: number) =>
      eventually(async () => (await metric(node, 'revocation_feed_read_age_seconds')) > seconds);
    // What was read before has arrived.
    expect(await unread(1.1)).toBe(true);
    const heard = reader.events.length;
    await revoke(one.db, 'jti', ['while-away']);
    // The client of a new reader is not cached while the notification channel is silent, and it cannot be read.
    expect((await openFeed(node.issuer)).status).toBe(503);
    expect((await poll(node.issuer, '')).status).toBe(503);
    expect(await unread(2.4)).toBe(true);
    expect(reader.events.length).toBe(heard);
    wire.mend();
    await reader.until((seen) => beats(seen) >= 3 && seen.entries().some(({ value }) => value === 'while-away'));
    const late = await openFeed(node.issuer);
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
    expect(await eventually(async () => (await metric(node, 'revocation_feed_readers')) === 6)).toBe(true);
    await node.stop();
    // Each connection must end by itself: those that the server waits for in vain are cut off in the end.
    for (const reader of readers) await reader.until(({ ended }) => ended);
    expect(readers.map(({ broken }) => broken)).toEqual(Array(5).fill(false));
    expect((await polling).body.entries).toEqual([]);
  });
});
