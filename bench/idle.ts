/** What our server and its database cost while nobody asks for anything. */
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuOfTree } from './cpu.ts';
import type { Variant } from './variant.ts';

export interface Idle {
  readonly seconds: number;
  /** Milliseconds of CPU per second. */
  readonly server: number;
  readonly database: number;
}

/** The work of a start, such as the queue's migrations and the compiler, must be over. */
const settleMs = 5_000;

/** Other variants do nothing by themselves, so that what the database does is for ours, or PostgreSQL's own upkeep. */
export async function measureIdle(ours: Variant, postmaster: number, seconds: number): Promise<Idle> {
  await sleep(settleMs);
  const [server, database, startedMs] = [cpuOfTree(ours.pid), cpuOfTree(postmaster), performance.now()];
  await sleep(seconds * 1_000);
  const spent = { server: cpuOfTree(ours.pid) - server, database: cpuOfTree(postmaster) - database };
  const took = (performance.now() - startedMs) / 1_000;
  return {
    seconds: took,
    server: spent.server / 1_000 / took,
    database: spent.database / 1_000 / took,
  };
}
