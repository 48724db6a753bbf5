/**
 * The activity of clients is counted without a statement per request, on many nodes, and written at a graceful stop.
 */

import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createClientActivity } from '../../src/operations/client-activity.ts';
import { purge } from '../../src/operations/purge.ts';
import { statisticsByDay, totalsOf } from '../../src/policy/statistics.ts';
import { findLastUse, listDailyStatistics } from '../../src/store/client-statistics.ts';
import { measureClientActivity, measurePurge } from '../../src/web/metrics/client-activity.ts';
import { countStatements, createTestDatabase } from '../support/database.ts';
import { exchange, obtainCode, obtainTokens, post, refresh } from '../support/oauth.ts';
import { rowsOf } from '../support/rows.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ env: { REFRESH_LEEWAY_SECONDS: '0' } });
});
afterAll(() => server.stop());

/** What a count of refresh token reuse is called in the table. */
const reuse = 'theft';

/** Sums of all days: midnight may come at any moment of a test. */
async function statisticsOf(clientId?: string): Promise<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const { what, count } of await listDailyStatistics(server.db, clientId)) sums[what] = (sums[what] ?? 0) + count;
  return sums;
}

it('the counts of two nodes add up, each written when it stops: tokens by grant type, errors, refresh token reuse, last use', async () => {
  const node = await startTestServer({ beside: server, env: { REFRESH_LEEWAY_SECONDS: '0' } });
  const other = await startTestServer({ beside: server, env: { REFRESH_LEEWAY_SECONDS: '0' } });
  for (const one of [node, other]) {
    await post(one, '/oauth/token', { grant_type: 'client_credentials' }, 'service');
    await post(
      one,
      '/oauth/token',
      { grant_type: 'client_credentials', resource: 'https://nowhere.example' },
      'service',
    );
    const { refresh_token: first } = await obtainTokens(one);
    const { body } = await refresh(one, first as string);
    await refresh(one, body.refresh_token as string);
    expect((await refresh(one, first as string)).status).toBe(400);
    const metrics = await (await fetch(`${one.metricsOrigin}/metrics`)).text();
    expect(metrics).toMatch(/^oauth_refresh_token_reuse_total 1$/m);
  }
  await Promise.all([node.stop(), other.stop()]);
  expect(await statisticsOf('service')).toEqual({ client_credentials: 2, error: 2 });
  expect(await statisticsOf('spa')).toEqual({ authorization_code: 2, refresh_token: 4, error: 2, [reuse]: 2 });
  expect(await statisticsOf()).toEqual({
    client_credentials: 2,
    authorization_code: 2,
    refresh_token: 4,
    error: 4,
    [reuse]: 2,
  });
  const used = await findLastUse(server.db, 'spa');
  expect(Date.now() - (used as Date).getTime()).toBeLessThan(60_000);
  expect(await findLastUse(server.db, 'other')).toBeUndefined();
});

it('a failed code exchange is counted, even for a suspended client', async () => {
  const node = await startTestServer({ beside: server });
  const code = await obtainCode(node);
  await exchange(node, code, 'spa', { code_verifier: 'x'.repeat(43) });
  await server.db.pgPool.query(`UPDATE clients SET status = 'disabled' WHERE client_id = 'other'`);
  expect((await refresh(node, 'vcs_rt_x', 'other')).status).toBe(401);
  await node.stop();
  expect(await statisticsOf('other')).toEqual({ stranger: 1 });
  const [row] = await rowsOf(server.db, `SELECT * FROM failed_requests WHERE client_id = 'other'`);
  expect(row).toMatchObject({ error: 'invalid_client', endpoint: 'token', detail: 'client not found' });
});

