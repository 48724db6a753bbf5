/** Waiting with a limit, for whatever has no timeout of its own. */
import { setImmediate as immediate } from 'node:timers/promises';

/**
 * Waits until `answer` is settled, for at most `timeoutMs`, and reports whether it is. Timers run before input is read, so an
 * answer that arrived while this process was paused is in time. No timer is left, which would wake an idle process later.
 */
export async function settledWithin(answer: Promise<unknown>, timeoutMs: number): Promise<boolean> {
  let settled = false;
  const settle = () => {
    settled = true;
  };
  const noted = answer.then(settle, settle);
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, timeoutMs).unref();
  await Promise.race([noted, late]);
  clearTimeout(timer);
  if (!settled) await immediate().then(immediate);
  return settled;
}
