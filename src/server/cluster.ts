/**
 * Several processes that share the port (WORKERS). The primary process prepares the database, starts the workers, replaces
 * those that crash, and serves the metrics of all. Each worker accepts connections by itself.
 */
import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import type { Config } from '../config/index.ts';
import { AppError } from '../errors.ts';
import { createCleanupStack } from '../lifecycle/cleanup-stack.ts';
import { close, originOf } from '../lifecycle/listener.ts';
import type { Logger } from '../log/index.ts';
// Imported before the server, which loads the engine.
import { engineWarnings } from '../oidc/patches/engine-warnings.ts';
import { settledWithin } from '../store/settled-within.ts';
import { answerMetrics } from '../web/metrics/index.ts';
import { bootstrap } from './bootstrap.ts';
import { type RunningServer, startServer } from './index.ts';
import { closePorts, holdPorts, type Ports } from './ports.ts';

/** The delay keeps a worker that crashes at its start from being restarted in a tight loop. */
const restartDelayMs = 1_000;
/**
 * How much longer than DRAIN_SECONDS and SHUTDOWN_GRACE_SECONDS a worker may take to stop. It is less than the five seconds that
 * deploy/compose.yaml gives the primary process on top of the two.
 */
const spareMs = 4_000;

/** The environment variable that passes the secret of the demo gateway from the primary process to a worker. */
const secretVariable = 'DEMO_GATEWAY_SECRET';

/** Imported only with several processes. */
const workerMetrics = () => import('./worker-metrics.ts');

/** Starts one server, or all workers if this is the primary process. `stopSignal` is aborted when the process should stop. */
export async function startServers(config: Config, log: Logger, stopSignal: AbortSignal): Promise<RunningServer> {
  for (const remark of engineWarnings) log.debug({ remark }, 'the engine said something while it was loaded');
  if (cluster.isWorker) {
    const { answerPrimary } = await workerMetrics();
    const demoGatewaySecret = process.env[secretVariable] ?? '';
    const options = { demoGatewaySecret, stopSignal, onMetrics: answerPrimary };
    return startServer({ ...config, metricsPort: undefined }, log, options);
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
    const gathered = (await workerMetrics()).gatherMetrics();
    const env = demoGatewaySecret ? { [secretVariable]: demoGatewaySecret } : {};
    // Otherwise this process hands connections out, and one that it gave to a worker which ends gets no answer and stays open.
    cluster.schedulingPolicy = cluster.SCHED_NONE;
    const fork = keepWorkers(env, log, () => stopping || stopSignal.aborted);
    const stopMs = (config.drainSeconds + config.shutdownGraceSeconds) * 1_000 + spareMs;
    cleanup.add(() => stopWorkers(stopMs, log));
    await Promise.all(Array.from({ length: config.workers }, () => listening(fork())));
    const { metrics } = ports;
    metrics?.serve(answerMetrics(gathered, log), log);
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

/** Returns a function that starts a worker. After a worker that has ended, or could not be started, the next one follows after a pause. */
function keepWorkers(env: NodeJS.ProcessEnv, log: Logger, isStopping: () => boolean): () => Worker {
  function fork(): Worker {
    const worker = cluster.fork(env);
    // Without a listener an error would end this process.
    worker.on('error', (error) => {
      if (worker.process.pid === undefined) startLater(error);
      else log.warn({ err: error, pid: worker.process.pid }, 'a worker could not be reached');
    });
    return worker;
  }

  function startLater(failure?: unknown): void {
    if (isStopping()) return;
    if (failure !== undefined) log.error({ err: failure }, 'a worker could not be started; it will be tried again');
    setTimeout(() => {
      if (isStopping()) return;
      try {
        fork();
      } catch (error) {
        startLater(error);
      }
    }, restartDelayMs);
  }

  cluster.on('exit', (worker, code, signal) => {
    if (isStopping()) return;
    log.error({ pid: worker.process.pid, exitCode: code, signal }, 'a worker died; another takes its place');
    startLater();
  });
  return fork;
}

async function listening(worker: Worker): Promise<void> {
  const died = once(worker, 'exit').then(() => {
    throw new AppError('unavailable', 'A worker could not start: its message above says why.');
  });
  await Promise.race([once(worker, 'listening'), died]);
  died.catch(() => {});
}

/** Asks the workers to stop, and kills those that have not stopped after `timeoutMs`: a worker that stands still never would. */
async function stopWorkers(timeoutMs: number, log: Logger): Promise<void> {
  const known = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
  // One that could not be started has no process.
  const workers = known.filter((worker) => worker.process.pid !== undefined);
  await Promise.all(
    workers.map(async (worker) => {
      const gone = once(worker, 'exit');
      worker.process.kill('SIGTERM');
      if (await settledWithin(gone, timeoutMs)) return;
      log.warn({ pid: worker.process.pid }, 'a worker did not stop in time, and is killed');
      worker.process.kill('SIGKILL');
      await gone;
    }),
  );
}
