/** The network between a node and the database, its callers or the pooler loses all packets for a while. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { noPgBouncer, startPgBouncer } from '../support/pgbouncer.ts';
import { startInstallation } from './support/installation.ts';
import { startLoad } from './support/ledger.ts';
import { createNetwork, noNetwork } from './support/network.ts';
import { startBalancer } from './support/nodes.ts';

const readiness = (origin: string) =>
  fetch(`${origin}/readyz`, { signal: AbortSignal.timeout(3_000) }).then(
    ({ status }) => status,
    () => 0,
  );

it.skipIf(noNetwork)(`a network that is cut (${noNetwork ?? 'made'})`, async () => {
  const network = createNetwork();
  const { url, db, fill } = await startInstallation({ alsoAt: network.database.here });
  const balancer = await startBalancer();
  await balancer.add({ databaseUrl: url });
  const far = await balancer.add({ databaseUrl: url.replace('127.0.0.1', network.database.here), network });
  const load = await startLoad(await fill(balancer.origin));
  await load.progress();

  network.database.pull();
  await eventually(() => readiness(far.origin)).toBe(503);
  await load.progress();
  // Longer than sessions of a lost node may stay open in the database.
  await sleep(8_000);
  await load.progress();
  network.database.plug();
  await eventually(() => readiness(far.origin)).toBe(200);
  await load.progress();

  network.callers.pull();
  await load.progress();
  await sleep(5_000);
  network.callers.plug();
  await eventually(() => readiness(far.origin)).toBe(200);
  await load.progress();
  await load.settle(db);
  expect(load.done['put off']).toBeGreaterThan(0);
});

const noPooler = noNetwork ?? noPgBouncer;

it.skipIf(noPooler)(`a network to PgBouncer that is cut (${noPooler ?? 'made'})`, async () => {
  const network = createNetwork();
  const { here } = network.database;
  const { url, db, fill } = await startInstallation({ alsoAt: here });
  const pooler = await startPgBouncer(url, {
    size: 10,
    settings: { listen_addr: `127.0.0.1,${network.pooler.here}` },
  });
  onTestFinished(() => pooler.stop());
  const balancer = await startBalancer();
  await balancer.add({ databaseUrl: pooler.url, env: { DATABASE_DIRECT_URL: url } });
  // Its direct connections, by which it hears of changes, stay.
  const far = await balancer.add({
    databaseUrl: pooler.url.replace('127.0.0.1', network.pooler.here),
    env: { DATABASE_DIRECT_URL: url.replace('127.0.0.1', here) },
    network,
  });
  const load = await startLoad(await fill(balancer.origin));
  await load.progress();

  network.pooler.pull();
  await eventually(() => readiness(far.origin)).toBe(503);
  await load.progress();
  // Longer than a lost node may keep a server connection of the pooler in a transaction.
  await sleep(8_000);
  await load.progress();
  network.pooler.plug();
  await eventually(() => readiness(far.origin)).toBe(200);
  await load.progress();
  await load.settle(db);
  expect(load.done['put off']).toBeGreaterThan(0);
});
