/** Metrics for people on call, in Prometheus' format, on a listener of their own. */
import type { RequestListener, ServerResponse } from 'node:http';
import type { Context } from 'koa';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { AppError } from '../../errors.ts';
import type { Logger } from '../../log/index.ts';
import { droppedLogLines } from '../../log/output.ts';
import { deviceGrantType } from '../../policy/device-codes.ts';
import { countedAs } from '../../policy/statistics.ts';
import type { Database } from '../../store/database.ts';
import { isPing } from '../../store/ping.ts';
import { createAdmissionCounts } from '../http/admission.ts';
import { measureAdmission } from './admission.ts';
import { measureBatches } from './batches.ts';
import { measureEventLoop, neverMs } from './event-loop.ts';
import { measureSignals, type SignalMetrics } from './signals.ts';
import { measureBuild, measureStart } from './state.ts';
import { measureTotal } from './total.ts';

export interface Metrics {
  readonly registry: Registry;
  readonly admitted: ReturnType<typeof createAdmissionCounts>;
  readonly signals: SignalMetrics;
  observeRequest(ctx: Context, seconds: number): void;
  routeOf(path: string): string;
}

/** Counts requests by route, statements, connections, and tokens by grant and outcome. */
export function createMetrics(db: Database): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: neverMs });
  measureEventLoop(registry);
  measureStart(registry);
  measureBuild(registry);
  const observeDuration = measureDurations(registry);
  const tokens = new Counter({
    name: 'oauth_token_requests_total',
    help: 'Requests at the token endpoint by grant type and outcome (ok, or the OAuth error)',
    labelNames: ['grant_type', 'outcome'],
    registers: [registry],
  });
  const tokensBy = seriesOf((...labels) => tokens.labels(...labels));
  measureTotal(registry, 'log_lines_dropped_total', 'Log lines dropped because nobody read them', droppedLogLines);
  measureDatabase(registry, db);
  measureBatches(registry, db);
  const admitted = createAdmissionCounts();
  measureAdmission(registry, admitted);
  return {
    registry,
    admitted,
    signals: measureSignals(registry),
    routeOf,
    observeRequest(ctx, seconds) {
      const route = routeOf(ctx.path);
      observeDuration({ method: ctx.method, route, status: ctx.status }, seconds);
      if (route !== '/oauth/token' || ctx.method !== 'POST') return;
      tokensBy(grantTypeOf(ctx), outcomeOf(ctx)).inc();
    },
  };
}

type Labels = { method: string; route: string; status: number };

/** Keeps the series of each set of labels, because finding one takes longer than to observe a value. */
function seriesOf<Series>(find: (...labels: string[]) => Series): (...labels: string[]) => Series {
  const known = new Map<string, Series>();
  return (...labels) => {
    const key = labels.join('\n');
    let series = known.get(key);
    if (!series) {
      series = find(...labels);
      known.set(key, series);
    }
    return series;
  };
}

function measureDurations(registry: Registry): (labels: Labels, seconds: number) => void {
  const requests = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time to answer a request',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  });
  const seriesBy = seriesOf((...labels) => requests.labels(...labels));
  return ({ method, route, status }, seconds) => seriesBy(method, route, String(status)).observe(seconds);
}

function measureDatabase(registry: Registry, db: Database): void {
  const registers = [registry];
  const statements = new Counter({
    name: 'database_statements_total',
    help: 'SQL statements sent, without the heartbeat of every two seconds',
    registers,
  });
  db.onStatement((text) => {
    if (!isPing(text)) statements.inc();
  });
  const retries = new Counter({
    name: 'database_retries_total',
    help: 'Statements and transactions tried again, by the SQLSTATE for which the database had rolled them back',
    labelNames: ['code'],
    registers,
  });
  db.onRetry((code) => retries.inc({ code }));
  const gauges = {
    database_pool_connections: ['total', 'Connections of the pool, with those for batches'],
    // Its name is that of a counter. Dashboards of operators have it.
    database_pool_total: ['total', 'The same as database_pool_connections'],
    database_pool_idle: ['idle', 'Connections of the pool that nobody uses'],
    database_pool_waiting: ['waiting', 'Callers waiting for a connection'],
  } as const;
  for (const [name, [state, help]] of Object.entries(gauges)) {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(db.pool[state]);
      },
    });
  }
}

/** The settings for the address of the metrics listener. */
export const metricsSettings = { port: 'METRICS_PORT', host: 'METRICS_HOST' };

/** The metrics of this process, or those of several. */
export interface MetricsSource {
  readonly contentType: string;
  /** Returns them in Prometheus’ format. */
  metrics(): Promise<string>;
}

/** Answers /metrics. If they can't be read the answer is 503 with the reason, which is logged once until they can. */
export function answerMetrics(source: MetricsSource, log: Logger): RequestListener {
  let failing = false;

  async function answer(response: ServerResponse): Promise<void> {
    try {
      const body = await source.metrics();
      failing = false;
      response.writeHead(200, { 'Content-Type': source.contentType }).end(body);
    } catch (error) {
      if (!failing) log.error({ err: error }, 'the metrics could not be read');
      failing = true;
      const reason = error instanceof AppError ? error.message : 'The metrics can’t be read: the log says why.';
      response.writeHead(503, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${reason}\n`);
    }
  }

  return (request, response) => {
    if (request.url === '/metrics') void answer(response);
    else response.writeHead(404).end();
  };
}

const routes = new Set([
  ...['/', '/healthz', '/readyz', '/sign-in', '/sign-out', '/signed-out', '/device'],
  ...['token', 'authorize', 'revoke', 'introspect', 'jwks', 'register', 'par', 'userinfo', 'logout'].map(
    (name) => `/oauth/${name}`,
  ),
  ...['revocations', 'device_authorization'].map((name) => `/oauth/${name}`),
]);
const areas = new Set(['oauth', 'interaction', 'account', 'admin', 'assets', 'playground', 'device', '.well-known']);

/** The path as a label. The number of labels is bounded, whatever is requested. */
function routeOf(path: string): string {
  if (routes.has(path)) return path;
  const first = path.split('/', 2)[1] ?? '';
  return areas.has(first) ? `/${first}/…` : 'other';
}

function grantTypeOf(ctx: Context): string {
  const grantType = String(ctx.oidc?.params?.grant_type ?? 'none');
  if (grantType === deviceGrantType) return 'device_code';
  return countedAs(grantType) ?? 'other';
}

function outcomeOf(ctx: Context): string {
  if (ctx.status === 200) return 'ok';
  const error = (ctx.body as { error?: unknown } | null)?.error;
  return typeof error === 'string' ? error : 'error';
}
