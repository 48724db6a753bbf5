/** The composition root: database, engine, pages, listeners; and their end in the opposite order. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Keygrip from 'keygrip';
import { createApp } from './app.ts';
import { startBackgroundWork } from './background.ts';
import type { Config } from './config.ts';
import type { Logger } from './log.ts';
import { createEngine } from './oidc/engine.ts';
import { ensureDemoData } from './operations/demo.ts';
import { createPasswords } from './operations/passwords.ts';
import { connectDatabase } from './store/connect.ts';
import { startEmbeddedPostgres } from './store/embedded-postgres.ts';
import { migrate } from './store/migrate.ts';
import { createRateLimits } from './store/rate-limits.ts';
import { checkSecrets, loadOrCreateSecrets } from './store/secrets.ts';
import { createVault } from './store/vault.ts';
import { createCsrf } from './web/csrf.ts';
import { createMetrics, startMetricsListener } from './web/metrics.ts';

export interface RunningServer {
  /** Where it listens, as clients reach it on this machine. */
  readonly origin: string;
  readonly metricsOrigin: string | undefined;
  /** The secret of the demo gateway client, known only to this start. */
  readonly demoGatewaySecret: string | undefined;
  /** Stops accepting, finishes what is in flight within the grace period, closes everything. */
  stop(): Promise<void>;
}

export async function startServer(config: Config, log: Logger): Promise<RunningServer> {
  const undo: (() => Promise<unknown>)[] = [];
  const stopAll = async () => {
    for (const step of undo.splice(0).reverse())
      await step().catch((error) => log.error({ err: error }, 'while stopping'));
  };
  try {
    return await start(config, log, undo, stopAll);
  } catch (error) {
    await stopAll();
    throw error;
  }
}

async function start(
  config: Config,
  log: Logger,
  undo: (() => Promise<unknown>)[],
  stopAll: () => Promise<void>,
): Promise<RunningServer> {
  const onLog = (message: string) => log.info(message);
  const embedded = config.embedded ? await startEmbeddedPostgres({ dataDir: config.dataDir, onLog }) : undefined;
  if (embedded) undo.push(() => embedded.stop());
  const db = await connectDatabase({
    url: embedded?.url ?? (config.databaseUrl as string),
    poolSize: config.databasePoolSize,
    onLog,
    onError: (error) => log.warn({ err: error }, 'a database connection failed'),
  });
  undo.push(() => db.close());
  await migrate(db, onLog);

  const vault = createVault(config.secrets ?? (await loadOrCreateSecrets(config.dataDir)));
  await checkSecrets(db, vault);
  const passwords = createPasswords();
  const demo = config.demo ? await ensureDemoData(db, passwords, config) : undefined;

  const cookieKeys = new Keygrip(
    vault.keys('cookies').map((key) => key.toString('base64url')),
    'sha256',
    'base64',
  );
  const background = startBackgroundWork({ db, log });
  undo.push(() => background.stop());
  const engine = await createEngine({ ...config, db, vault, cookieKeys, onSecretUse: background.noteSecretUse });
  await background.follow(engine);

  let draining = false;
  const metrics = createMetrics(db);
  const limits = createRateLimits(db, { off: !config.rateLimits });
  const csrf = createCsrf(vault);
  const app = createApp({
    config,
    log,
    db,
    engine,
    csrf,
    passwords,
    limits,
    metrics,
    cookieKeys,
    draining: () => draining,
  });
  const server = await listen(app.callback(), config);
  undo.push(() => close(server, config.shutdownGraceSeconds * 1000));
  const metricsServer =
    config.metricsPort === undefined
      ? undefined
      : await startMetricsListener(metrics, { port: config.metricsPort, host: config.metricsHost });
  if (metricsServer) undo.push(async () => void metricsServer.close());

  return {
    origin: originOf(server, config.host),
    metricsOrigin: metricsServer && originOf(metricsServer, config.metricsHost),
    demoGatewaySecret: demo?.gatewaySecret,
    async stop() {
      draining = true;
      await stopAll();
    },
  };
}

/** Slow and endless requests are cut: headers within 15 s, a whole request within 30 s, 16 KB of headers. */
const limits = { headersTimeout: 15_000, requestTimeout: 30_000, keepAliveTimeout: 65_000, maxHeaderSize: 16_384 };

function listen(handler: Parameters<typeof createServer>[1], { port, host }: Config): Promise<Server> {
  const server = createServer(limits, handler);
  server.maxRequestsPerSocket = 10_000;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve(server));
  });
}

function close(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), graceMs);
    // A connection that is kept alive becomes idle only after its answer.
    const sweep = setInterval(() => server.closeIdleConnections(), 50);
    server.close(() => {
      clearTimeout(cut);
      clearInterval(sweep);
      resolve();
    });
  });
}

function originOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
