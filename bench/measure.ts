/** Measures one operation at several variants, window by window in turn, so that a busy moment of the machine hits all. */
import { cpuOfTree } from './cpu.ts';
import type { Call, Operation } from './operations.ts';
import type { Variant, VariantName } from './variant.ts';

export interface Plan {
  readonly rounds: number;
  /** Milliseconds; of the warm-up at most. */
  readonly warmUp: number;
  readonly window: number;
  /** No round begins after this moment (of performance.now) except the first three. */
  readonly deadline: number;
}

/** Rounds, whatever they take: a median of fewer says nothing. */
const fewest = 3;

/** Of one window. CPU in microseconds per operation. */
export interface Sample {
  readonly server: number;
  readonly database: number;
  readonly statements: number;
  readonly perSecond: number;
}

/** Samples by variant, in the order of the rounds; the same number for each. */
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
  for (const { calls } of prepared) await repeat(calls, plan.warmUp, operation.warmUp);
  await analyze();
  // New figures make every connection plan its statements anew, which belongs to no window.
  for (const { calls } of prepared) await repeat(calls, plan.warmUp / 10, operation.warmUp / 10);
  for (let round = 0; round < plan.rounds; round++) {
    if (round >= fewest && performance.now() > plan.deadline) break;
    for (const { variant, calls, samples } of prepared) {
      samples.push(await takeSample(variant, postmaster, () => repeat(calls, plan.window, operation.atMost)));
    }
  }
  return Object.fromEntries(prepared.map(({ variant, samples }) => [variant.name, samples]));
}

/** Being asked for its statements costs the server CPU as well, and so happens outside of what is accounted. */
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

/** Lets each caller repeat its call until time or number is used up; returns how many calls were made. */
async function repeat(calls: readonly Call[], milliseconds: number, atMost: number): Promise<number> {
  const end = performance.now() + milliseconds;
  let count = 0;
  const work = async (call: Call) => {
    while (performance.now() < end && count < atMost) {
      count += 1;
      await call();
    }
  };
  await Promise.all(calls.map(work));
  return count;
}
