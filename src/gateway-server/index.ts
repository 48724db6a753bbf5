/** The composition root of the reference gateway: verifier → guard → limits → handler → listener. */
import type { RequestListener, Server } from 'node:http';
import type { GatewayConfig } from '../config/gateway.ts';
import type { GatewayResource } from '../config/gateway-resources.ts';
import type { Clocks } from '../gateway/freshness.ts';
import { createGuard, type Guard, type GuardOptions } from '../gateway/guard.ts';
import { type ApiLimitsOptions, createApiLimits } from '../gateway/limits.ts';
import { createCallNotes, type NoteCall } from '../gateway/reference/call-notes.ts';
import { createGatewayHandler } from '../gateway/reference/handler.ts';
import { createCallServer, refusalOf } from '../gateway/reference/listener.ts';
import { createUpstream } from '../gateway/reference/proxy.ts';
import type { ServedResource } from '../gateway/reference/resource-call.ts';
import { createUsageReporter } from '../gateway/usage.ts';
import { createVerifier } from '../gateway/verifier.ts';
import { accept } from '../lifecycle/accepting.ts';
import { type CleanupStack, createCleanupStack } from '../lifecycle/cleanup-stack.ts';
import { endEarlyAnswers } from '../lifecycle/early-answers.ts';
import { answerStarting, close, explainListening, noteAnswers, originOf } from '../lifecycle/listener.ts';
import { answerRefusedRequests } from '../lifecycle/refused-requests.ts';
import type { Logger } from '../log/index.ts';
import { droppedLogLines } from '../log/output.ts';
import { firstScopesOf } from '../policy/scopes.ts';
import { openLimitStore } from './limit-store.ts';

export interface RunningGateway {
  readonly origin: string;
  stop(): Promise<void>;
}

/** How long running requests may take to finish. */
const graceMs = 10_000;

/** Clocks and limits that tests replace, so that no test depends on the speed of the machine. */
export interface GatewayTiming extends Omit<ApiLimitsOptions, 'onProblem'> {
  /** The clocks that measure the age of the revocation list. */
  readonly feedClocks?: Clocks;
}

export async function startGateway(
  config: GatewayConfig,
  log: Logger,
  { feedClocks, ...counting }: GatewayTiming = {},
): Promise<RunningGateway> {
  const cleanup = createCleanupStack(log);
  try {
    const { resource, clientId, clientSecret, origin, upstreamUrl: url, upstreamTimeoutMs: timeoutMs } = config;
    // Listening comes before the limit store, which is migrated, so that a start that cannot listen changes nothing.
    let answer: RequestListener = answerStarting;
    const calls = endEarlyAnswers((request, response) => answer(request, response));
    const server = await listenForCalls(calls, config, log);
    cleanup.add(() => close(server, 0));
    const onError = (err: unknown, requestId: string) => log.error({ err, requestId }, 'a request failed');
    const credentials = { clientId, clientSecret };
    // This is logged at every retry, so without a stack.
    const onProblem = (error: Error) =>
      log.warn({ reason: error.message }, 'the authorization server can’t be reached as it should');
    const audiences = { audience: resource, otherAudiences: config.resources.map((one) => one.resource) };
    const verifier = createVerifier({ ...config, ...audiences, credentials, apiKeys: true, onProblem }, feedClocks);
    cleanup.add(() => verifier.close());
    const limits = createApiLimits(await openLimitStore(config.limits, cleanup, log), {
      ...counting,
      onProblem: (err) => log.warn({ err }, 'calls are counted in memory'),
    });
    const proxyTo = (url: string, { resourceMetadata }: Guard) => {
      const upstream = createUpstream({ ...config, url, timeoutMs, resourceMetadata, onError });
      cleanup.add(() => upstream.close());
      return upstream.pass;
    };
    const noteFor = config.usageReports ? reportUsage(config, cleanup, log) : () => undefined;
    const guard = createGuard({ verifier, origin });
    const resources = config.resources.map((one): ServedResource => {
      const own = guardOf(one, { verifier, origin });
      const note = noteFor(new URL(one.resource).pathname);
      return { ...one, guard: own, proxy: proxyTo(one.upstreamUrl, own), note };
    });
    answer = createGatewayHandler({
      ...config,
      guard,
      limits,
      status: () => verifier.status,
      droppedLogLines,
      onError,
      resources,
      note: noteFor(),
      ...(url ? { proxy: proxyTo(url, guard) } : {}),
      onUnmeant: onceAMinute((problem, requestId) =>
        log.error({ problem, requestId }, 'calls are refused: the query of the proxy’s /forward-auth cannot be meant'),
      ),
    });
    cleanup.add(() => close(server, graceMs));
    return { origin: originOf(server), stop: () => cleanup.all() };
  } catch (error) {
    await cleanup.all();
    throw error;
  }
}

async function listenForCalls(calls: RequestListener, config: GatewayConfig, log: Logger): Promise<Server> {
  const server = createCallServer(calls, config.upstreamTimeoutMs + 15_000);
  noteAnswers(server);
  answerRefusedRequests(server, {
    describe: refusalOf,
    note: (refused) => log.info(refused, 'a request was refused'),
  });
  await accept(server, config).catch((error) => {
    throw explainListening(error, { ...config, settings: { port: 'GATEWAY_PORT', host: 'GATEWAY_HOST' } });
  });
  return server;
}

function guardOf({ resource, scopes }: GatewayResource, options: Pick<GuardOptions, 'verifier' | 'origin'>): Guard {
  return createGuard({ ...options, resource, scopes, firstScopes: firstScopesOf(scopes) });
}

/** Returns a function that makes the notes of the API, and of each place beside it. */
function reportUsage(config: GatewayConfig, cleanup: CleanupStack, log: Logger): (place?: string) => NoteCall {
  const { issuer, clientId, clientSecret } = config;
  const usage = createUsageReporter({
    url: `${issuer}/oauth/usage`,
    credentials: { clientId, clientSecret },
    onProblem: ({ message }) => log.warn({ reason: message }, 'what apps did can’t be reported now'),
  });
  cleanup.add(() => usage.close());
  return (place) => createCallNotes(usage, place);
}

/** Anybody can send such a query, and a proxy sends it with every call. */
function onceAMinute(
  report: (problem: string, requestId: string) => void,
): (problem: string, requestId: string) => void {
  const toldAt = new Map<string, number>();
  return (problem, requestId) => {
    const now = performance.now();
    if (now - (toldAt.get(problem) ?? Number.NEGATIVE_INFINITY) < 60_000) return;
    toldAt.set(problem, now);
    report(problem, requestId);
  };
}
