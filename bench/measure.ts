/** Measures an operation on several variants, with windows in turn, so that a busy moment of the machine affects all of them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuOfTree } from './cpu.ts';
import { Refused } from './http.ts';
import type { Call, Operation } from './operations.ts';
import type { Variant, VariantName } from './variant.ts';

export interface Plan {
  /** Number of concurrent callers. */
  readonly callers: number;
  readonly rounds: number;
  /** Maximum duration and maximum number of calls of the warm-up. */
  readonly warmUpMs: number;
  readonly warmUpCalls: number;
  readonly windowMs: number;
  /** No round begins after this time (of performance.now), except the first `minRounds`. */
  readonly deadline: number;
}

/** How many callers are prepared at a time, and how long a refused caller waits. */
const preparing = 4;
const refusedMs = 100;

/** The median of fewer rounds would be meaningless. */
const minRounds = 3;

/** The result of one window. `server` and `database` are CPU microseconds per operation. */
export interface Sample {
  readonly server: number;
  readonly database: number;
  readonly statements: number;
  readonly perSecond: number;
  /** Time from sending to the answer of each call. */
  readonly latenciesMs: readonly number[];
  /** Calls that the server refused because of its load. They are not counted as operations. */
  readonly refused: number;
}

export interface Work {
  readonly latenciesMs: readonly number[];
  readonly refused: number;
}

/** Samples by variant, in the order of the rounds. Each variant has the same number. */
export type Samples = Partial<Record<VariantName, readonly Sample[]>>;

export async function measure(
  operation: Operation,
  variants: readonly Variant[],
  { plan, postmaster, analyze }: { plan: Plan; postmaster: number; analyze: () => Promise<void> },
): Promise<Samples> {
  const taken = variants.filter(({ name }) => operation.variants.includes(name));
  const prepared: { variant: Variant; calls: Call[]; samples: Sample[] }[] = [];
  for (const variant of taken) {
    const calls = await prepareCalls(operation, variant, plan.callers);
    prepared.push({ variant, calls, samples: [] });
  }
  for (const { calls } of prepared) await repeat(calls, plan.warmUpMs, plan.warmUpCalls);
  await analyze();
  // After ANALYZE every connection plans its statements again, which must not be part of a window.
  for (const { calls } of prepared) await repeat(calls, plan.warmUpMs / 10, plan.warmUpCalls / 10);
  for (let round = 0; round < plan.rounds; round++) {
    if (round >= minRounds && performance.now() > plan.deadline) break;
    for (const { variant, calls, samples } of prepared) {
      samples.push(await takeSample(variant, postmaster, () => repeat(calls, plan.windowMs, operation.maxCalls)));
    }
  }
  return Object.fromEntries(prepared.map(({ variant, samples }) => [variant.name, samples]));
}

/** Prepares a few callers at a time, since a first authorization by all of them at once is an overload. */
async function prepareCalls(operation: Operation, variant: Variant, count: number): Promise<Call[]> {
  const calls: Call[] = [];
  let begun = 0;
  const prepare = async () => {
    while (begun < count) {
      begun += 1;
      calls.push(await untilAccepted(() => operation.prepare(variant)));
    }
  };
  await Promise.all(Array.from({ length: preparing }, prepare));
  return calls;
}

export async function untilAccepted<T>(work: () => Promise<T>): Promise<T> {
  for (const giveUpMs = performance.now() + 60_000; ; ) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Refused) || performance.now() > giveUpMs) throw error;
      await sleep(refusedMs);
    }
  }
}

/** Reading the number of statements costs CPU on the server, so it happens outside of the measured time. */
export async function takeSample(variant: Variant, postmaster: number, work: () => Promise<Work>): Promise<Sample> {
  const statements = await variant.statements();
  const [server, database, started] = [cpuOfTree(variant.pid), cpuOfTree(postmaster), performance.now()];
  const done = await work();
  const count = done.latenciesMs.length;
  const seconds = (performance.now() - started) / 1000;
  const spent = { server: cpuOfTree(variant.pid) - server, database: cpuOfTree(postmaster) - database };
  return {
    ...done,
    server: spent.server / count,
    database: spent.database / count,
    statements: ((await variant.statements()) - statements) / count,
    perSecond: count / seconds,
  };
}

/** Lets each caller repeat its call until time or number is used up. */
export async function repeat(calls: readonly Call[], durationMs: number, maxCalls: number): Promise<Work> {
  const end = performance.now() + durationMs;
  const latenciesMs: number[] = [];
  let begun = 0;
  let refused = 0;
  const work = async (call: Call) => {
    for (let sentMs = performance.now(); sentMs < end && begun < maxCalls; sentMs = performance.now()) {
      begun += 1;
      try {
        await call();
        latenciesMs.push(performance.now() - sentMs);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        refused += 1;
        await sleep(refusedMs);
      }
    }
  };
  await Promise.all(calls.map(work));
  return { latenciesMs, refused };
}
