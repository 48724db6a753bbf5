/** The activity of an account is read by index, whoever the account is and however long the log. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { activityKinds } from '../../src/policy/activity.ts';
import { type ActivityFilter, countActivity, listActivity } from '../../src/store/account-activity.ts';
import type { Database } from '../../src/store/database.ts';
import { countStatements, createTestDatabase, type TestDatabase } from '../support/database.ts';

const many = 100_000;
let own: TestDatabase;
let db: Database;
beforeAll(async () => {
  own = await createTestDatabase();
  db = own.database;
  // A crowd, a person who signs in all day, one with ten events of each kind, and an admin who works on others.
  await db.pgPool.query(`INSERT INTO audit_events (at, actor, action, target, details)
    SELECT timestamptz '2026-01-01' + n * interval '1 minute', 'account:' || who,
      CASE WHEN who = 'acc_admin' THEN 'client.updated' WHEN n % 1000 = 1 THEN 'account.updated' ELSE 'account.signed_in' END,
      CASE WHEN who = 'acc_admin' THEN 'client:c' || n ELSE 'account:' || who END, '{"ip": "192.0.2.1"}'
    FROM generate_series(1, ${many}) n CROSS JOIN LATERAL (SELECT CASE
      WHEN n % 10000 = 0 THEN 'acc_few' WHEN n % 4 = 1 THEN 'acc_busy' WHEN n % 4 = 3 THEN 'acc_admin'
      ELSE 'acc_' || n % 10000 END AS who) w`);
  await db.pgPool.query(`INSERT INTO audit_events (at, actor, action, target, details)
    SELECT now(), CASE WHEN n % 2 = 0 THEN 'account:acc_few' ELSE 'account:acc_admin' END, 'app.disconnected', 'client:c' || n,
      jsonb_build_object('account', 'acc_few') FROM generate_series(1, 10) n`);
  await db.pgPool.query('VACUUM ANALYZE audit_events');
});
afterAll(() => own.drop());

/** Rows that were read from the log, and the plan, for each statement of `work`. */
async function measured(work: () => Promise<unknown>) {
  const { statements } = await countStatements(db, work);
  const plans: { text: string; generic: string }[] = [];
  for (const text of statements) {
    const { rows } = await db.pgPool.query(`EXPLAIN (GENERIC_PLAN) ${text}`);
    plans.push({ text, generic: rows.map((row) => row['QUERY PLAN']).join('\n') });
  }
  return plans;
}

const people = ['acc_few', 'acc_busy', 'acc_admin', 'acc_nobody'];
const kinds = [undefined, ...activityKinds];
const filters: ActivityFilter[] = people.flatMap((accountId) => kinds.map((kind) => ({ accountId, kind })));

it.each(filters)('the activity of %j is read and counted by index', async (filter) => {
  const plans = await measured(async () => {
    await listActivity(db, filter, { limit: 26 });
    await listActivity(db, filter, { limit: 26, before: '50000' });
    await listActivity(db, filter, { limit: 26, after: '50000' });
    await countActivity(db, filter);
  });
  expect(plans).toHaveLength(4);
  for (const { generic } of plans) expect(generic).not.toContain('Seq Scan on audit_events');
});

it.each(people)(
  'a page of %s without a filter reads no more rows of the log than it shows of each way',
  async (accountId) => {
    const client = await db.pgPool.connect();
    try {
      const { statements } = await countStatements(db, () => listActivity(db, { accountId }, { limit: 26 }));
      // The values are the account and the size of the page, and EXPLAIN needs them to run the statement.
      const text = String(statements[0]);
      const values = valuesOf(text, accountId);
      await client.query(`PREPARE asked AS ${text}`);
      const { rows } = await client.query(`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE asked (${values})`);
      await client.query('DEALLOCATE asked');
      const { Plan: plan } = rows[0]['QUERY PLAN'][0];
      expect(plan['Shared Hit Blocks'] + plan['Shared Read Blocks']).toBeLessThan(300);
    } finally {
      client.release();
    }
  },
);

