/** Being asked to stop, however that is said, and asked again. Who listens decides what it does; nothing ends here. */
import type { EventEmitter } from 'node:events';

const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
type StopSignal = (typeof signals)[number];

/**
 * The same request often arrives twice: a terminal says it to every process of a group, and npm passes it on once more; a
 * supervisor sends SIGHUP after SIGTERM. Who asks again after that long insists. Milliseconds.
 */
const insisting = 1_000;

/**
 * Calls `stop` with the first signal of a supervisor (SIGTERM), a keyboard (SIGINT) or a terminal that is closed (SIGHUP),
 * and `insist` with any that comes a second later or more. `source` is what gets the signals, `now` a clock in milliseconds.
 */
export function onStopRequests(
  stop: (signal: StopSignal) => void,
  insist: (signal: StopSignal) => void,
  { source = process as EventEmitter, now = () => performance.now() } = {},
): void {
  let asked: number | undefined;
  for (const signal of signals) {
    source.on(signal, () => {
      if (asked === undefined) {
        asked = now();
        stop(signal);
      } else if (now() - asked >= insisting) insist(signal);
    });
  }
}
