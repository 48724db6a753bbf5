/** The clock of one node is set forward and back under load, as after a pause of its virtual machine or by a wrong time server. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { createClock, noClock } from './support/clock.ts';
import { startInstallation } from './support/installation.ts';
import { startLoad } from './support/ledger.ts';
import { startBalancer } from './support/nodes.ts';

it.skipIf(noClock)(`a clock that is set (${noClock ?? 'found'})`, async () => {
  const clock = await createClock();
  const { url, db, fill } = await startInstallation();
  const balancer = await startBalancer();
  await balancer.add({ databaseUrl: url });
  const odd = await balancer.add({ databaseUrl: url, env: clock.env });
  const load = await startLoad(await fill(balancer.origin));
  await load.progress();
  for (const seconds of [1_800, 0, -600, 0]) {
    await clock.step(seconds);
    await sleep(3_000);
    await load.progress();
  }
  await eventually(() => odd.said().match(/"aheadSeconds":-?\d+/g)).toEqual([
    expect.stringMatching(/:1[78]\d\d$/),
    expect.stringMatching(/:0$/),
    expect.stringMatching(/:-(59|60)\d$/),
    expect.stringMatching(/:0$/),
  ]);
  await load.settle(db);
});
