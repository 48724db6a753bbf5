/**
 * Pushes signals to receivers, and measures all streams once a minute. Each stream is sent by one node at a time and beside the others,
 * so a slow receiver delays nobody else.
 */
import { randomUUID } from 'node:crypto';
import type { Logger } from '../log/index.ts';
import { holdSeconds, type PushDeps, pushSignals } from '../operations/signal-push.ts';
import { measureSignalStreams } from '../store/signal-backlog.ts';
import { holdPushStreams } from '../store/signal-push.ts';
import type { SignalMetrics } from '../web/metrics/signals.ts';

interface Deps extends Omit<PushDeps, 'signal' | 'onResult'> {
  readonly log: Logger;
  readonly metrics: SignalMetrics;
  /** False on a node that sends nothing (WEBHOOK_DELIVERY). */
  readonly sends: boolean;
}

export interface SignalPush {
  /** Call it whenever somebody has looked whether something may wait. */
  look(isDue: boolean): void;
  /** Ends requests under way: another node, or the next start, repeats them. */
  stop(): Promise<void>;
}

/** Streams that a process sends at a time. A receiver that does not answer holds a place for seconds, and then has a pause. */
const maxStreams = 32;
const measureEveryMs = 60_000;

export function startSignalPush({ log, metrics, sends, ...deps }: Deps): SignalPush {
  const ending = new AbortController();
  const sending = new Set<Promise<void>>();
  const pushDeps: PushDeps = {
    ...deps,
    signal: ending.signal,
    onResult(clientId, { outcome, error }) {
      metrics.counted('push', outcome);
      if (error !== undefined) log.warn({ clientId, outcome }, `a receiver did not take a signal: ${error}`);
    },
  };
  let taking: Promise<void> | undefined;
  let measuring: Promise<void> | undefined;
  let measureAtMs = 0;
  const failed = (error: unknown) => log.warn({ err: error }, 'signals could not be pushed; it will be tried again');

  async function take(): Promise<void> {
    const held = await holdPushStreams(deps.db, randomUUID(), holdSeconds, maxStreams - sending.size);
    for (const stream of held) {
      const sent = pushSignals(pushDeps, stream)
        .catch(failed)
        .finally(() => sending.delete(sent));
      sending.add(sent);
    }
  }

  async function measure(): Promise<void> {
    const { waiting, late, ...streams } = await measureSignalStreams(deps.db);
    metrics.measured({ waiting, lateSeconds: late, streams });
  }

  return {
    look(isDue) {
      if (ending.signal.aborted) return;
      if (isDue && sends && !taking && sending.size < maxStreams) {
        taking = take()
          .catch(failed)
          .finally(() => {
            taking = undefined;
          });
      }
      if (measuring || performance.now() < measureAtMs) return;
      measureAtMs = performance.now() + measureEveryMs;
      measuring = measure()
        .catch((error) => log.warn({ err: error }, 'streams of signals could not be measured'))
        .finally(() => {
          measuring = undefined;
        });
    },
    async stop() {
      ending.abort();
      await taking;
      await Promise.all([...sending, measuring]);
    },
  };
}
