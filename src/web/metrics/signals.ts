/** Metrics of Shared Signals: what receivers took, what waits for them, and how their streams are. */
import { Counter, Gauge, type Registry } from 'prom-client';

const streamStates = ['enabled', 'failing', 'paused', 'disabled'] as const;

interface SignalBacklog {
  /** Signals of enabled streams that their receivers do not have, up to a thousand for each stream. */
  readonly waiting: number;
  /** Age of the oldest of them; 0 if nothing waits. */
  readonly lateSeconds: number;
  /** Streams by state. */
  readonly streams: Readonly<Record<(typeof streamStates)[number], number>>;
}

type Outcome = 'delivered' | 'refused' | 'failed';

export interface SignalMetrics {
  /** Counts tokens of a stream that is pushed or polled. */
  counted(delivery: 'push' | 'poll', outcome: Outcome, count?: number): void;
  /** What all processes have; it is measured once a minute. */
  measured(backlog: SignalBacklog): void;
}

export function measureSignals(registry: Registry): SignalMetrics {
  const registers = [registry];
  const tokens = new Counter({
    name: 'signals_total',
    help: 'Security Event Tokens by delivery (push, poll) and outcome: delivered, refused (by the receiver, for good), failed (sent again)',
    labelNames: ['delivery', 'outcome'],
    registers,
  });
  for (const [delivery, outcome] of [
    ...(['delivered', 'refused', 'failed'] as const).map((one) => ['push', one] as const),
    ...(['delivered', 'refused'] as const).map((one) => ['poll', one] as const),
  ]) {
    tokens.inc({ delivery, outcome }, 0);
  }
  // Every process measures all streams, so the highest value is right, not the sum.
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name, help, labelNames, aggregator: 'max', registers });
  const waiting = gauge('signals_waiting', 'Signals of enabled streams that their receivers do not have');
  const late = gauge(
    'signals_late_seconds',
    'Age of the oldest signal that the receiver of an enabled stream does not have',
  );
  const streams = gauge('signal_streams', 'Streams of Shared Signals by state: enabled, failing, paused, disabled', [
    'state',
  ]);
  for (const state of streamStates) streams.set({ state }, 0);
  return {
    counted: (delivery, outcome, count = 1) => tokens.inc({ delivery, outcome }, count),
    measured(backlog) {
      waiting.set(backlog.waiting);
      late.set(backlog.lateSeconds);
      for (const state of streamStates) streams.set({ state }, backlog.streams[state]);
    },
  };
}
