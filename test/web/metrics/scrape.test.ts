/** A real scrape: what it has, in which form, and that docs/metrics.md says the same. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keySetMaxAgeMs } from '../../../src/policy/key-rotation.ts';
import { signedInAdmin } from '../../support/admin.ts';
import { documentedAggregators, documentedMetrics, type Scraped, scrape } from '../../support/metrics.ts';
import { obtainTokens, post } from '../../support/oauth.ts';
import { newPerson } from '../../support/person.ts';
import { deadPort, startTestServer, type TestNode } from '../../support/server.ts';
import { statementsOf } from '../../support/statements.ts';

let server: TestNode;
let before: Scraped;
let metrics: Scraped;
beforeAll(async () => {
  server = await startTestServer({
    env: {
      RATE_LIMITS: 'on',
      DATABASE_REPLICA_URL: `postgresql://u:p@127.0.0.1:${deadPort}/d`,
      AUDIT_STREAM_URL: `http://127.0.0.1:${deadPort}`,
    },
  });
  before = await scrape(server.metricsOrigin);
  await obtainTokens(server);
  await post(server, '/oauth/token', { grant_type: 'refresh_token', refresh_token: 'none' });
  await post(server, '/oauth/token', { grant_type: 'urn:example:invented', client_id: 'invented' });
  // Ten failures are free, and the last of them locks.
  const person = newPerson(server.issuer);
  const page = await person.visit('/sign-in');
  const guess = { email: 'nobody@example.com', password: 'wrong password' };
  for (let tries = 0; tries < 11; tries += 1) await person.submit(page, '/sign-in', guess);
  await signedInAdmin(server);
  metrics = await scrape(server.metricsOrigin);
});
afterAll(() => server.stop());

const sumOf = (name: string, labels: Record<string, string> = {}, { series } = metrics) =>
  series
    .filter((one) => one.name === name && Object.entries(labels).every(([key, value]) => one.labels[key] === value))
    .reduce((sum, { value }) => sum + value, 0);

describe('a scrape', () => {
  it('counts factors by outcome, complete sign-ins by their methods, and locks', () => {
    const factor = (outcome: string) => sumOf('sign_in_factors_total', { factor: 'password', outcome });
    expect([factor('ok'), factor('mismatch'), factor('throttled')]).toEqual([2, 10, 1]);
    expect(sumOf('sign_in_factors_total', { factor: 'code', outcome: 'ok' })).toBe(1);
    expect(sumOf('sign_ins_total', { methods: 'pwd' })).toBe(1);
    expect(sumOf('sign_ins_total', { methods: 'pwd otp mfa' })).toBe(1);
    expect(sumOf('sign_ins_total')).toBe(2);
    expect(sumOf('sign_in_locks_total', { subject: 'account' })).toBe(1);
    expect(sumOf('sign_in_locks_total', { subject: 'address' })).toBe(0);
  });

  it('counts the hashes of passwords and how long they took', () => {
    // Servers of one test process share the queue.
    expect(sumOf('password_hashes_total') - sumOf('password_hashes_total', {}, before)).toBe(12);
    expect(sumOf('password_hash_seconds_total')).toBeGreaterThan(0);
    expect(sumOf('password_hashes_waiting')).toBe(0);
  });

  it('says which version runs, that the database can be written, and how old the keys are', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(sumOf('build_info', { version, node_version: process.version })).toBe(1);
    expect([sumOf('database_up'), sumOf('database_writable')]).toEqual([1, 1]);
    for (const alg of ['ES256', 'RS256']) {
      expect(sumOf('signing_key_age_seconds', { alg })).toBeGreaterThan(0);
      expect(sumOf('signing_key_age_seconds', { alg })).toBeLessThan(24 * 3600);
    }
    expect(sumOf('signing_keys_read_timestamp_seconds') * 1000).toBeGreaterThan(Date.now() - keySetMaxAgeMs);
  });

  it('names no client, account or address', () => {
    const values = metrics.series.flatMap(({ labels }) => Object.values(labels));
    expect(values.filter((value) => /invented|example|nobody|[0-9a-f]{8}-[0-9a-f]{4}|127\.0/.test(value))).toEqual([]);
  });

  it('sends no statement', async () => {
    const counts: number[] = [];
    for (let scrapes = 0; scrapes < 30; scrapes += 1) {
      counts.push(await statementsOf(server, () => fetch(`${server.metricsOrigin}/metrics`)));
    }
    // Work in the background sends some meanwhile, but not at every moment.
    expect(Math.min(...counts)).toBe(0);
  });

  it('uses base units and names by convention', () => {
    // These come from prom-client, or are kept for dashboards.
    const kept = /^(nodejs_active_\w+_total|database_pool_total)$/;
    const wrong = [...metrics.types].flatMap(([name, type]) => [
      ...((type === 'counter') === name.endsWith('_total') || kept.test(name) ? [] : [`${name} is a ${type}`]),
      ...(/_(ms|milliseconds|minutes|hours|kb|mb|percent)(_|$)/.test(name) ? [`${name} has no base unit`] : []),
      ...(/^[a-z][a-z0-9_]*$/.test(name) ? [] : [`${name} is no name`]),
    ]);
    expect(wrong).toEqual([]);
  });
});

describe('docs/metrics.md', () => {
  const documented = documentedMetrics();

  it('lists exactly what a scrape has, with its type', () => {
    const types = Object.fromEntries([...documented].map(([name, { type }]) => [name, type]));
    expect(types).toEqual(Object.fromEntries(metrics.types));
  });

  it('names how each metric of several workers is combined that is not a sum', async () => {
    const all = await server.registry.getMetricsAsJSON();
    const others = all
      .filter(({ aggregator }) => aggregator !== 'sum')
      .map(({ name, aggregator }) => [name, aggregator]);
    expect(Object.fromEntries(documentedAggregators())).toEqual(Object.fromEntries(others));
  });

  it('lists the labels of each metric', () => {
    const wrong = [...documented].flatMap(([name, { labels }]) => {
      const found = metrics.labels.get(name);
      return found === undefined || found.join() === labels.join() ? [] : [`${name} has ${found}, not ${labels}`];
    });
    expect(wrong).toEqual([]);
    const without = [...documented.keys()].filter((name) => !metrics.labels.has(name));
    // They have no series before something fails, or before the first clean-up or garbage collection.
    const later = [
      'database_batches_failed_total',
      'database_retries_total',
      'nodejs_active_requests',
      'nodejs_gc_duration_seconds',
      'purge_rows_total',
    ];
    expect(without.filter((name) => !later.includes(name))).toEqual([]);
  });
});
