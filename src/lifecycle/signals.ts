/** Signals that ask the process to stop, and repeated ones that force it. The callers decide what happens. */
import type { EventEmitter } from 'node:events';

const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
type StopSignal = (typeof signals)[number];

/**
 * The same request often arrives twice: a terminal signals every process of a group, and npm forwards the signal once more;
 * a supervisor sends SIGHUP after SIGTERM. Only a signal that is repeated after this delay forces exit.
 */
const repeatDelayMs = 1_000;

/**
 * Calls `stop` with the first signal from a supervisor (SIGTERM), a keyboard (SIGINT) or a closed terminal (SIGHUP), and
 * `force` with every signal after `repeatDelayMs`. `source` emits the signals, and `now` is a clock in milliseconds.
 */
export function onStopRequests(
  stop: (signal: StopSignal) => void,
  force: (signal: StopSignal) => void,
  { source = process as EventEmitter, now = () => performance.now() } = {},
): void {
  let stoppedAt: number | undefined;
  for (const signal of signals) {
    source.on(signal, () => {
      if (stoppedAt === undefined) {
        stoppedAt = now();
        stop(signal);
      } else if (now() - stoppedAt >= repeatDelayMs) force(signal);
    });
  }
}
