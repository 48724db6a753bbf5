import { afterAll, beforeAll, expect, it } from 'vitest';
import { appendAudit, listAudit } from '../../src/store/audit.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { rowsOf } from '../support/rows.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

const event = (target: string) => ({ actor: 'cli', action: 'thing.done', target, details: { n: 1, text: 'ä' } });

/** Rows whose hash does not match their content and the previous hash. */
const broken = () =>
  rowsOf(
    test.database,
    `SELECT seq FROM (SELECT *, lag(hash, 1, '\\x') OVER (ORDER BY seq) AS before FROM audit_events) e
     WHERE prev_hash <> before OR hash <> audit_hash(before, seq, at, actor, action, target, details, request_id)`,
  );

it('the audit log is one chain without gaps, however many transactions append at once', async () => {
  const { database } = test;
  await Promise.all(
    Array.from({ length: 40 }, (_, i) =>
      database
        .transaction(async (trx) => {
          await appendAudit(trx, event(`thing:${i}`));
          if (i % 4 === 0) throw new Error('undone');
        })
        .catch(() => {}),
    ),
  );
  const [row] = await rowsOf(database, 'SELECT count(*)::int AS n, max(seq)::int AS last FROM audit_events');
  expect(row).toEqual({ n: 30, last: 30 });
  expect(await broken()).toEqual([]);
});

it('the audit log shows rows that were changed in the database', async () => {
  await test.database.script(`UPDATE audit_events SET details = '{"n": 2}' WHERE seq = 7`);
  expect(await broken()).toEqual([{ seq: '7' }]);
  await test.database.script('DELETE FROM audit_events WHERE seq = 7');
  expect(await broken()).toEqual([{ seq: '8' }]);
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
