/** Reads the environment, starts the server, and stops it on signals. */
import cluster from 'node:cluster';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Config, readConfig } from './config/index.ts';
import { ConfigError } from './config/problems.ts';
import { AppError } from './errors.ts';
import { collectGarbageSoon } from './lifecycle/collect-garbage.ts';
import { onStopRequests } from './lifecycle/signals.ts';
// Usually loaded before this file (npm start). What is imported statically here is not cached otherwise.
import { notCached } from './server/compile-cache.js';

/** How long a start that is under way may take to stop. Cutting it off is safe. */
const stopTimeoutMs = 5_000;
const stopping = new AbortController();
/** Until there is something to stop, the process just ends. Without a handler, process 1 of a container would ignore the signal. */
let stop: (signal: string) => unknown = () => process.exit(0);
let force: (signal: string) => unknown = () => process.exit(1);
onStopRequests(
  (signal) => void stop(signal),
  (signal) => void force(signal),
);

try {
  const config = readConfig(process.env);
  const [{ createLogger }, { announce }, { startServers }] = await Promise.all([
    import('./log/index.ts'),
    import('./server/announce.ts'),
    import('./server/cluster.ts'),
  ]);
  const tracing = await tracingOf(config, (error) => log.warn({ detail: error.message }, 'traces are lost'));
  const log = createLogger({ level: config.logLevel, format: config.logFormat, fields: tracing?.logFields });
  if (notCached) log.debug({ reason: notCached }, 'compiled code is not kept for the next start');
  const starting = startServers(config, log, stopping.signal);
  stop = async (signal) => {
    log.info({ signal }, 'stopping');
    stopping.abort();
    const server = await Promise.race([starting.catch(() => undefined), sleep(stopTimeoutMs)]);
    await server?.stop();
    await tracing?.stop();
    process.exit(0);
  };
  force = (signal) => {
    // A worker gets the signal from the terminal and again from the primary process. It ends together with the primary.
    if (cluster.isWorker) return;
    log.warn({ signal }, 'asked to stop again: running requests are cut off');
    process.exit(1);
  };
  const server = await starting;
  if (cluster.isPrimary && !stopping.signal.aborted) announce(config, server);
  collectGarbageSoon();
} catch (error) {
  const expected = error instanceof ConfigError || error instanceof AppError;
  // A start that was cancelled has not failed.
  if (!stopping.signal.aborted) {
    process.stderr.write(`${expected ? error.message : (error as Error).stack}\n`);
    process.exit(1);
  }
}

/** A server without a collector does not import the library. */
async function tracingOf({ otlpEndpoint, traceSampleRatio }: Config, onError: (error: Error) => void) {
  if (otlpEndpoint === undefined) return undefined;
  const { startTracing } = await import('./tracing/opentelemetry.ts');
  return startTracing({ endpoint: otlpEndpoint, sampleRatio: traceSampleRatio, onError });
}
