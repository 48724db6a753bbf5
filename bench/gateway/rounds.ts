/** Variants measured in turns; the median of the rounds counts. */

export type Variant<Name extends string> = Record<Name, () => Promise<number>>;

/** `variants` give one figure a round. The first round warms up and is dropped. */
export async function inTurns<Name extends string>(
  variants: Variant<Name>,
  rounds: number,
): Promise<Record<Name, number>> {
  const names = Object.keys(variants) as Name[];
  const figures = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const name of names) {
      const figure = await variants[name]();
      if (round > 0) figures.get(name)?.push(figure);
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(figures.get(name) ?? [])])) as Record<Name, number>;
}

export function median(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? Number.NaN;
}

/** Repeats `work`, which does `times` things, for `ms` of wall time: things per second of this process's CPU. */
export async function perSecondOfCpu(ms: number, times: number, work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  const cpu = process.cpuUsage();
  let done = 0;
  while (performance.now() - began < ms) {
    await work();
    done += times;
  }
  const { user, system } = process.cpuUsage(cpu);
  return (done * 1e6) / (user + system);
}
