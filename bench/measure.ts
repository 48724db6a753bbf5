/** Measures an operation on several variants, with windows in turn, so that a busy moment of the machine affects all of them. */
import { cpuOfTree } from './cpu.ts';
import type { Call, Operation } from './operations.ts';
import type { Variant, VariantName } from './variant.ts';

export interface Plan {
  readonly rounds: number;
  /** Maximum duration of the warm-up. */
  readonly warmUpMs: number;
  readonly windowMs: number;
  /** No round begins after this time (of performance.now), except the first `minRounds`. */
  readonly deadline: number;
}

/** The median of fewer rounds would be meaningless. */
const minRounds = 3;

/** The result of one window. `server` and `database` are CPU microseconds per operation. */
export interface Sample {
  readonly server: number;
  readonly database: number;
  readonly statements: number;
  readonly perSecond: number;
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
    const calls = await Promise.all(Array.from({ length: operation.callers }, () => operation.prepare(variant)));
    prepared.push({ variant, calls, samples: [] });
  }
  for (const { calls } of prepared) await repeat(calls, plan.warmUpMs, operation.warmUpCalls);
  await analyze();
  // After ANALYZE every connection plans its statements again, which must not be part of a window.
  for (const { calls } of prepared) await repeat(calls, plan.warmUpMs / 10, operation.warmUpCalls / 10);
  for (let round = 0; round < plan.rounds; round++) {
    if (round >= minRounds && performance.now() > plan.deadline) break;
    for (const { variant, calls, samples } of prepared) {
      samples.push(await takeSample(variant, postmaster, () => repeat(calls, plan.windowMs, operation.maxCalls)));
    }
  }
  return Object.fromEntries(prepared.map(({ variant, samples }) => [variant.name, samples]));
}

/** Reading the number of statements costs CPU on the server, so it happens outside of the measured time. */
async function takeSample(variant: Variant, postmaster: number, work: () => Promise<number>): Promise<Sample> {
  const statements = await variant.statements();
  const [server, database, started] = [cpuOfTree(variant.pid), cpuOfTree(postmaster), performance.now()];
  const count = await work();
  const seconds = (performance.now() - started) / 1000;
  const spent = { server: cpuOfTree(variant.pid) - server, database: cpuOfTree(postmaster) - database };
  return {
    server: spent.server / count,
    database: spent.database / count,
    statements: ((await variant.statements()) - statements) / count,
    perSecond: count / seconds,
  };
}

/** Lets each caller repeat its call until time or number is used up. Returns the number of calls. */
async function repeat(calls: readonly Call[], durationMs: number, maxCalls: number): Promise<number> {
  const end = performance.now() + durationMs;
  let count = 0;
  const work = async (call: Call) => {
    while (performance.now() < end && count < maxCalls) {
      count += 1;
      await call();
    }
  };
  await Promise.all(calls.map(work));
  return count;
}
