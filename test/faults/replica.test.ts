/** Lists and statistics are read from a real streaming replica, unless it is away, too far behind, paused or promoted. */
import { expect, it } from 'vitest';
import { openDatabase } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { vcauthIn } from '../cli/vcauth.ts';
import { wireTo } from '../gateway/feed-reader.ts';
import { startStandby } from '../gateway/standby.ts';
import { signedInAdmin } from '../support/admin.ts';
import { eventually } from '../support/eventually.ts';
import { scrape } from '../support/metrics.ts';
import { secrets, startTestServer, type TestServer, testSecret } from '../support/server.ts';
import { addStandard } from '../support/standard.ts';
import { startInstallation } from './support/installation.ts';

it('a replica answers lists as long as it may', async () => {
  const { url, data, db } = await startInstallation();
  await migrate(url);
  const standard = await addStandard(db);
  Object.assign(secrets, standard.secrets);
  const standby = await startStandby(url, data);
  const onStandby = openDatabase({ url: standby.url, poolSize: 2 });
  const wire = await wireTo(standby.url);
  const beside = { db, databaseUrl: url, person: standard.person } as TestServer;
  const server = await startTestServer({ beside, env: { DATABASE_REPLICA_URL: wire.url } });
  const metric = async (wanted: string, by?: string) =>
    (await scrape(server.metricsOrigin)).series.find(({ name, labels }) => name === wanted && labels.answered_by === by)
      ?.value ?? 0;
  const doctor = async () => {
    const env = { DATABASE_URL: url, DATABASE_REPLICA_URL: wire.url, SECRETS: testSecret };
    const { stdout } = await vcauthIn(env)(['doctor', '--json']);
    return JSON.parse(stdout).findings.find(({ check }: { check: string }) => check === 'replica');
  };
  const used = () => metric('database_replica_used');
  const answered = (by: string) => metric('database_replica_reads_total', by);
  const admin = await signedInAdmin(server);
  const sees = async (text: string, reader = admin) =>
    (await reader.visit('/admin/accounts?q=late')).text.includes(text);
  await eventually(used).toBe(1);
  expect(await doctor()).toMatchObject({ state: 'ok', says: expect.stringContaining('It follows the primary within') });

  // The sign-in was a form of this browser a moment ago, so it reads the primary for ten seconds.
  const primaryBefore = await answered('primary');
  expect(await sees('late@example.com')).toBe(false);
  expect(await answered('primary')).toBe(primaryBefore + 1);
  const forget = () => admin.jar.store.removeCookie('localhost', '/', 'vcauth_changed');
  expect(await admin.jar.getCookieString(server.issuer)).toContain('vcauth_changed=1');
  await forget();
  for (const path of [
    '/admin',
    '/admin/clients',
    '/admin/accounts',
    '/admin/unregistered',
    '/admin/audit',
    '/admin/errors',
    '/admin/statistics',
    '/admin/client/spa/insight',
    '/admin/client/spa/people',
    '/account/activity',
  ]) {
    const before = await answered('replica');
    expect((await admin.visit(path)).status).toBe(200);
    expect([path, await answered('replica')]).toEqual([path, before + 1]);
  }

  // What an admin has just changed is there, even if the replica does not have it.
  await onStandby.pgPool.query('SELECT pg_wal_replay_pause()');
  const form = await admin.visit('/admin/accounts/new');
  const made = await admin.submit(form, '/admin/accounts', {
    email: 'late@example.com',
    name: 'Late',
    new_password: 'correct horse battery staple',
    tier: 'free',
  });
  expect(made.status).toBeLessThan(400);
  expect(await sees('late@example.com')).toBe(true);
  // Others see it when the replica is too far behind to be read.
  await forget();
  await eventually(used).toBe(0);
  expect(await sees('late@example.com')).toBe(true);
  expect(server.logged()).toContain('"replica":"paused"');
  expect(await doctor()).toMatchObject({ state: 'warning', says: expect.stringContaining('replay is paused') });
  expect(await metric('database_replica_lag_seconds')).toBeGreaterThan(5);
  await onStandby.pgPool.query('SELECT pg_wal_replay_resume()');
  await eventually(used).toBe(1);
  expect(await sees('late@example.com')).toBe(true);

  // Away in the middle: the reader does not notice.
  wire.cut();
  expect(await sees('late@example.com')).toBe(true);
  await eventually(used).toBe(0);
  expect(server.logged()).toContain('"replica":"away"');
  expect(await doctor()).toMatchObject({ state: 'warning', says: expect.stringContaining('It can’t be read') });
  expect((await fetch(`${server.issuer}/readyz`)).status).toBe(200);
  wire.mend(standby.url);
  await eventually(used).toBe(1);

  await standby.promote();
  await eventually(() => server.logged()).toContain('"replica":"promoted"');
  expect(await used()).toBe(0);
  expect(await doctor()).toMatchObject({ state: 'problem', says: expect.stringContaining('It takes writes') });
  expect(await sees('late@example.com')).toBe(true);
  await onStandby.close();
  // Otherwise a heartbeat that is under way waits for the standby, which follows no more, and the stop waits for it.
  await db.script("ALTER SYSTEM SET synchronous_standby_names = ''");
  await db.script('SELECT pg_reload_conf()');
  await server.stop();
});
