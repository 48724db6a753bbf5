/** What a node makes of its clock: the database's answers are real, and its time and ours are moved. */
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { type Heartbeat, startHeartbeat } from '../../src/store/heartbeat.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';

let own: TestDatabase;
let heartbeat: Heartbeat | undefined;
let told: [aheadSeconds: number, agrees: boolean][];
/** Seconds that the clock of the database, and that of this process, is ahead. */
let [theirs, ours] = [0, 0];
const realNow = Date.now;
beforeAll(async () => {
  own = await createTestDatabase();
});
afterAll(() => own.drop());
afterEach(() => {
  heartbeat?.stop();
  vi.restoreAllMocks();
  [theirs, ours] = [0, 0];
});

async function start(): Promise<Heartbeat> {
  told = [];
  vi.spyOn(Date, 'now').mockImplementation(() => realNow() + ours * 1000);
  const { database } = own;
  const db = {
    ...database,
    async run(...args: Parameters<typeof database.run>) {
      const rows = await database.run<{ now: number }>(...args);
      return rows.map((row) => ({ ...row, now: row.now + theirs }));
    },
  };
  heartbeat = await startHeartbeat(db as typeof database, (seconds, agrees) =>
    told.push([Math.round(seconds), agrees]),
  );
  return heartbeat;
}

const difference = async () => Math.round(heartbeat?.state().aheadSeconds ?? Number.NaN);

it('a clock that is set is not trusted until it agrees again', async () => {
  const { trustsClock } = await start();
  expect(trustsClock()).toBe(true);
  ours = 1_800;
  expect(trustsClock()).toBe(false);
  await eventually(difference).toBe(1_800);
  expect([trustsClock(), told]).toEqual([false, [[1_800, false]]]);
  ours = 1;
  expect(trustsClock()).toBe(true);
  await eventually(difference).toBe(1);
  expect(told.at(-1)).toEqual([1, true]);
});

it('a clock that is put right after a pause is trusted with the next answer', async () => {
  ours = -60;
  const { trustsClock } = await start();
  expect([trustsClock(), told]).toEqual([true, [[-60, false]]]);
  ours = 0;
  expect(trustsClock()).toBe(false);
  await eventually(trustsClock).toBe(true);
});

it('the clock of the database that is set stops nobody, also after a pause of this machine', async () => {
  const { trustsClock } = await start();
  theirs = 600;
  await eventually(difference).toBe(-600);
  expect([trustsClock(), told]).toEqual([true, [[-600, false]]]);
  // Paused for a minute, and put right: as far from the database as before.
  vi.spyOn(performance, 'now').mockReturnValue(performance.now() - 60_000);
  expect(trustsClock()).toBe(false);
  await eventually(trustsClock).toBe(true);
});
