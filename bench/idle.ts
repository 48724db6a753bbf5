/** What our server and its database cost while nobody asks for anything. */
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuOfTree } from './cpu.ts';

export interface Idle {
  readonly seconds: number;
  /** Milliseconds of CPU per second. */
  readonly server: number;
  readonly database: number;
}

/** When to begin after a start, and how long to measure. */
export interface IdleWindow {
  readonly settleSeconds: number;
  readonly seconds: number;
}

/**
 * The work of a start must be over: migrations, the compiler, the collections of garbage that V8 does when the process has been
 * idle for half a minute, and the first upkeep after a minute, which imports its modules. The window has a whole minute, because
 * upkeep is done once in a minute.
 */
export const fullIdle: IdleWindow = { settleSeconds: 90, seconds: 60 };

/** Call it while no other database is used, whose upkeep would count. */
export async function measureIdle(ours: { pid: number }, postmaster: number, window: IdleWindow): Promise<Idle> {
  await sleep(window.settleSeconds * 1_000);
  const [server, database, startedMs] = [cpuOfTree(ours.pid), cpuOfTree(postmaster), performance.now()];
  await sleep(window.seconds * 1_000);
  const spent = { server: cpuOfTree(ours.pid) - server, database: cpuOfTree(postmaster) - database };
  const took = (performance.now() - startedMs) / 1_000;
  return {
    seconds: took,
    server: spent.server / 1_000 / took,
    database: spent.database / 1_000 / took,
  };
}
