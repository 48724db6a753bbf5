/** The composition root: bootstrap → engine → app → listeners. They are stopped in reverse order. */

import type { RequestListener } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Registry } from 'prom-client';
import { createApp } from '../app.ts';
import type { Config } from '../config/index.ts';
import { type CleanupStack, createCleanupStack } from '../lifecycle/cleanup-stack.ts';
import { close, originOf } from '../lifecycle/listener.ts';
import type { Logger } from '../log/index.ts';
import { createEngine } from '../oidc/engine.ts';
import { createClientActivity } from '../operations/client-activity.ts';
import { auditKeys } from '../operations/seal-audit.ts';
import { createSignInCounts } from '../operations/sign-in-counts.ts';
import { keyFetch } from '../outbound/key-fetch.ts';
import { createOutbound, type Outbound } from '../outbound/request.ts';
import { apiResourcesOf } from '../policy/resources.ts';
import { createRateLimits, type RateLimits } from '../store/rate-limits.ts';
import { createCookieKeys } from '../web/http/cookie-keys.ts';
import { createCsrf } from '../web/http/csrf.ts';
import type { LoopWatch } from '../web/http/loop-watch.ts';
import { measureAuditSealing } from '../web/metrics/audit-sealing.ts';
import { measureClientActivity, measurePurge } from '../web/metrics/client-activity.ts';
import { answerMetrics, createMetrics } from '../web/metrics/index.ts';
import { measurePasswords } from '../web/metrics/passwords.ts';
import { measureSignIns } from '../web/metrics/sign-ins.ts';
import { measureSigningKeys } from '../web/metrics/state.ts';
import { createFeedHub, type FeedHub } from '../web/oauth/revocations/hub.ts';
import { measureFeed } from '../web/oauth/revocations/metrics.ts';
import { startAuditSealing } from './audit-sealing.ts';
import { type BackgroundWork, startBackgroundWork } from './background.ts';
import { type Base, type BootstrapOptions, bootstrap, enterpriseIssuers } from './bootstrap.ts';
import { openClientDocuments } from './client-documents.ts';
import { startDeliveries } from './deliveries.ts';
import type { DemoApi } from './demo-api.ts';
import { watchDatabase } from './heartbeat.ts';
import { auditRetentionOf, foreignSecretsOf, projectsOf, readsOf, upstreamsOf } from './optional-parts.ts';
import { closePorts, holdPorts, type Ports } from './ports.ts';

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
  /** Measures what the event loop can take. Tests pass one that does not depend on the machine. */
  readonly loopWatch?: LoopWatch;
  /** Whether the clock was set. Tests that set it themselves pass one that says no. */
  readonly trustsClock?: () => boolean;
  /** Time between two clean-ups: a minute, if it is not given. Tests that compare all tables last longer. */
  readonly upkeepEveryMs?: number;
  /** Receives the id of a client of whose change this node has heard, '' for all. Tests wait for it. */
  readonly onClientChange?: (clientId: string) => void;
  /** Receives the metrics of this process before it serves. */
  readonly onMetrics?: (registry: Registry) => void;
  /** Ports on which the process already listens. They are closed when the server stops. */
  readonly ports?: Ports;
}

export async function startServer(config: Config, log: Logger, options: StartOptions = {}): Promise<RunningServer> {
  const cleanup = createCleanupStack(log);
  const { ports } = options;
  if (ports) cleanup.add(() => closePorts(ports));
  try {
    return await start(config, log, cleanup, options);
  } catch (error) {
    await cleanup.all();
    throw error;
  }
}