it.each(filters)('counting %j reads the newest events and not all of them', async (filter) => {
  const { accountId, kind } = filter;
  // Its rare events lie between thousands of sign-ins.
  if (accountId === 'acc_busy' && kind === 'account') return;
  const client = await db.pgPool.connect();
  try {
    const { statements } = await countStatements(db, () => countActivity(db, filter));
    const text = String(statements[0]);
    await client.query(`PREPARE counted AS ${text}`);
    const { rows } = await client.query(
      `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE counted (${valuesOf(text, accountId)})`,
    );
    await client.query('DEALLOCATE counted');
    const { Plan: plan } = rows[0]['QUERY PLAN'][0];
    expect(plan['Shared Hit Blocks'] + plan['Shared Read Blocks']).toBeLessThan(600);
  } finally {
    client.release();
  }
});

/** The values of the parameters, in order: whatever is compared with the target or the actor is the account. */
function valuesOf(text: string, accountId: string): string {
  const names = [...new Set(text.match(/\$\d+/g))].sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)));
  return names
    .map((name) => {
      const escaped = name.replace('$', '\\$');
      if (new RegExp(`(target|actor) (=|<>) ${escaped}\\b`).test(text)) return `'account:${accountId}'`;
      if (new RegExp(`'account'\\)? (=|IS DISTINCT FROM) ${escaped}\\b`).test(text)) return `'${accountId}'`;
      if (new RegExp(`OFFSET ${escaped}\\b`).test(text)) return '0';
      return text.includes('count(*)') ? '1000' : '26';
    })
    .join(', ');
}

it('a person’s events are listed once each, newest first, whoever caused them', async () => {
  const all = await listActivity(db, { accountId: 'acc_few' }, { limit: 100 });
  expect(all).toHaveLength(20);
  expect(all.map(({ seq }) => BigInt(seq))).toEqual(
    all.map(({ seq }) => BigInt(seq)).toSorted((a, b) => (a < b ? 1 : -1)),
  );
  expect(new Set(all.map(({ seq }) => seq)).size).toBe(20);
  expect(await countActivity(db, { accountId: 'acc_few' })).toEqual({ total: 20, removed: undefined });
  const apps = await listActivity(db, { accountId: 'acc_few', kind: 'apps' }, { limit: 100 });
  expect(apps.map(({ actor }) => actor).sort()).toEqual([
    ...Array(5).fill('account:acc_admin'),
    ...Array(5).fill('account:acc_few'),
  ]);
});

it('the kinds are parts of the whole: each event is of one kind', async () => {
  const seqs = async (filter: ActivityFilter) => (await listActivity(db, filter, { limit: 100 })).map(({ seq }) => seq);
  const whole = await seqs({ accountId: 'acc_few' });
  const parts = await Promise.all(activityKinds.map((kind) => seqs({ accountId: 'acc_few', kind })));
  expect(parts.flat().sort()).toEqual(whole.sort());
});

it('pages follow each other in both directions without a gap', async () => {
  const filter = { accountId: 'acc_busy' };
  const first = await listActivity(db, filter, { limit: 30 });
  const next = await listActivity(db, filter, { limit: 10, before: String(first[9]?.seq) });
  expect(next.map(({ seq }) => seq)).toEqual(first.slice(10, 20).map(({ seq }) => seq));
  const back = await listActivity(db, filter, { limit: 10, after: String(next[0]?.seq) });
  expect(back.map(({ seq }) => seq)).toEqual(first.slice(0, 10).map(({ seq }) => seq));
  const numbered = await listActivity(db, filter, { limit: 10, offset: 10 });
  expect(numbered.map(({ seq }) => seq)).toEqual(next.map(({ seq }) => seq));
});

it('counting stops at a thousand, and days limit what is found', async () => {
  expect(await countActivity(db, { accountId: 'acc_busy' })).toMatchObject({ total: 1_000 });
  const day = { from: new Date('2026-02-01T00:00:00Z'), until: new Date('2026-02-02T00:00:00Z') };
  const found = await listActivity(db, { accountId: 'acc_busy', ...day }, { limit: 2_000 });
  expect(found.length).toBe(360);
  for (const { at } of found) expect(at.toISOString()).toMatch(/^2026-02-01T/);
});
