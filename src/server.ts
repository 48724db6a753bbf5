/** The composition root: foundation → engine → app → listeners; stopped in the opposite order. */
import { setTimeout as sleep } from 'node:timers/promises';
import Keygrip from 'keygrip';
import { createApp } from './app.ts';
import { startBackgroundWork } from './background.ts';
import type { Config } from './config.ts';
import { createDemoApi } from './demo-api.ts';
import { type FoundationOptions, layFoundation } from './foundation.ts';
import { checkListening, close, listen, originOf } from './listener.ts';
import type { Logger } from './log.ts';
import { createEngine } from './oidc/engine.ts';
import { createInsight } from './operations/insight.ts';
import { keyFetch } from './outbound/key-fetch.ts';
import { createOutbound, type Outbound } from './outbound/request.ts';
import { createAdminLimits } from './store/admin-limits.ts';
import { createRateLimits } from './store/rate-limits.ts';
import { createUndo, type Undo } from './undo.ts';
import { createCsrf } from './web/csrf.ts';
import { measureInsight, measurePurge } from './web/insight-metrics.ts';
import { createMetrics, metricsSettings, startMetricsListener } from './web/metrics.ts';
import { createFeedHub } from './web/revocations/hub.ts';
import { measureFeed } from './web/revocations/metrics.ts';
import { measureWebhooks } from './web/webhook-metrics.ts';
import { startWebhookDelivery } from './webhook-work.ts';

const serverSettings = { port: 'PORT', host: 'HOST' };

export interface RunningServer {
  /** Where it listens, as clients reach it on this machine. */
  readonly origin: string;
  readonly metricsOrigin: string | undefined;
  /** The secret of the demo gateway client, known only to this start. */
  readonly demoGatewaySecret: string | undefined;
  /** Drains: /readyz says 503 for a while. Then stops accepting, finishes what is in flight within the grace period, closes everything. */
  stop(): Promise<void>;
}

export interface StartOptions extends FoundationOptions {
  /** How addresses that strangers name are asked; tests bring a network of their own. */
  readonly outbound?: Outbound;
}

export async function startServer(config: Config, log: Logger, options: StartOptions = {}): Promise<RunningServer> {
  const undo = createUndo(log);
  try {
    return await start(config, log, undo, options);
  } catch (error) {
    await undo.all();
    throw error;
  }
}

/** Whether this process may listen where it is told to. Asked before a start touches the database. */
export async function checkPorts({ port, host, metricsPort, metricsHost }: Config): Promise<void> {
  await checkListening({ port, host, settings: serverSettings });
  if (metricsPort !== undefined)
    await checkListening({ port: metricsPort, host: metricsHost, settings: metricsSettings });
}

async function start(config: Config, log: Logger, undo: Undo, options: StartOptions): Promise<RunningServer> {
  const { db, vault, passwords, demoGatewaySecret } = await layFoundation(config, log, undo, options);

  const metrics = createMetrics(db);
  const insight = createInsight(db);
  measureInsight(metrics.registry, insight);
  const background = startBackgroundWork({ db, log, insight, purged: measurePurge(metrics.registry).observe });
  undo.add(() => background.stop());
  const cookieKeys = new Keygrip(
    vault.keys('cookies').map((key) => key.toString('base64url')),
    'sha256',
    'base64',
  );
  const outbound = options.outbound ?? createOutbound();
  const fetchKeys = keyFetch(outbound);
  const engine = await createEngine({
    ...config,
    db,
    vault,
    cookieKeys,
    fetchKeys,
    onSecretUse: background.noteSecretUse,
  });
  const feed = createFeedHub(db, log);
  await background.follow(engine, feed);

  const demoApi = demoGatewaySecret ? createDemoApi(config, demoGatewaySecret, log) : undefined;
  let draining = false;
  measureFeed(metrics.registry, feed);
  const webhooks = config.webhookDelivery
    ? await startWebhookDelivery({ config, db, vault, outbound, log })
    : undefined;
  undo.add(async () => webhooks?.stop());
  if (webhooks) measureWebhooks(metrics.registry, webhooks);
  const app = createApp({
    config,
    log,
    db,
    engine,
    csrf: createCsrf(vault),
    passwords,
    limits: createRateLimits(db, { off: !config.rateLimits }),
    adminLimits: createAdminLimits(db, { off: !config.rateLimits }),
    vault,
    metrics,
    insight,
    cookieKeys,
    feed,
    demoApi: demoApi?.middleware,
    draining: () => draining,
  });
  const server = await listen(app.callback(), { ...config, settings: serverSettings });
  undo.add(() => close(server, config.shutdownGraceSeconds * 1000));
  undo.add(async () => feed.stop());
  demoApi?.start();
  undo.add(async () => demoApi?.stop());
  const { metricsPort: port, metricsHost: host } = config;
  const figures = port === undefined ? undefined : await startMetricsListener(metrics.registry, { port, host });
  if (figures) undo.add(() => close(figures, 0));

  return {
    origin: originOf(server),
    metricsOrigin: figures && originOf(figures),
    demoGatewaySecret,
    async stop() {
      draining = true;
      // Takes nothing new from now on; the step above waits for what is in flight.
      webhooks?.stop().catch(() => {});
      await sleep(config.drainSeconds * 1000);
      await undo.all();
    },
  };
}
