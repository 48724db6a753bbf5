/**
 * The order of the revocation list while transactions hang: nobody waits for them, and their entries reach every reader once
 * they commit, wherever that reader is by then.
 */
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { purge } from '../../src/operations/purge.ts';
import { rowsOf } from '../support/rows.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { databaseTime, type FeedReader, openFeed, poll, revoke, sleep } from './feed-reader.ts';

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

/** A transaction of another process that has revoked and does not end. */
async function hangingRevocation(value: string, expires = "now() + interval '1 hour'") {
  const client = new pg.Client({ connectionString: one.databaseUrl });
  await client.connect();
  await client.query(`BEGIN; SELECT revoke_token('jti', ARRAY['${value}'], ${expires})`);
  const end = async (how: string) => {
    await client.query(how);
    await client.end();
  };
  return { commit: () => end('COMMIT'), rollback: () => end('ROLLBACK') };
}

/** Fails if it takes as long as somebody who waits for the hanging transaction. */
const promptly = <T>(work: Promise<T>): Promise<T> =>
  Promise.race([work, sleep(10_000).then(() => Promise.reject(new Error('it waits for the hanging transaction')))]);

const beating = ({ events }: FeedReader) => events.some(({ event }) => event === 'heartbeat');
const has =
  (value: string) =>
  ({ events }: FeedReader) =>
    events.some(({ data }) => data.entries?.some((entry) => entry.value === value));
const times = (reader: FeedReader, value: string) => reader.entries().filter((entry) => entry.value === value).length;

it('a transaction that hangs after it revoked delays no other revocation, and its own reaches every reader once it commits', async () => {
  const connected = await openFeed(one.issuer);
  await connected.until(beating);
  const hanging = await hangingRevocation('late');
  const before = (await poll(two.issuer, '')).body.cursor;

  await promptly(revoke(one.db, 'jti', ['prompt']));
  const committed = await databaseTime(one.db);
  await promptly(connected.until(has('prompt')));
  const laterHeartbeat = ({ event, data }: FeedReader['events'][number]) =>
    event === 'heartbeat' && data.as_of > committed;
  await connected.until(({ events }) => events.some(laterHeartbeat));
  expect(connected.events.findIndex(laterHeartbeat)).toBeGreaterThan(
    connected.events.findIndex((e) => has('prompt')({ events: [e] } as never)),
  );

  // One that connects in between, one that resumes by its cursor, and one that polls: all are past the number of the entry.
  const between = await openFeed(two.issuer);
  await between.until(beating);
  const cursor = (await poll(one.issuer, `?cursor=${before}`)).body.cursor;
  const polling = poll(two.issuer, `?cursor=${cursor}&wait=20`);
  await sleep(1_200);
  await hanging.commit();

  for (const reader of [connected, between]) {
    await promptly(reader.until(has('late')));
    expect(times(reader, 'late')).toBe(1);
    expect(reader.events.filter(({ event }) => event === 'snapshot')).toHaveLength(1);
  }
  const resumed = await openFeed(two.issuer, { headers: { 'last-event-id': cursor } });
  await resumed.until(beating);
  expect(resumed.entries().map(({ value }) => value)).toEqual(['late']);
  expect((await polling).body).toMatchObject({ snapshot: false, entries: [{ value: 'late' }] });
  const seqs = connected.entries().map(({ seq }) => seq);
  expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
  await Promise.all([connected, between, resumed].map((reader) => reader.close()));
});

it('a transaction that hangs and is rolled back leaves nothing and delays nothing', async () => {
  const reader = await openFeed(one.issuer);
  await reader.until(beating);
  const hanging = await hangingRevocation('never');
  await promptly(revoke(two.db, 'jti', ['meanwhile']));
  await promptly(reader.until(has('meanwhile')));
  await hanging.rollback();
  await revoke(two.db, 'jti', ['afterwards']);
  await reader.until(has('afterwards'));
  expect(has('never')(reader)).toBe(false);
  await reader.close();
});

it('an entry that commits late reaches readers although newer ones were purged meanwhile', async () => {
  const { body } = await poll(one.issuer, '');
  const hanging = await hangingRevocation('below-the-purge');
  await revoke(one.db, 'jti', ['ended'], -1);
  await purge(one.db);
  const { body: after } = await poll(one.issuer, `?cursor=${body.cursor}&wait=20`);
  await hanging.commit();
  const { body: last } = await poll(two.issuer, `?cursor=${after.cursor}&wait=20`);
  expect(last).toMatchObject({ snapshot: false, entries: [{ value: 'below-the-purge' }] });
});

it('a cursor of a server that does not settle the list leads to a snapshot', async () => {
  const [stored] = await rowsOf(one.db, `SELECT value FROM settings WHERE name = 'feed_id'`);
  const { body } = await poll(one.issuer, '');
  const [, position] = body.cursor.split('.');
  expect((await poll(one.issuer, `?cursor=${body.cursor}`)).body.snapshot).toBe(false);
  expect((await poll(one.issuer, `?cursor=${stored?.value}.${position}`)).body.snapshot).toBe(true);
});
