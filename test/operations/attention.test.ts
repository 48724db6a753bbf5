/** What needs somebody's attention is found by indexes alone, and what takes long to count is measured in advance. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readAttention } from '../../src/operations/attention.ts';
import { measuresByDay } from '../../src/policy/statistics.ts';
import { listDailyStatistics } from '../../src/store/client-statistics.ts';
import type { Database } from '../../src/store/database.ts';
import { measureGauges } from '../../src/store/gauges.ts';
import { countStatements, createTestDatabase, type TestDatabase } from '../support/database.ts';

const many = 20_000;
let own: TestDatabase;
let db: Database;

beforeAll(async () => {
  own = await createTestDatabase();
  db = own.database;
  await db.script(`
    INSERT INTO clients (client_id, client_name, grant_types, token_endpoint_auth_method, scope, type, status, submitted_at)
      SELECT 'client-' || n, 'App ' || n, '{}', 'none', 'projects:read', 'web', CASE WHEN n = 7 THEN 'disabled' ELSE 'active' END,
        CASE WHEN n <= 7 THEN now() - make_interval(days => n) END FROM generate_series(1, ${many}) n;
    INSERT INTO accounts (id, email, name) SELECT 'acc_' || n, n || '@mail.example', 'P' FROM generate_series(1, 5000) n;
    INSERT INTO consents (account_id, client_id, granted)
      SELECT 'acc_' || a, 'client-' || c, '{}' FROM generate_series(1, 200) a, generate_series(1, 100) c;
    INSERT INTO client_figures (client_id, day, what, count)
      SELECT 'client-' || n, (now() AT TIME ZONE 'UTC')::date - d, what, CASE WHEN what = 'error' THEN 1 ELSE 100 END
      FROM generate_series(1, ${many}) n, generate_series(0, 2) d, unnest('{refresh_token,authorization_code}'::text[]) what;
    INSERT INTO client_figures VALUES
      ('client-10', (now() AT TIME ZONE 'UTC')::date, 'error', 300), ('client-11', (now() AT TIME ZONE 'UTC')::date, 'error', 19),
      ('client-12', (now() AT TIME ZONE 'UTC')::date, 'error', 40), ('client-13', (now() AT TIME ZONE 'UTC')::date, 'error', 60),
      ('client-7', (now() AT TIME ZONE 'UTC')::date, 'error', 9000);
    UPDATE client_figures SET count = 2000 WHERE client_id = 'client-12' AND what <> 'error';
    INSERT INTO failed_requests (client_id, at, request_id, endpoint, error, parameters) VALUES
      ('client-10', now(), 'req_1', 'token', 'invalid_grant', '{}'), ('client-10', now(), 'req_2', 'token', 'invalid_client', '{}');
    INSERT INTO failed_requests (client_id, at, request_id, endpoint, error, parameters)
      SELECT 'client-' || n, now(), 'req', 'token', 'invalid_grant', '{}' FROM generate_series(20, 3000) n;
    INSERT INTO webhooks (client_id, url, events, enabled, disabled_reason, succeeded_at) SELECT 'client-' || n,
      'https://hooks' || n || '.example/', '{}', n <> 20, CASE WHEN n = 20 THEN 'gone' END,
      CASE WHEN n = 22 THEN now() + interval '1 minute' END FROM generate_series(20, 2000) n;
    INSERT INTO webhook_deliveries (id, client_id, type, body, status, attempts, created_at) SELECT 'msg_' || n || '_' || d,
      'client-' || n, 'webhook.test', '{}', CASE WHEN n IN (21, 22) AND d < 4 THEN 'pending' ELSE 'delivered' END, 4, now()
      FROM generate_series(20, 1000) n, generate_series(1, 10) d;
    -- Logout tokens that fail say nothing about the webhook.
    INSERT INTO webhook_deliveries (id, client_id, type, body, status, attempts)
      SELECT 'msg_logout_' || n, 'client-' || n, 'backchannel_logout', '{}', 'pending', 4 FROM generate_series(20, 30) n;
    -- Told of logouts: 40 accepts none, 41 is tried again, 42 has not been tried yet, 43 accepted the newest, 44 was told nothing yet.
    UPDATE clients SET backchannel_logout_uri = 'https://' || client_id || '.example/logout' WHERE client_id IN
      ('client-40', 'client-41', 'client-42', 'client-43', 'client-44', 'client-7');
    INSERT INTO webhook_deliveries (id, client_id, type, body, status, attempts)
      SELECT 'msg_out_' || row_number() OVER (), client, 'backchannel_logout', '{}', status, attempts FROM (VALUES
        ('client-40', 'failed', 4), ('client-40', 'failed', 4), ('client-41', 'pending', 4), ('client-42', 'pending', 1),
        ('client-43', 'failed', 4), ('client-43', 'delivered', 4), ('client-7', 'failed', 4)) v (client, status, attempts);
    INSERT INTO webhook_attempts (delivery, number, at, duration_ms, status) SELECT seq, 4, now(), 3, 503 FROM webhook_deliveries;
    -- Receivers of signals: 50 fails, 51 was paused for it, 52 failed once, 53 was paused by an admin.
    INSERT INTO signal_streams (stream_id, client_id, events_requested, read_seq, status, failures, failing_since, error, admin_paused)
      SELECT client, client, '{}', 0, status, failures, now() - make_interval(hours => failures), 'it answered 503', admin FROM (VALUES
        ('client-50', 'enabled', 5, false), ('client-51', 'paused', 30, false), ('client-52', 'enabled', 1, false),
        ('client-53', 'paused', 9, true)) v (client, status, failures, admin);
    INSERT INTO client_secrets (client_id, secret_hash, last_four, expires_at, last_used_at)
      SELECT 'client-' || n, decode(md5(n::text), 'hex'), 'u2Tq', now() + make_interval(days => n), now() - interval '1 hour'
      FROM generate_series(1, 5000) n;
    UPDATE client_secrets SET last_used_at = now() - interval '2 days' WHERE client_id = 'client-2'`);
  await db.pgPool.query('VACUUM ANALYZE');
});
afterAll(() => own.drop());

it('failing apps, undelivered webhooks, apps in review and ending secrets are found without reading a whole table', async () => {
  const { result, statements } = await countStatements(db, () => readAttention(db, new Date()));
  const ids = (rows: readonly { client_id: string }[]) => rows.map(({ client_id: id }) => id);
  expect(ids(result.failing)).toEqual(['client-10', 'client-13']);
  expect(result.failing[0]).toMatchObject({ failed: 300, share: 0.6, people: 200, wrong: expect.any(String) });
  expect(result.webhooks).toEqual([
    expect.objectContaining({ client_id: 'client-20', disabled_reason: 'gone', undelivered: 0, last_status: null }),
    expect.objectContaining({ client_id: 'client-21', disabled_reason: null, undelivered: 3, last_status: 503 }),
  ]);
  expect(result.logouts).toEqual([
    expect.objectContaining({ client_id: 'client-40', undelivered: 2, last_status: 503 }),
    expect.objectContaining({ client_id: 'client-41', undelivered: 1, url: 'https://client-41.example/logout' }),
  ]);
  expect(result.streams).toEqual([
    expect.objectContaining({ client_id: 'client-51', paused: true, error: 'it answered 503' }),
    expect.objectContaining({ client_id: 'client-50', paused: false }),
  ]);
  expect(ids(result.reviews)).toEqual(['client-6', 'client-5', 'client-4', 'client-3', 'client-2']);
  expect(result.reviewsWaiting).toBe(6);
  expect(ids(result.secrets)).toEqual(['client-1', 'client-3']);
  // One for each list, and a few that explain them.
  expect(statements.length).toBeLessThanOrEqual(12);
  for (const text of statements) {
    const { rows } = await db.pgPool.query(`EXPLAIN (GENERIC_PLAN) ${text}`);
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(
      plan.replace(/Seq Scan on (signing_keys|client_documents|third_party_requests|signal_streams s\b)/g, ''),
    ).not.toContain('Seq Scan');
  }
});

it('people, apps and sessions are measured by one node, at most every ten minutes', async () => {
  expect(await measureGauges(db, { minAgeSeconds: 600 })).toBe(true);
  expect(await measureGauges(db, { minAgeSeconds: 600 })).toBe(false);
  const measured = Object.fromEntries((await listDailyStatistics(db)).map(({ what, count }) => [what, count]));
  expect(measured).toMatchObject({ people: 200, apps: many - 1, verified_apps: 0, sessions: 0 });
  await db.script(`UPDATE settings SET value = (now() - interval '11 minutes')::text WHERE name = 'measured_at';
    DELETE FROM consents WHERE account_id = 'acc_1'`);
  const both = await Promise.all([1, 2].map(() => measureGauges(db, { minAgeSeconds: 600 })));
  expect(both.filter(Boolean)).toHaveLength(1);
  const again = (await listDailyStatistics(db)).find(({ what }) => what === 'people');
  expect(again?.count).toBe(199);
});

it('a day without a measurement has the one of the day before', () => {
  const counted = [
    { day: '2026-11-21', what: 'people', count: 5 },
    { day: '2026-11-21', what: 'apps', count: 1 },
    { day: '2026-11-24', what: 'people', count: 8 },
  ];
  expect(measuresByDay(counted, 'people', new Date('2026-11-25T12:00:00Z'), 7)).toEqual([5, 5, 5, 8, 8]);
  expect(measuresByDay(counted, 'sessions', new Date('2026-11-25T12:00:00Z'), 7)).toEqual([]);
});
