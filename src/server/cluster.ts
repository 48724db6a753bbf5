/**
 * Several processes that share the port (WORKERS). The primary process prepares the database, starts the workers, replaces
 * those that crash, and serves the metrics of all.
 */
import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { AggregatorRegistry } from 'prom-client';
import type { Config } from '../config/index.ts';
import { AppError } from '../errors.ts';
import { createCleanupStack } from '../lifecycle/cleanup-stack.ts';
import { close, originOf } from '../lifecycle/listener.ts';
import type { Logger } from '../log/index.ts';
// Imported before the server, which loads the engine.
import { engineWarnings } from '../oidc/patches/engine-warnings.ts';
import { answerMetrics } from '../web/metrics/index.ts';
import { bootstrap } from './bootstrap.ts';
import { type RunningServer, startServer } from './index.ts';
import { closePorts, holdPorts, type Ports } from './ports.ts';

/** The delay keeps a worker that crashes at its start from being restarted in a tight loop. */
const restartDelayMs = 1_000;
/** The environment variable that passes the secret of the demo gateway from the primary process to a worker. */
const secretVariable = 'DEMO_GATEWAY_SECRET';

/** Starts one server, or all workers if this is the primary process. `stopSignal` is aborted when the process should stop. */
export async function startServers(config: Config, log: Logger, stopSignal: AbortSignal): Promise<RunningServer> {
  for (const remark of engineWarnings) log.debug({ remark }, 'the engine said something while it was loaded');
  if (cluster.isWorker) {
    // Created for its listener, which answers when the primary process asks for metrics.
    new AggregatorRegistry();
    const demoGatewaySecret = process.env[secretVariable] ?? '';
    return startServer({ ...config, metricsPort: undefined }, log, { demoGatewaySecret, stopSignal });
  }
  // Listening comes first, so that a start that cannot listen neither migrates nor binds secrets.
  const ports = await holdPorts(config);
  return config.workers > 1
    ? startWorkers(config, log, stopSignal, ports)
    : startServer(config, log, { stopSignal, ports });
}

async function startWorkers(
  config: Config,
  log: Logger,
  stopSignal: AbortSignal,
  ports: Ports,
): Promise<RunningServer> {
  const cleanup = createCleanupStack(log);
  cleanup.add(() => closePorts(ports));
  let stopping = false;
  try {
    const { demoGatewaySecret } = await bootstrap(config, log, cleanup, { stopSignal });
    // The database is bound to our secrets now, so the port can be handed to the workers, which listen through this process.
    await close(ports.main.server, 0);
    const fork = () => cluster.fork(demoGatewaySecret ? { [secretVariable]: demoGatewaySecret } : {});
    cleanup.add(() => stopWorkers());
    cluster.on('exit', (worker, code, signal) => {
      if (stopping || stopSignal.aborted) return;
      log.error({ pid: worker.process.pid, exitCode: code, signal }, 'a worker died; another takes its place');
      setTimeout(() => stopping || stopSignal.aborted || fork(), restartDelayMs);
    });
    await Promise.all(Array.from({ length: config.workers }, () => listening(fork())));
    const { metrics } = ports;
    const all = new AggregatorRegistry();
    metrics?.serve(answerMetrics({ contentType: all.contentType, metrics: () => all.clusterMetrics() }));
    return {
      origin: `http://${config.host}:${config.port}`,
      metricsOrigin: metrics && originOf(metrics.server),
      demoGatewaySecret,
      async stop() {
        stopping = true;
        await cleanup.all();
      },
    };
  } catch (error) {
    stopping = true;
    await cleanup.all();
    throw error;
  }
}

async function listening(worker: Worker): Promise<void> {
  const died = once(worker, 'exit').then(() => {
    throw new AppError('unavailable', 'A worker could not start: its message above says why.');
  });
  await Promise.race([once(worker, 'listening'), died]);
  died.catch(() => {});
}

async function stopWorkers(): Promise<void> {
  const workers = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
  await Promise.all(
    workers.map(async (worker) => {
      const gone = once(worker, 'exit');
      worker.process.kill('SIGTERM');
      await gone;
    }),
  );
}
