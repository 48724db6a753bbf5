/** What a node behind a pooler reads instead of notifications: each change once, whatever other transactions do meanwhile. */
import { afterAll, beforeAll, beforeEach, expect, it, onTestFinished } from 'vitest';
import { lookForChanges } from '../../src/store/node-changes.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let own: TestDatabase;
beforeAll(async () => {
  own = await createTestDatabase();
});
afterAll(() => own.drop());
beforeEach(() => own.database.script('TRUNCATE node_changes'));

/** A node that looks when it is told to. */
function startNode() {
  const got: string[] = [];
  const revokedAfter: number[] = [];
  const look = lookForChanges(
    { clients: (id) => got.push(id) },
    () => {},
    (sinceMs) => revokedAfter.push(sinceMs),
  );
  const run = async () => {
    const query = { text: look.statement.text, values: look.values?.() ?? [] };
    for (const row of (await own.database.pgPool.query(query)).rows) look.onRow(row);
  };
  return { got, revokedAfter, run };
}

const tell = (id: string) => own.database.pgPool.query(`SELECT tell_nodes('clients', $1)`, [id]);

/** Begins a transaction that writes, and returns what runs in it. */
async function openWriter() {
  const writer = await own.database.pgPool.connect();
  onTestFinished(async () => {
    await writer.query('ROLLBACK').catch(() => {});
    writer.release();
  });
  await writer.query('BEGIN');
  await writer.query('SELECT pg_current_xact_id()');
  return (text: string) => writer.query(text);
}

it('nothing of the time before the first look is told', async () => {
  const { got, run } = startNode();
  await tell('before');
  await run();
  await run();
  expect(got).toEqual([]);
});

it('while a transaction stays open, changes of others are told once, and its own when it commits', async () => {
  const { got, run } = startNode();
  const inWriter = await openWriter();
  await run();
  await inWriter(`SELECT tell_nodes('clients', 'late')`);
  await tell('one');
  await run();
  await run();
  await tell('two');
  await run();
  expect(got).toEqual(['one', 'two']);
  await inWriter('COMMIT');
  await run();
  await run();
  expect(got).toEqual(['one', 'two', 'late']);
});

it('of changes of many transactions at once, each is told once', async () => {
  const { got, run } = startNode();
  const inWriter = await openWriter();
  await run();
  const ids = Array.from({ length: 60 }, (_, index) => `client-${index}`);
  const looking = async () => {
    for (let time = 0; time < 5; time += 1) await run();
  };
  await Promise.all([...ids.map(tell), looking()]);
  await inWriter('COMMIT');
  await run();
  expect(got.toSorted()).toEqual(ids.toSorted());
});

it('a revocation is noticed once, with the time of the last look that did not find it', async () => {
  const { revokedAfter, run } = startNode();
  const revoke = (jti: string) =>
    own.database.pgPool.query(`SELECT revoke_token('jti', ARRAY[$1], now() + interval '1 hour')`, [jti]);
  await revoke('old');
  const before = performance.now();
  await run();
  const between = performance.now();
  await revoke('new');
  await run();
  await run();
  expect(revokedAfter).toEqual([expect.any(Number)]);
  expect(revokedAfter[0]).toBeGreaterThanOrEqual(before);
  expect(revokedAfter[0]).toBeLessThanOrEqual(between);
  // A purge takes the newest entry: nothing was revoked.
  await own.database.script('DELETE FROM token_revocation');
  await run();
  expect(revokedAfter).toHaveLength(1);
});
