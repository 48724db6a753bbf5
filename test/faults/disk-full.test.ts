/** The disk of the database is full for some time, under load. What cannot be written is refused, and nothing that was answered is lost. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { startInstallation } from './support/installation.ts';
import { startLoad } from './support/ledger.ts';
import { startBalancer } from './support/nodes.ts';
import { mountSmallDisk, noSmallDisk } from './support/small-disk.ts';

it.skipIf(noSmallDisk)(`a disk that is full (${noSmallDisk ?? 'mounted'})`, async () => {
  const disk = await mountSmallDisk(400);
  const { url, db, fill } = await startInstallation({ under: disk.folder });
  const balancer = await startBalancer();
  for (let n = 0; n < 2; n += 1) await balancer.add({ databaseUrl: url });
  const load = await startLoad(await fill(balancer.origin));
  await load.progress();
  await disk.fill();
  await eventually(() => load.done['put off']).toBeGreaterThan(20);
  await sleep(5_000);
  await disk.free();
  await load.progress();
  await load.settle(db);
  expect(load.done['put off']).toBeGreaterThan(20);
});
