/** What an orchestrator sees during a segment: health, readiness, and the memory of the server. */
import { rssOf } from '../memory.ts';
import { percentile } from '../percentile.ts';
import { send } from './wire.ts';

export interface Probed {
  /** 99th percentile of the latency in milliseconds. */
  readonly healthP99: number;
  readonly readyP99: number;
  /** Answers of /readyz that were not 200. */
  readonly unready: number;
  /** Resident memory of all nodes in bytes, in the order of time. */
  readonly rss: readonly number[];
}

const everyMs = 50;
const rssEveryMs = 500;

export function probe(origin: string, pids: readonly number[], seconds: number) {
  const endMs = performance.now() + seconds * 1000;
  const health: number[] = [];
  const ready: number[] = [];
  const rss: number[] = [];
  let unready = 0;
  const ask = async (path: string, latencies: number[]) => {
    const sent = await send(`${origin}${path}`, {});
    latencies.push(sent.ms);
    const status = sent.outcome === 'answered' ? sent.answer.status : 0;
    if (path === '/readyz' && status !== 200) unready += 1;
  };
  const asking = setInterval(() => {
    if (performance.now() > endMs) return clearInterval(asking);
    ask('/healthz', health);
    ask('/readyz', ready);
  }, everyMs);
  const rssOfAll = () => pids.reduce((sum, pid) => sum + rssOf(pid), 0);
  const reading = setInterval(() => rss.push(rssOfAll()), rssEveryMs);
  return {
    stop() {
      clearInterval(asking);
      clearInterval(reading);
    },
    result: (): Probed => ({
      healthP99: percentile(health, 0.99),
      readyP99: percentile(ready, 0.99),
      unready,
      rss,
    }),
  };
}
