/**
 * The order of the revocation list while transactions hang: nobody waits for them, and their entries reach every reader once
 * they commit, wherever that reader is by then.
 */
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { purge } from '../../src/operations/purge.ts';
import { purgeTokenRevocations } from '../../src/store/token-revocations.ts';
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

it('an entry that commits late and has ended is not purged before readers could get it', async () => {
  const hanging = await hangingRevocation('lifts', "now() - interval '1 second'");
  await revoke(one.db, 'jti', ['newer']);
  const { body } = await poll(one.issuer, '');
  await hanging.commit();
  expect(await purgeTokenRevocations(one.db, 100)).toBe(0);
  expect((await poll(one.issuer, `?cursor=${body.cursor}&wait=20`)).body.entries).toMatchObject([{ value: 'lifts' }]);
  expect(await purgeTokenRevocations(one.db, 100)).toBe(1);
});

it('an entry that lifts a revocation is not purged while another node settles the list without it', async () => {
  const { body: start } = await poll(one.issuer, '');
  const hanging = await hangingRevocation('lifts-late', "now() - interval '1 second'");
  await revoke(one.db, 'jti', ['later']);
  const settling = new pg.Client({ connectionString: one.databaseUrl });
  await settling.connect();
  await settling.query('BEGIN; SELECT settle_revocations()');
  await hanging.commit();
  // The purge still sees the list as it was, and commits after a reader has got the list as it is.
  const [purged, read] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const purging = one.db.transaction(async (trx) => {
    await purgeTokenRevocations(trx, 100);
    purged.resolve();
    await read.promise;
  });
  await purged.promise;
  await settling.query('COMMIT');
  await settling.end();
  const { body: meanwhile } = await poll(two.issuer, `?cursor=${start.cursor}&wait=20`);
  read.resolve();
  await purging;
  const { body: after } = await poll(two.issuer, `?cursor=${meanwhile.cursor}&wait=2`);
  const seen = [meanwhile, after].flatMap(({ entries }) => entries.map(({ value }) => value));
  expect(seen.toSorted()).toEqual(['later', 'lifts-late']);
});

it('an entry that another transaction is deleting stops nobody who reads', async () => {
  const hanging = await hangingRevocation('being-deleted');
  await revoke(one.db, 'jti', ['settled']);
  const { body } = await poll(one.issuer, '');
  await hanging.commit();
  const deleting = new pg.Client({ connectionString: one.databaseUrl });
  await deleting.connect();
  await deleting.query("BEGIN; DELETE FROM token_revocation WHERE value = 'being-deleted'");
  await revoke(one.db, 'jti', ['another']);
  const { body: meanwhile } = await promptly(poll(one.issuer, `?cursor=${body.cursor}&wait=20`));
  expect(meanwhile.entries.map(({ value }) => value)).toEqual(['another']);
  // Also one that comes while it is being deleted.
  await revoke(one.db, 'jti', ['one more']);
  const { body: again } = await promptly(poll(one.issuer, `?cursor=${meanwhile.cursor}&wait=20`));
  expect(again.entries.map(({ value }) => value)).toEqual(['one more']);
  await deleting.query('ROLLBACK');
  await deleting.end();
  const { body: after } = await poll(one.issuer, `?cursor=${again.cursor}&wait=20`);
  expect(after.entries.map(({ value }) => value)).toEqual(['being-deleted']);
});

it('a cursor of a server that does not settle the list leads to a snapshot', async () => {
  const [stored] = await rowsOf(one.db, `SELECT value FROM settings WHERE name = 'feed_id'`);
  const { body } = await poll(one.issuer, '');
  const [, position] = body.cursor.split('.');
  expect((await poll(one.issuer, `?cursor=${body.cursor}`)).body.snapshot).toBe(false);
  expect((await poll(one.issuer, `?cursor=${stored?.value}.${position}`)).body.snapshot).toBe(true);
});

it('the list goes on in a cluster whose transactions have lower numbers, after a dump was restored there', async () => {
  await one.db.script(`UPDATE revocation_list SET as_of = '9000000000:9000000000:';
    UPDATE token_revocation SET written_by = '8999999999' WHERE value IN ('prompt', 'late')`);
  // A snapshot that no reader got before: the node keeps one for a second.
  const { body } = await poll(one.issuer, '?cursor=elsewhere.1');
  expect(body.entries.map(({ value }) => value)).toEqual(expect.arrayContaining(['prompt', 'late']));
  await revoke(one.db, 'jti', ['restored']);
  const { body: next } = await poll(one.issuer, `?cursor=${body.cursor}&wait=20`);
  expect(next.entries.map(({ value }) => value)).toEqual(['restored']);
  const [count] = await rowsOf(
    one.db,
    `SELECT count(*)::int AS unsettled FROM token_revocation, revocation_list WHERE is_unsettled(written_by, as_of)`,
  );
  expect(count).toEqual({ unsettled: 0 });
});
