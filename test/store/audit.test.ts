import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sealAll, sealBatch } from '../../src/operations/seal-audit.ts';
import { verifyAudit } from '../../src/operations/verify-audit.ts';
import { sealsAfter } from '../../src/policy/audit-chain.ts';
import { appendAudit, listAudit } from '../../src/store/audit.ts';
import { readUnsealed, writeSeals } from '../../src/store/audit-seals.ts';
import { seal, testKeys } from '../support/audit.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { rowsOf } from '../support/rows.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

const event = (target: string) => ({ actor: 'cli', action: 'thing.done', target, details: { n: 1, text: 'ä' } });

/** Seals whose hash does not match the event and the hash before. */
const broken = () =>
  rowsOf(
    test.database,
    `SELECT sealed_seq FROM (SELECT *, lag(hash, 1, '\\x') OVER (ORDER BY sealed_seq) AS before FROM audit_seals) s
     LEFT JOIN (SELECT seq, at, actor, action, target, details, request_id FROM audit_events) e ON e.seq = s.event
     WHERE prev_hash <> before OR hash <> audit_hash(before, seq, at, actor, action, target, details, request_id)`,
  );

/** A connection that another process could have: begins a transaction that writes an event, and does not end it. */
async function hangingWriter(target: string) {
  const client = new pg.Client({ connectionString: test.url });
  await client.connect();
  await client.query(`BEGIN; SELECT append_audit('cli', 'thing.done', '${target}', '{}', NULL)`);
  return {
    async commit() {
      await client.query('COMMIT');
      await client.end();
    },
  };
}

const chain = async () =>
  (
    await rowsOf(
      test.database,
      'SELECT sealed_seq, target FROM audit_seals s JOIN audit_events e ON e.seq = s.event ORDER BY sealed_seq',
    )
  ).map(({ sealed_seq: place, target }) => [Number(place), target]);

it('the audit log is one chain without gaps, however many transactions append at once', async () => {
  const { database } = test;
  const working = Promise.all(
    Array.from({ length: 40 }, (_, i) =>
      database
        .transaction(async (trx) => {
          await appendAudit(trx, event(`thing:${i}`));
          if (i % 4 === 0) throw new Error('undone');
        })
        .catch(() => {}),
    ),
  );
  await Promise.all([working, seal(database), seal(database)]);
  await Promise.all([seal(database), seal(database), seal(database)]);
  const [row] = await rowsOf(database, 'SELECT count(*)::int AS n, max(sealed_seq)::int AS last FROM audit_seals');
  expect(row).toEqual({ n: 30, last: 30 });
  expect(await broken()).toEqual([]);
});

it('the audit log shows rows that were changed in the database', async () => {
  await test.database.script(`UPDATE audit_events SET details = '{"n": 2}'
    WHERE seq = (SELECT event FROM audit_seals WHERE sealed_seq = 7)`);
  expect(await broken()).toEqual([{ sealed_seq: '7' }]);
  await test.database.script('DELETE FROM audit_seals WHERE sealed_seq = 7');
  expect(await broken()).toEqual([{ sealed_seq: '8' }]);
});

it('a transaction that hangs after its event keeps nobody from writing or sealing, and is sealed once it commits', async () => {
  await test.database.script('TRUNCATE audit_events, audit_seals, audit_unsealed');
  const hanging = await hangingWriter('thing:late');
  await Promise.race([
    appendAudit(test.database, event('thing:prompt')),
    sleep(5_000).then(() => Promise.reject(new Error('the writer waits'))),
  ]);
  await seal(test.database);
  expect(await chain()).toEqual([[1, 'thing:prompt']]);
  expect((await listAudit(test.database, { limit: 9 })).map(({ target }) => target)).toEqual(['thing:prompt']);
  await hanging.commit();
  // It is listed at once, in the order of writing, and gets the next place in the chain.
  const events = await listAudit(test.database, { limit: 9 });
  expect(events.map(({ target }) => target)).toEqual(['thing:prompt', 'thing:late']);
  await seal(test.database);
  expect(await chain()).toEqual([
    [1, 'thing:prompt'],
    [2, 'thing:late'],
  ]);
  expect(await verifyAudit(test.database, { keys: testKeys })).toMatchObject({ head: { seq: 2n }, unsealed: 0 });
});

it('a batch that was computed from an older head is not written, so two sealers never fork the chain', async () => {
  const { database } = test;
  await appendAudit(database, event('thing:one'));
  const batch = await readUnsealed(database, 10);
  if (!batch) throw new Error('nothing to seal');
  const [key] = testKeys as [(typeof testKeys)[0]];
  await appendAudit(database, event('thing:two'));
  await seal(database);
  const before = await chain();
  await writeSeals(database, batch.head, sealsAfter(batch.head, batch.events, key), key);
  expect(await chain()).toEqual(before);
  expect(await verifyAudit(database, { keys: testKeys })).toMatchObject({ unsealed: 0 });
});

it('sealing waits for no other sealer: one that hangs delays only the seals', async () => {
  const client = new pg.Client({ connectionString: test.url });
  await client.connect();
  await client.query('BEGIN; SELECT pg_advisory_xact_lock(7202)');
  await appendAudit(test.database, event('thing:waiting'));
  expect(await sealBatch(test.database, testKeys)).toMatchObject({ more: false });
  expect(await verifyAudit(test.database, { keys: testKeys })).toMatchObject({ unsealed: 1 });
  await client.end();
  await eventually(() => sealAll(test.database, testKeys)).toBe(0);
});