it('writing costs two statements and those for last uses however much there is, and none if there is nothing', async () => {
  const activity = createClientActivity(server.db);
  expect((await countStatements(server.db, activity.writeStatistics)).statements).toEqual([]);
  for (let n = 0; n < 1000; n++) {
    activity.noteSuccess('spa', 'refresh_token');
    activity.noteSuccess(`nobody-${n}`, 'refresh_token');
  }
  const before = (await statisticsOf('spa')).refresh_token as number;
  const { statements } = await countStatements(server.db, activity.writeStatistics);
  expect(statements).toHaveLength(3);
  expect((await statisticsOf('spa')).refresh_token).toBe(before + 1000);
  expect(await rowsOf(server.db, `SELECT FROM client_figures WHERE client_id LIKE 'nobody%'`)).toEqual([]);
});

it('counts that can’t be written now are written later, once', async () => {
  const own = await createTestDatabase();
  await own.database.pgPool.query(`INSERT INTO clients (client_id, client_name, grant_types, token_endpoint_auth_method, scope, type)
    VALUES ('a', 'A', '{}', 'none', '', 'spa')`);
  await own.database.pgPool.query('ALTER TABLE daily_figures RENAME TO away');
  const activity = createClientActivity(own.database);
  activity.noteSuccess('a', 'refresh_token');
  await expect(activity.writeStatistics()).rejects.toThrow();
  activity.noteSuccess('a', 'refresh_token');
  await own.database.pgPool.query('ALTER TABLE away RENAME TO daily_figures');
  await activity.writeStatistics();
  await activity.writeStatistics();
  expect(await rowsOf(own.database, 'SELECT count::int, what FROM client_figures')).toEqual([
    { count: 2, what: 'refresh_token' },
  ]);
  await own.drop();
});

it('days are deleted when no page shows them any more', async () => {
  const days = [0, 29, 30, 31, 60];
  for (const ago of days) {
    const day = `(now() AT TIME ZONE 'UTC')::date - ${ago}`;
    await server.db.pgPool.query(`INSERT INTO client_figures VALUES ('native', ${day}, 'error', 1)`);
    await server.db.pgPool.query(`INSERT INTO daily_figures VALUES (${day}, 'old', 1)`);
  }
  const now = new Date();
  const shown = statisticsByDay(await listDailyStatistics(server.db, 'native'), now, 30);
  expect(shown).toHaveLength(30);
  expect(shown.at(-1)?.day).toBe(now.toISOString().slice(0, 10));
  expect(totalsOf(shown)).toEqual({ tokens: 0, errors: 2, strangers: 0, reuses: 0 });
  expect(await purge(server.db)).toMatchObject({ client_figures: 2, daily_figures: 2 });
  expect(await rowsOf(server.db, `SELECT FROM client_figures WHERE client_id = 'native'`)).toHaveLength(3);
});

it('metrics count the clean-up by table, and the failures that were kept and dropped', async () => {
  const registry = new Registry();
  const { observe } = measurePurge(registry);
  observe(undefined, 9);
  expect(await registry.metrics()).toMatch(/^purge_last_run_timestamp_seconds 0$/m);
  observe({ sessions: 3, grants: 0 }, 0.25);
  observe({ sessions: 4, grants: 0 }, 0.5);
  const activity = createClientActivity(server.db);
  measureClientActivity(registry, activity);
  const failure = {
    at: new Date(),
    requestId: 'req_m',
    endpoint: 'token',
    error: 'x',
    description: null,
    detail: null,
  };
  for (let n = 0; n < 25; n++) activity.noteFailure({ ...failure, clientId: 'spa', parameters: {} } as never);
  await activity.writeFailures();
  const text = await registry.metrics();
  expect(text).toMatch(/^purge_rows_total\{table="sessions"\} 7$/m);
  expect(text).toMatch(/^purge_last_duration_seconds 0.5$/m);
  const last = Number(/^purge_last_run_timestamp_seconds (\S+)$/m.exec(text)?.[1]);
  expect(Math.abs(Date.now() / 1000 - last)).toBeLessThan(60);
  expect(text).toMatch(/^failed_requests_recorded_total 20$/m);
  expect(text).toMatch(/^failed_requests_dropped_total 5$/m);
});
