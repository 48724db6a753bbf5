/**
 * The metrics of all workers (WORKERS). The primary process asks each worker that serves, and combines the answers in the way that each
 * metric names (docs/metrics.md). If a worker does not answer there is no result: without it, counters would seem to start again.
 */
import cluster, { type Worker } from 'node:cluster';
import { AggregatorRegistry, Registry } from 'prom-client';
import { AppError } from '../errors.ts';
import { settledWithin } from '../store/settled-within.ts';
import type { MetricsSource } from '../web/metrics/index.ts';

const question = { asksFor: 'metrics' };

/** What a worker sends: its metrics, or why it could not read them. */
interface Answer {
  readonly answers: 'metrics';
  readonly metrics: object[];
  readonly failure?: string;
}

const timeoutMs = 5_000;

/** Makes this worker answer the primary process. */
export function answerPrimary(registry: Registry): void {
  process.on('message', async (message: { asksFor?: unknown }) => {
    if (message.asksFor !== question.asksFor) return;
    const answer = await registry.getMetricsAsJSON().then(
      (metrics): Answer => ({ answers: 'metrics', metrics }),
      ({ message: failure }: Error): Answer => ({ answers: 'metrics', metrics: [], failure }),
    );
    // Without a callback, an error would end this worker: the primary process may be gone.
    process.send?.(answer, undefined, undefined, () => {});
  });
}

/** Call it before the first worker is started. `metrics` throws AppError unavailable if a worker does not answer within five seconds. */
export function gatherMetrics(): MetricsSource {
  const serving = new Set<Worker>();
  cluster.on('listening', (worker) => serving.add(worker));
  cluster.on('disconnect', (worker) => serving.delete(worker));
  const ask = askOnce();

  async function metricsOf(worker: Worker): Promise<object[]> {
    const { pid } = worker.process;
    const answer = ask(worker);
    if (!(await settledWithin(answer, timeoutMs))) {
      throw new AppError(
        'unavailable',
        `Worker ${pid} does not answer. If that lasts, end it: another takes its place.`,
      );
    }
    const { metrics, failure } = await answer;
    if (failure !== undefined) throw new AppError('unavailable', `Worker ${pid} can’t read its metrics: ${failure}`);
    return metrics;
  }

  return {
    contentType: Registry.PROMETHEUS_CONTENT_TYPE,
    async metrics() {
      if (serving.size === 0) throw new AppError('unavailable', 'No worker serves at this moment.');
      return AggregatorRegistry.aggregate(await Promise.all([...serving].map(metricsOf))).metrics();
    },
  };
}

/** Returns a function that asks a worker, unless it owes an answer: it would have to give all of them when it goes on. */
function askOnce(): (worker: Worker) => Promise<Answer> {
  const asked = new Map<Worker, Promise<Answer>>();
  return (worker) => {
    const open = asked.get(worker);
    if (open) return open;
    const { promise, resolve } = Promise.withResolvers<Answer>();
    const settle = (answer: Answer) => {
      asked.delete(worker);
      worker.off('message', onMessage).off('disconnect', onGone);
      resolve(answer);
    };
    const onMessage = (message: Answer) => {
      if (message.answers === 'metrics') settle(message);
    };
    const onGone = () => settle({ answers: 'metrics', metrics: [] });
    asked.set(worker, promise);
    worker.on('message', onMessage).once('disconnect', onGone);
    worker.send(question, (error) => {
      if (error) onGone();
    });
    return promise;
  };
}