async function start(
  config: Config,
  log: Logger,
  cleanup: CleanupStack,
  options: StartOptions,
): Promise<RunningServer> {
  const base: Base = { config, log, cleanup, ...(await bootstrap(config, log, cleanup, options)) };
  const { demoGatewaySecret } = base;
  const outbound = options.outbound ?? createOutbound();
  const observation = await observe(base, options);
  options.onMetrics?.(observation.metrics.registry);
  const limits = createRateLimits(base.db, { off: !config.rateLimits, onLock: observation.signIns.locked });
  const answering = await startEngine({ ...base, limits }, outbound, observation.background);
  const { registry } = observation.metrics;
  measureFeed(registry, answering.feed);
  measureSigningKeys(registry, answering.engine);
  const deliveries = await startDeliveries(base, { outbound, keys: answering.engine.keys }, observation);
  const heartbeat = await watchDatabase(base, registry);
  const reads = await readsOf(base, registry);
  const demoApi = demoGatewaySecret
    ? (await import('./demo-api.ts')).createDemoApi(config, demoGatewaySecret, log)
    : undefined;

  let draining = false;
  const app = createApp({
    ...base,
    ...observation,
    ...answering,
    noteKeyUses: observation.background.noteKeyUses,
    csrf: createCsrf(base.sealer),
    limits,
    outbound,
    upstreams: await upstreamsOf(config, outbound),
    projects: await projectsOf(config, demoApi !== undefined, outbound),
    demoApi: demoApi?.middleware,
    loopWatch: options.loopWatch,
    heartbeat: { ...heartbeat, ...(options.trustsClock && { trustsClock: options.trustsClock }) },
    reads,
    draining: () => draining,
  });
  const ports = options.ports ?? (await holdPorts(config));
  return {
    ...serve(ports, base, { app, feed: answering.feed, demoApi, registry }),
    demoGatewaySecret,
    async stop() {
      draining = true;
      // No new deliveries are started; the cleanup below waits for running ones.
      deliveries.stop();
      await sleep(config.drainSeconds * 1000);
      await cleanup.all();
    },
  };
}

/** Starts metrics, statistics of clients, background work, and the sealing of the audit log. */
async function observe(
  { config, db, sealer, log, cleanup, decoys, passwords }: Base,
  { upkeepEveryMs, onClientChange }: StartOptions,
) {
  const metrics = createMetrics(db);
  const activity = createClientActivity(db);
  const signIns = createSignInCounts();
  measureSignIns(metrics.registry, signIns);
  measurePasswords(metrics.registry, passwords.load);
  measureClientActivity(metrics.registry, activity);
  const keys = auditKeys(sealer);
  const background = startBackgroundWork({
    db,
    log,
    activity,
    decoys,
    thirdPartyPolicy: config.thirdPartyPolicy,
    auditRetention: await auditRetentionOf(config, { keys, log, registry: metrics.registry }),
    purged: measurePurge(metrics.registry).observe,
    upkeepEveryMs,
    onClientChange,
  });
  cleanup.add(() => background.stop());
  const sealing = startAuditSealing(db.url, keys, log);
  cleanup.add(() => sealing.stop());
  measureAuditSealing(metrics.registry, sealing);
  background.onLook(({ unsealed }) => sealing.look(unsealed));
  return { metrics, activity, signIns, background };
}

/** Starts the engine and the revocation feed. Both are notified of changes by other nodes. */
async function startEngine(base: Base & { limits: RateLimits }, outbound: Outbound, background: BackgroundWork) {
  const { config, db, sealer, log } = base;
  const documents = openClientDocuments(base, outbound);
  const keys = sealer.keys('cookies').map((key) => key.toString('base64url'));
  const cookieKeys = createCookieKeys(keys);
  const engine = await createEngine({
    ...config,
    resources: apiResourcesOf(config),
    enterpriseIssuers: enterpriseIssuers(config),
    db,
    sealer,
    cookieKeys,
    fetchKeys: keyFetch(outbound),
    documents,
    outbound,
    onSecretUse: background.noteSecretUse,
    verifyForeignSecret: foreignSecretsOf(base),
  });
  const feed = createFeedHub(db, log);
  await background.follow(engine, feed);
  return { engine, feed, cookieKeys, documents };
}

/** Starts to serve. Cleanup runs in reverse order: first the clients of this server in this process, then the server. */
function serve(
  { main, metrics }: Ports,
  { config, cleanup, log }: Base,
  {
    app,
    feed,
    demoApi,
    registry,
  }: { app: RequestListener; feed: FeedHub; demoApi: DemoApi | undefined; registry: Registry },
): Pick<RunningServer, 'origin' | 'metricsOrigin'> {
  main.serve(app, log);
  cleanup.add(() => close(main.server, config.shutdownGraceSeconds * 1000));
  cleanup.add(async () => feed.stop());
  cleanup.add(async () => demoApi?.stop());
  metrics?.serve(answerMetrics(registry, log), log);
  if (metrics) cleanup.add(() => close(metrics.server, 0));
  return { origin: originOf(main.server), metricsOrigin: metrics && originOf(metrics.server) };
}
