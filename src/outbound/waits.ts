/**
 * Bounds how many requests wait for hosts that strangers chose. A silent host holds each of them for seconds, and each has one of
 * the places of its endpoint: without a bound, one stranger with one such host takes all places.
 */
export interface WaitLimits {
  /** For one name, such as a site or a network. */
  readonly each: number;
  readonly all: number;
}

/** Runs `work`, or throws if too many wait already, under this name or in all. */
export type Waits = <T>(name: string, work: () => Promise<T>) => Promise<T>;

/** `full` returns the error. */
export function createWaits({ each, all }: WaitLimits, full: () => Error): Waits {
  const waiting = new Map<string, number>();
  let total = 0;
  return async (name, work) => {
    const own = waiting.get(name) ?? 0;
    if (own >= each || total >= all) throw full();
    waiting.set(name, own + 1);
    total += 1;
    try {
      return await work();
    } finally {
      const left = (waiting.get(name) ?? 1) - 1;
      if (left === 0) waiting.delete(name);
      else waiting.set(name, left);
      total -= 1;
    }
  };
}
