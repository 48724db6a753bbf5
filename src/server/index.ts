/** The composition root: bootstrap → engine → app → listeners. They are stopped in reverse order. */
import { setTimeout as sleep } from 'node:timers/promises';
import Keygrip from 'keygrip';
import { createApp } from '../app.ts';
import type { Config } from '../config/index.ts';
import { type CleanupStack, createCleanupStack } from '../lifecycle/cleanup-stack.ts';
import { close, type HeldPort, holdPort, originOf } from '../lifecycle/listener.ts';
import type { Logger } from '../log/index.ts';
import { createEngine } from '../oidc/engine.ts';
import { createClientActivity } from '../operations/client-activity.ts';
import { auditKeys } from '../operations/seal-audit.ts';
import { keyFetch } from '../outbound/key-fetch.ts';
import { createOutbound, type Outbound } from '../outbound/request.ts';
import { createAdminLimits } from '../store/admin-limits.ts';
import { startHeartbeat } from '../store/heartbeat.ts';
import { createRateLimits } from '../store/rate-limits.ts';
import { createCsrf } from '../web/http/csrf.ts';
import { measureAuditSealing } from '../web/metrics/audit-sealing.ts';
import { measureClientActivity, measurePurge } from '../web/metrics/client-activity.ts';
import { answerMetrics, createMetrics, metricsSettings } from '../web/metrics/index.ts';
import { measureWebhooks } from '../web/metrics/webhooks.ts';
import { createFeedHub } from '../web/oauth/revocations/hub.ts';
import { measureFeed } from '../web/oauth/revocations/metrics.ts';
import { startAuditSealing } from './audit-sealing.ts';
import { startBackgroundWork } from './background.ts';
import { type BootstrapOptions, bootstrap } from './bootstrap.ts';
import { createDemoApi } from './demo-api.ts';
import { startWebhookDelivery } from './webhook-worker.ts';

const serverSettings = { port: 'PORT', host: 'HOST' };

export interface RunningServer {
  /** Origin under which this machine reaches the server. */
  readonly origin: string;
  readonly metricsOrigin: string | undefined;
  /** The secret of the demo gateway client. */
  readonly demoGatewaySecret: string | undefined;
  /** Drains with /readyz at 503, then stops listening, finishes running requests within the grace period, and closes everything. */
  stop(): Promise<void>;
}

export interface StartOptions extends BootstrapOptions {
  /** Sends requests to addresses that strangers chose. Tests pass a network of their own. */
  readonly outbound?: Outbound;
  /** Ports on which the process already listens. They are closed when the server stops. */
  readonly ports?: Ports;
}

/** The ports of a server: for requests, and for metrics if they are enabled. */
export interface Ports {
  readonly main: HeldPort;
  readonly metrics: HeldPort | undefined;
}

export async function startServer(config: Config, log: Logger, options: StartOptions = {}): Promise<RunningServer> {
  const cleanup = createCleanupStack(log);
  try {
    return await start(config, log, cleanup, options);
  } catch (error) {
    await cleanup.all();
    throw error;
  }
}

/** @throws AppError with the setting to change, if listening fails */
export async function holdPorts({
  port,
  host,
  metricsPort,
  metricsHost,
}: Pick<Config, 'port' | 'host' | 'metricsPort' | 'metricsHost'>): Promise<Ports> {
  const main = await holdPort({ port, host, settings: serverSettings });
  if (metricsPort === undefined) return { main, metrics: undefined };
  const metrics = await holdPort({ port: metricsPort, host: metricsHost, settings: metricsSettings }).catch(
    async (error: unknown) => {
      await close(main.server, 0);
      throw error;
    },
  );
  return { main, metrics };
}

/** Closes the ports that are still open. */
export async function closePorts({ main, metrics }: Ports): Promise<void> {
  await Promise.all([main, metrics].map((port) => port && close(port.server, 0)));
}

async function start(
  config: Config,
  log: Logger,
  cleanup: CleanupStack,
  options: StartOptions,
): Promise<RunningServer> {
  const { ports: held } = options;
  if (held) cleanup.add(() => closePorts(held));
  const { db, sealer, passwords, demoGatewaySecret } = await bootstrap(config, log, cleanup, options);

  const metrics = createMetrics(db);
  const activity = createClientActivity(db);
  measureClientActivity(metrics.registry, activity);
  const background = startBackgroundWork({ db, log, activity, purged: measurePurge(metrics.registry).observe });
  cleanup.add(() => background.stop());
  const sealing = startAuditSealing(db.url, auditKeys(sealer), log);
  cleanup.add(() => sealing.stop());
  measureAuditSealing(metrics.registry, sealing);
  const cookieKeys = new Keygrip(
    sealer.keys('cookies').map((key) => key.toString('base64url')),
    'sha256',
    'base64',
  );
  const outbound = options.outbound ?? createOutbound();
  const fetchKeys = keyFetch(outbound);
  const engine = await createEngine({
    ...config,
    db,
    sealer,
    cookieKeys,
    fetchKeys,
    onSecretUse: background.noteSecretUse,
  });
  const heartbeat = await startHeartbeat(db);
  cleanup.add(async () => heartbeat.stop());
  const feed = createFeedHub(db, log);
  await background.follow(engine, feed);

  const demoApi = demoGatewaySecret ? createDemoApi(config, demoGatewaySecret, log) : undefined;
  let draining = false;
  measureFeed(metrics.registry, feed);
  const webhooks = config.webhookDelivery
    ? await startWebhookDelivery({ config, db, sealer, outbound, log })
    : undefined;
  cleanup.add(async () => webhooks?.stop());
  if (webhooks) measureWebhooks(metrics.registry, webhooks);
  const app = createApp({
    config,
    log,
    db,
    engine,
    csrf: createCsrf(sealer),
    passwords,
    limits: createRateLimits(db, { off: !config.rateLimits }),
    adminLimits: createAdminLimits(db, { off: !config.rateLimits }),
    sealer,
    metrics,
    activity,
    cookieKeys,
    feed,
    demoApi: demoApi?.middleware,
    heartbeat,
    draining: () => draining,
  });
  const { main, metrics: metricsHeld } = held ?? (await holdPorts(config));
  main.serve(app.callback());
  cleanup.add(() => close(main.server, config.shutdownGraceSeconds * 1000));
  cleanup.add(async () => feed.stop());
  demoApi?.start();
  cleanup.add(async () => demoApi?.stop());
  metricsHeld?.serve(answerMetrics(metrics.registry));
  if (metricsHeld) cleanup.add(() => close(metricsHeld.server, 0));

  return {
    origin: originOf(main.server),
    metricsOrigin: metricsHeld && originOf(metricsHeld.server),
    demoGatewaySecret,
    async stop() {
      draining = true;
      // No new deliveries are started; the cleanup step waits for running ones.
      webhooks?.stop().catch(() => {});
      await sleep(config.drainSeconds * 1000);
      await cleanup.all();
    },
  };
}
