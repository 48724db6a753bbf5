/** Measures variants in turns. The result is the median of the rounds. */

export type Variant<Name extends string> = Record<Name, () => Promise<number>>;

/** Each variant returns one value per round. The first round is a warm-up and is dropped. */
export async function inTurns<Name extends string>(
  variants: Variant<Name>,
  rounds: number,
): Promise<Record<Name, number>> {
  const names = Object.keys(variants) as Name[];
  const values = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const name of names) {
      const value = await variants[name]();
      if (round > 0) values.get(name)?.push(value);
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(values.get(name) ?? [])])) as Record<Name, number>;
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Repeats `work`, which counts `times`, for `durationMs`. Returns the rate per second of this process's CPU time. */
export async function perSecondOfCpu(durationMs: number, times: number, work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  const cpu = process.cpuUsage();
  let done = 0;
  while (performance.now() - began < durationMs) {
    await work();
    done += times;
  }
  const { user, system } = process.cpuUsage(cpu);
  return (done * 1e6) / (user + system);
}