it('servers of the version before write events that are sealed like all others', async () => {
  // What remains of the function that took the lock of the chain, while it waited for that lock during the migration.
  await test.database.script(`INSERT INTO audit_events VALUES (1, clock_timestamp(), 'cli', 'thing.done', 'thing:old', '{}', NULL,
    '\\x', sha256(''))`);
  await seal(test.database);
  expect((await chain()).at(-1)).toEqual([expect.any(Number), 'thing:old']);
  expect(await verifyAudit(test.database, { keys: testKeys })).toMatchObject({ unsealed: 0 });
});

it('the audit log is listed by target and page, the newest first', async () => {
  const { database } = test;
  await appendAudit(database, { ...event('thing:here'), requestId: 'r1' });
  await appendAudit(database, event('thing:there'));
  await appendAudit(database, { ...event('thing:here'), requestId: 'r2' });
  const here = await listAudit(database, { limit: 10, target: 'thing:here' });
  expect(here.map((one) => one.request_id)).toEqual(['r2', 'r1']);
  expect(here[0]).toMatchObject({
    actor: 'cli',
    action: 'thing.done',
    details: { n: 1, text: 'ä' },
    at: expect.any(Date),
  });
  const [newest] = await listAudit(database, { limit: 1 });
  const [before] = await listAudit(database, { limit: 1, after: newest?.seq as string });
  expect([newest?.target, before?.target]).toEqual(['thing:here', 'thing:there']);
});

it('waiting numbers of events that are gone, or are sealed already, stop nobody from sealing the others', async () => {
  const { database } = test;
  await database.script('TRUNCATE audit_events, audit_seals, audit_unsealed');
  await appendAudit(database, event('thing:sealed'));
  await seal(database);
  await database.script(`INSERT INTO audit_unsealed OVERRIDING SYSTEM VALUE SELECT event FROM audit_seals;
    INSERT INTO audit_unsealed OVERRIDING SYSTEM VALUE SELECT -n FROM generate_series(1, 250) n`);
  await appendAudit(database, event('thing:next'));
  await seal(database);
  expect((await chain()).map(([, target]) => target)).toEqual(['thing:sealed', 'thing:next']);
  expect(await verifyAudit(database, { keys: testKeys })).toMatchObject({ fault: { kind: 'missing', seq: '-250' } });
  await database.script('DELETE FROM audit_unsealed WHERE event < 0');
  expect(await verifyAudit(database, { keys: testKeys })).toMatchObject({ unsealed: 0 });
});

it('an event whose time could not be hashed is refused', async () => {
  const { database } = test;
  const insert = (at: string) =>
    database.script(
      `INSERT INTO audit_events (at, actor, action, target, details) VALUES ('${at}', 'a', 'b.c', 'd:e', '{}')`,
    );
  for (const at of ['infinity', '-infinity', '294276-12-31', '4000-01-01 BC']) {
    await expect(insert(at)).rejects.toMatchObject({ code: '23514' });
  }
  await insert('2020-01-01');
  await seal(database);
});

describe('a log that is longer than a batch of seals and a page of its check', () => {
  beforeAll(() =>
    test.database.script(`TRUNCATE audit_events, audit_seals, audit_unsealed RESTART IDENTITY;
      SELECT append_audit('cli', 'thing.done', 'thing:' || n, '{}', NULL) FROM generate_series(1, 1250) n`),
  );

  it('is sealed in the order of its numbers, and another sealer goes on where one has died', async () => {
    expect(await sealBatch(test.database, testKeys)).toMatchObject({ more: true });
    // It ends after it has read the next batch.
    await readUnsealed(test.database, 200);
    expect([(await chain()).length, (await chain())[0]]).toEqual([200, [1, 'thing:1']]);
    expect(await verifyAudit(test.database, { keys: testKeys })).toMatchObject({ head: { seq: 200n }, unsealed: 1050 });
    await Promise.all([seal(test.database), seal(test.database)]);
    expect(await chain()).toEqual(Array.from({ length: 1250 }, (_, n) => [n + 1, `thing:${n + 1}`]));
    expect(await broken()).toEqual([]);
    expect(await verifyAudit(test.database, { keys: testKeys })).toMatchObject({ head: { seq: 1250n }, unsealed: 0 });
  });

  it('has seals whose MACs cover the place and the hash', async () => {
    const [key] = testKeys as [(typeof testKeys)[0]];
    const seals = await rowsOf(test.database, 'SELECT sealed_seq, hash, mac FROM audit_seals WHERE sealed_seq > 1248');
    expect(seals).toHaveLength(2);
    for (const { sealed_seq: place, hash, mac } of seals) {
      const right = createHmac('sha256', key.key)
        .update(`${place}:`)
        .update(hash as Buffer);
      expect(mac).toEqual(right.digest());
    }
  });

  it('is checked to its end', async () => {
    const change = (actor: string) =>
      test.database.script(`UPDATE audit_events SET actor = '${actor}' WHERE seq = 1249`);
    await change('somebody');
    const fault = { seq: '1249', kind: 'changed' };
    expect(await verifyAudit(test.database, { keys: testKeys })).toMatchObject({ fault });
    await change('cli');
    expect(await verifyAudit(test.database, { keys: testKeys })).toMatchObject({ unsealed: 0 });
  });

  it('shows an event that does not wait for its seal, whatever its number', async () => {
    await test.database.script(`SELECT setval(pg_get_serial_sequence('audit_unsealed', 'event'), 250000);
      SELECT append_audit('cli', 'thing.done', 'thing:skipped', '{}', NULL);
      DELETE FROM audit_unsealed WHERE event = 250001;
      SELECT setval(pg_get_serial_sequence('audit_unsealed', 'event'), 2000000);
      SELECT append_audit('cli', 'thing.done', 'thing:last', '{}', NULL)`);
    await seal(test.database);
    const fault = { seq: '250001', kind: 'unqueued' };
    expect(await verifyAudit(test.database, { keys: testKeys })).toMatchObject({ fault });
  });
});
