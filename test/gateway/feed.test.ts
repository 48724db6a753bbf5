/**
 * The revocation feed of docs/gateway.md: who may read it, what it sends and in which order, and where a reader
 * resumes.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient, disableClient } from '../../src/operations/clients.ts';
import { purge } from '../../src/operations/purge.ts';
import { purgeTokenRevocations } from '../../src/store/token-revocations.ts';
import { basic, obtainTokens, post } from '../support/oauth.ts';
import { apiResource, secrets, startTestServer, type TestServer } from '../support/server.ts';
import { databaseTime, type FeedReader, getFeed, openFeed, poll, revoke, sleep } from './feed-reader.ts';
import { eventually } from './running-gateway.ts';

const actor = { id: 'test' };
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

const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] as string, 'base64url').toString());

describe('the feed', () => {
  it('is a snapshot, then changes, with a heartbeat each second', async () => {
    await revoke(one.db, 'jti', ['before']);
    const began = await databaseTime(one.db);
    const reader = await openFeed(one.issuer);
    expect([reader.status, reader.headers.get('content-type'), reader.headers.get('cache-control')]).toEqual([
      200,
      'text/event-stream',
      'no-store',
    ]);
    await reader.until(({ events }) => events.filter(({ event }) => event === 'heartbeat').length >= 3);
    const [first, ...rest] = reader.events;
    expect(first).toMatchObject({ event: 'snapshot', data: { more: false } });
    expect(first?.id).toMatch(/^[0-9a-f]{32}\.\d+$/);
    expect(first?.data.entries).toContainEqual({
      seq: expect.any(Number),
      kind: 'jti',
      value: 'before',
      expires_at: expect.any(Number),
    });
    expect(rest.every(({ event, id }) => event === 'heartbeat' && id === first?.id)).toBe(true);
    const times = rest.map(({ data }) => data.as_of);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(new Set(times).size).toBe(times.length);
    // The first may repeat what was read just before; those after it carry a later time of the database.
    expect(times.at(-1)).toBeGreaterThan(began);
    expect(times.at(-1)).toBeLessThan((await databaseTime(one.db)) + 0.001);
    await reader.close();
  });

  it('sends a revocation on one node to a reader of another before any later heartbeat', async () => {
    const reader = await openFeed(two.issuer);
    await reader.until(({ events }) => events.some(({ event }) => event === 'heartbeat'));
    const tokens = await obtainTokens(one);
    const { jti, gid } = claimsOf(tokens.access_token);
    for (const [token, value] of [
      [tokens.access_token, jti],
      [tokens.refresh_token as string, gid],
    ]) {
      await post(one, '/oauth/revoke', { token });
      await expectInOrder(reader, value);
    }
    await reader.close();
  });

  it('sends it before any later heartbeat even without NOTIFY', async () => {
    const reader = await openFeed(two.issuer);
    await reader.until(({ events }) => events.some(({ event }) => event === 'heartbeat'));
    await one.db.pgPool.query(
      "BEGIN; SELECT pg_advisory_xact_lock(7201); INSERT INTO token_revocation (kind, value) VALUES ('jti', 'silent'); COMMIT",
    );
    await expectInOrder(reader, 'silent');
    await reader.close();
  });
});

describe('access to the feed', () => {
  it.each([
    ['nobody', {}, 401],
    ['a wrong secret', { authorization: basic('gateway', 'vcs_cs_wrong') }, 401],
    ['an unknown client', { authorization: basic('nobody', 'x') }, 401],
    ['broken credentials', { authorization: 'Basic %%%' }, 401],
    ['a public client', { authorization: basic('spa', '') }, 401],
  ])('is refused with 401: %s', async (_who, headers, status) => {
    const response = await fetch(`${one.issuer}/oauth/revocations`, { headers: headers as never });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: 'invalid_client' });
    expect(response.headers.get('www-authenticate')).toBe(`Basic realm="${one.issuer}"`);
  });

  it('is challenged in the name of the issuer, whatever origin a caller names', async () => {
    const response = await fetch(`${one.issuer}/oauth/revocations`, { headers: { origin: 'x", charset="y' } });
    expect(response.headers.get('www-authenticate')).toBe(`Basic realm="${one.issuer}"`);
  });

  it.each(['service', 'web'])('is refused with 403 to another confidential client: %s', async (clientId) => {
    const response = await getFeed(one.issuer, { clientId });
    expect([response.status, (await response.json()).error]).toEqual([403, 'unauthorized_client']);
  });

  it('ends when a gateway is disabled: its streams end and new ones are refused', async () => {
    const input = { client_id: 'passing', client_name: 'Passing', type: 'service', gateway_resource: apiResource };
    const { clientSecret } = await createClient(one.db, input as never, actor);
    secrets.passing = clientSecret as string;
    // A reader whose heartbeats come at other moments than those of the reader below.
    const other = await openFeed(two.issuer);
    await sleep(500);
    const reader = await openFeed(two.issuer, { clientId: 'passing' });
    await reader.until(({ events }) => events.length > 0);
    await disableClient(one.db, 'passing', actor, 'Tried');
    // The other node is notified.
    expect(await eventually(async () => (await getFeed(two.issuer, { clientId: 'passing' })).status === 401)).toBe(
      true,
    );
    await reader.until(({ ended }) => ended).catch(() => {});
    expect(reader.ended).toBe(true);
    expect(other.ended).toBe(false);
    await other.close();
  });
});

describe('a cursor', () => {
  it('resumes with what came after it, by header and by query', async () => {
    const { body } = await poll(one.issuer, '');
    await revoke(two.db, 'jti', ['later']);
    for (const options of [
      { headers: { 'last-event-id': body.cursor } },
      { query: `?cursor=${encodeURIComponent(body.cursor)}` },
    ]) {
      const reader = await openFeed(one.issuer, options);
      await reader.until(({ events }) => events.some(({ event }) => event === 'heartbeat'));
      expect(reader.events[0]).toMatchObject({ event: 'revoked', data: { entries: [{ value: 'later' }] } });
      await reader.close();
    }
  });

  it.each([
    ['foreign', (_feed: string, seq: number) => `${'0'.repeat(32)}.${seq}`],
    ['of the future', (feed: string, seq: number) => `${feed}.${seq + 1000}`],
    ['of nonsense', () => 'last-week'],
  ])('that is %s leads to a snapshot', async (_what, cursorOf) => {
    const { body } = await poll(one.issuer, '');
    const cursor = cursorOf(body.feed, Number(body.cursor.split('.')[1]));
    const reader = await openFeed(one.issuer, { headers: { 'last-event-id': cursor } });
    await reader.until(({ events }) => events.length > 0);
    expect(reader.events[0]?.event).toBe('snapshot');
    await reader.close();
    expect((await poll(one.issuer, `?cursor=${cursor}`)).body.snapshot).toBe(true);
  });

  it('before a purged entry leads to a snapshot; one after it resumes', async () => {
    const { body: before } = await poll(one.issuer, '');
    await revoke(one.db, 'jti', ['short-lived'], -1);
    const { body: after } = await poll(one.issuer, `?cursor=${before.cursor}&wait=20`);
    expect(after).toMatchObject({ snapshot: false, entries: [{ value: 'short-lived' }] });
    await purge(one.db);
    // A reader that is just leaving keeps the node's copy of the list in use, for a second.
    const isSnapshot = async () => (await poll(one.issuer, `?cursor=${before.cursor}`)).body.snapshot;
    expect(await eventually(isSnapshot)).toBe(true);
    expect((await poll(one.issuer, `?cursor=${after.cursor}`)).body).toMatchObject({ snapshot: false, entries: [] });
  });

  it('of a connected reader that missed a purged entry leads to a snapshot', async () => {
    const reader = await openFeed(one.issuer);
    await reader.until(({ events }) => events.some(({ event }) => event === 'heartbeat'));
    // The entry is written, settled and purged between two reads.
    await one.db.transaction(async (trx) => {
      await trx.script(`INSERT INTO token_revocation (kind, value, expires_at, written_by)
          VALUES ('client_id', 'enabled-again', now() - interval '5 seconds', NULL);
        UPDATE revocation_list SET through = (SELECT max(seq) FROM token_revocation)`);
      expect(await purgeTokenRevocations(trx, 1)).toBe(1);
    });
    await reader.until(({ events }) => events.filter(({ event }) => event === 'snapshot').length === 2);
    await reader.close();
  });
});

it('the lag of the feed is measured from a notification to the read, while there is a reader', async () => {
  const lags = async () => {
    const text = await (await fetch(`${one.metricsOrigin}/metrics`)).text();
    return Number(/^revocation_feed_lag_seconds_count (\d+)$/m.exec(text)?.[1]);
  };
  const reader = await openFeed(one.issuer);
  await reader.until(({ events }) => events.some(({ event }) => event === 'heartbeat'));
  const before = await lags();
  await revoke(two.db, 'jti', ['measured']);
  expect(await eventually(async () => (await lags()) > before)).toBe(true);
  await reader.close();
});

describe('a long poll', () => {
  it('gets the list as it is now, although nobody has read the feed for a while', async () => {
    const other = await openFeed(one.issuer);
    await other.until(({ events }) => events.some(({ event }) => event === 'heartbeat'));
    await poll(one.issuer, '');
    await other.close();
    const metrics = async () => (await fetch(`${one.metricsOrigin}/metrics`)).text();
    expect(await eventually(async () => /^revocation_feed_readers 0$/m.test(await metrics()))).toBe(true);
    await revoke(one.db, 'jti', ['while nobody read']);
    const { body } = await poll(one.issuer, '');
    expect(body.entries.map(({ value }) => value)).toContain('while nobody read');
  });

  it('waits for an entry and answers at once when it comes', async () => {
    const { body } = await poll(one.issuer, '?wait=20');
    expect(body).toMatchObject({ snapshot: true, more: false });
    const order: string[] = [];
    const polling = (who: string, cursor: string, wait: number) =>
      poll(one.issuer, `?cursor=${cursor}&wait=${wait}`).finally(() => order.push(who));
    const first = polling('the first', body.cursor, 25);
    // The node reads once a second.
    await sleep(1_100);
    expect(order).toEqual([]);
    await revoke(two.db, 'gid', ['polled']);
    // Its wait ends before that of the first would.
    const second = polling('the second', (await poll(one.issuer, `?cursor=${body.cursor}`)).body.cursor, 8);
    await first;
    expect(order).toEqual(['the first']);
    const { body: next } = await first;
    expect(next).toMatchObject({ feed: body.feed, snapshot: false, entries: [{ kind: 'gid', value: 'polled' }] });
    expect(next.as_of).toBeGreaterThan(body.as_of);
    await revoke(two.db, 'gid', ['the end']);
    await second;
  });

  it('answers with nothing when the wait is over', async () => {
    const { body } = await poll(one.issuer, '');
    const started = performance.now();
    const { body: next } = await poll(one.issuer, `?cursor=${body.cursor}&wait=1`);
    expect(next).toMatchObject({ cursor: body.cursor, snapshot: false, entries: [] });
    expect(next.as_of).toBeGreaterThan(body.as_of);
    expect(performance.now() - started).toBeGreaterThan(990);
    for (const wait of ['soon', '-1', '']) expect((await poll(one.issuer, `?wait=${wait}`)).status).toBe(400);
    // A wait above the maximum counts as the maximum; there is something to send at once.
    for (const wait of ['26', '99999999', '1.5']) expect((await poll(one.issuer, `?wait=${wait}`)).status).toBe(200);
  });
});

/** An entry that is committed now arrives before every heartbeat of a later moment. */
async function expectInOrder(reader: FeedReader, value: string): Promise<void> {
  const committed = await databaseTime(one.db);
  const tells = ({ data }: FeedReader['events'][number]) => data.entries?.some((entry) => entry.value === value);
  const isLater = ({ event, data }: FeedReader['events'][number]) =>
    event === 'heartbeat' && data.as_of > committed + 0.001;
  await reader.until(({ events }) => events.some(tells));
  expect(reader.events.slice(0, reader.events.findIndex(tells)).some(isLater)).toBe(false);
}
