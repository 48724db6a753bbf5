/** Drives the load generator, which is a process of its own, and probes the server meanwhile. */
import { fork } from 'node:child_process';
import type { Order, Report, Segment } from './generator.ts';
import { type Probed, probe } from './probe.ts';
import type { Tally } from './tally.ts';

export interface SegmentResult extends Tally, Probed {}

/** What is loaded: where, and the processes whose memory is read. */
export interface Loaded {
  readonly origin: string;
  readonly pids: readonly number[];
}

/** Runs segments one after the other, without a pause. */
export async function runSegments(
  generator: Generator,
  { origin, pids }: Loaded,
  segments: readonly Segment[],
): Promise<SegmentResult[]> {
  const probes: ReturnType<typeof probe>[] = [];
  const { tallies } = await generator.order({ do: 'run', segments }, (index) => {
    probes.at(-1)?.stop();
    progress(`${segments[index]?.name}, ${segments[index]?.seconds.toFixed(0)} s`);
    probes.push(probe(origin, pids, segments[index]?.seconds ?? 0));
  });
  probes.at(-1)?.stop();
  return tallies.map((tally, index) => ({ ...tally, ...(probes[index]?.result() as Probed) }));
}

type Generator = ReturnType<typeof startGenerator>;
type Done = Extract<Report, { done: true }>;

export function startGenerator() {
  const child = fork(new URL('generator.ts', import.meta.url), [], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  let receive: (report: Report) => void = () => {};
  child.on('message', (report: Report) => receive(report));
  child.on('exit', () => receive({ failed: 'the load generator ended' }));
  return {
    stop: () => child.connected && child.disconnect(),
    order(order: Order, onBegin: (index: number) => void = () => {}): Promise<Done> {
      return new Promise((resolve, reject) => {
        receive = (report) => {
          if ('begins' in report) onBegin(report.begins);
          else if ('failed' in report) reject(new Error(report.failed));
          else resolve(report);
        };
        child.send(order);
      });
    },
  };
}

export function progress(text: string): void {
  process.stderr.write(`${text} …\n`);
}
