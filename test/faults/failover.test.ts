/** The primary is killed under load and does not come back. A synchronous standby is promoted, and nodes find it by their list of hosts. */
import { renameSync } from 'node:fs';
import { expect, it } from 'vitest';
import { openDatabase } from '../../src/store/database.ts';
import { startStandby } from '../gateway/standby.ts';
import { startInstallation } from './support/installation.ts';
import { startLoad } from './support/ledger.ts';
import { startBalancer } from './support/nodes.ts';

it('a primary that is lost', async () => {
  const { url, data, fill, postmaster } = await startInstallation();
  const balancer = await startBalancer();
  // A migrated database is what the standby is copied from.
  const first = await balancer.add({ databaseUrl: url });
  const server = await fill(balancer.origin);
  const standby = await startStandby(url, data);
  const both = new URL(url);
  const hosts = `${both.host},${new URL(standby.url).host}`;
  const databaseUrl = `${url.replace(both.host, hosts)}?target_session_attrs=read-write`;
  for (let n = 0; n < 2; n += 1) await balancer.add({ databaseUrl });
  first.signal('SIGTERM');
  await first.ended;
  const load = await startLoad(server);
  await load.progress();
  const killed = await postmaster();
  // It must not be started again: its disk is lost too.
  renameSync(data, `${data}-lost`);
  process.kill(killed, 'SIGKILL');
  await standby.promote();
  const began = performance.now();
  await load.progress();
  const backSeconds = (performance.now() - began) / 1000;
  console.log(`service was back after ${backSeconds.toFixed(1)} s`);
  const promoted = openDatabase({ url: standby.url, poolSize: 2 });
  expect((await promoted.pgPool.query('SELECT pg_is_in_recovery() AS standby')).rows).toEqual([{ standby: false }]);
  await load.settle(promoted);
  await promoted.close();
});
