/** Traces of requests, statements and outgoing requests, at a collector that speaks OTLP. */
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createOutbound } from '../../src/outbound/request.ts';
import { startTracing, type Tracing } from '../../src/tracing/opentelemetry.ts';
import { logFields } from '../../src/tracing/spans.ts';
import { startNode } from '../cli/vcauth.ts';
import { type Collector, type ReceivedSpan, startCollector } from '../support/collector.ts';
import { freePort } from '../support/free-port.ts';
import { basic, obtainTokens, refresh } from '../support/oauth.ts';
import { startProjectsApi } from '../support/projects-api.ts';
import { deadPort, secrets, startTestServer, type TestServer, testSecret } from '../support/server.ts';

let collector: Collector;
let server: TestServer;
let tracing: Tracing | undefined;
const errors: Error[] = [];
beforeAll(async () => {
  [collector, server] = await Promise.all([startCollector(), startTestServer()]);
});
afterAll(async () => {
  await server.stop();
  await collector.stop();
});
afterEach(async () => {
  await tracing?.stop();
  collector.answer = undefined;
});

const start = (more: { endpoint?: string; sampleRatio?: number } = {}) => {
  tracing = startTracing({
    endpoint: collector.endpoint,
    sampleRatio: 1,
    onError: (error) => errors.push(error),
    ...more,
  });
};

/** Ends the tracing, which sends what is left, and returns the spans since the last call. */
async function spans(): Promise<ReceivedSpan[]> {
  await tracing?.stop();
  tracing = undefined;
  return collector.spans.splice(0);
}

const get = (path: string, headers: Record<string, string> = {}) => fetch(`${server.issuer}${path}`, { headers });
const trace = 'a1b2c3d4e5f60718293a4b5c6d7e8f90';

describe('a request', () => {
  it('has a span by its route, whose children are its statements', async () => {
    const tokens = await obtainTokens(server);
    start();
    const { headers } = await refresh(server, tokens.refresh_token as string);
    const found = await spans();
    const request = found.find(({ name }) => name === 'POST /oauth/token');
    expect(request).toMatchObject({
      parentSpanId: '',
      isError: false,
      attributes: {
        'http.request.method': 'POST',
        'http.route': '/oauth/token',
        'http.response.status_code': 200,
        'vcauth.request_id': headers.get('x-request-id'),
      },
      resource: { 'service.name': 'vcauth' },
    });
    const statements = found.filter(({ parentSpanId }) => parentSpanId === request?.spanId);
    // The budget of a refresh.
    expect(statements.map(({ attributes }) => attributes['db.system.name'])).toEqual(['postgresql', 'postgresql']);
    for (const { traceId, name } of statements) {
      expect(traceId).toBe(request?.traceId);
      expect(name).toMatch(/^[a-z][a-z-]+$/);
    }
  });

  it('continues the trace of its caller', async () => {
    start({ sampleRatio: 0 });
    await get('/healthz', { traceparent: `00-${trace}-00f067aa0ba902b7-01` });
    await get('/healthz', { traceparent: `00-${trace}-00f067aa0ba902b8-00` });
    await get('/healthz');
    const found = (await spans()).filter(({ name }) => name === 'GET /healthz');
    expect(found).toEqual([expect.objectContaining({ traceId: trace, parentSpanId: '00f067aa0ba902b7' })]);
  });

  it.each([
    'x',
    `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    `00-${trace}-${'0'.repeat(16)}-01`,
    `ff-${trace}-00f067aa0ba902b7-01`,
    `00-${trace.toUpperCase()}-00F067AA0BA902B7-01`,
    `00-${trace}-00f067aa0ba902b7-01-more`,
    'a'.repeat(5_000),
  ])('begins a trace of its own if its caller sent traceparent %.60s', async (traceparent) => {
    start();
    expect((await get('/healthz', { traceparent })).status).toBe(200);
    const [span] = (await spans()).filter(({ name }) => name === 'GET /healthz');
    expect(span?.parentSpanId).toBe('');
    expect(span?.traceId).not.toBe(trace);
  });

  it('tells nothing of what was sent: no token, secret, code, address or link', async () => {
    const tokens = await obtainTokens(server);
    start();
    await refresh(server, tokens.refresh_token as string);
    await get(`/interaction/abcdefghijk/consent?secret-query=1`);
    await get('/links/confirm/one-time-part');
    await fetch(`${server.issuer}/oauth/introspect`, {
      method: 'POST',
      headers: { authorization: basic('gateway', secrets.gateway as string) },
      body: new URLSearchParams({ token: tokens.access_token }),
    });
    expect((await spans()).length).toBeGreaterThan(4);
    const sent = collector.raw.join('\n');
    const hidden = [tokens.access_token, tokens.refresh_token as string, secrets.gateway as string];
    for (const text of [...hidden, 'abcdefghijk', 'secret-query', 'one-time-part', server.person.email, '127.0.0.1']) {
      expect(sent).not.toContain(text);
    }
  });
});

describe('an outgoing request', () => {
  const request = { method: 'GET', headers: {}, timeoutMs: 2_000, maxBytes: 1_000, allows: () => true } as const;

  it('takes the trace along to a server of the operator, and to nobody else', async () => {
    const api = await startProjectsApi();
    const asked: (string | undefined)[] = [];
    api.answer = (response) => {
      asked.push(response.req.headers.traceparent as string | undefined);
      response.writeHead(204).end();
    };
    const outbound = createOutbound();
    await outbound({ ...request, url: api.url, isOperators: true });
    start();
    await outbound({ ...request, url: api.url, isOperators: true });
    await outbound({ ...request, url: `${api.url}?secret=1` });
    await api.stop();
    const found = (await spans()).filter(({ name }) => name.startsWith('GET 127.'));
    const { host } = new URL(api.url);
    expect(found.map(({ attributes }) => attributes)).toEqual(
      Array(2).fill({ 'http.request.method': 'GET', 'server.address': host, 'http.response.status_code': 204 }),
    );
    expect(asked).toEqual([undefined, `00-${found[0]?.traceId}-${found[0]?.spanId}-01`, undefined]);
  });

  it('that fails has the kind of the failure', async () => {
    start();
    await createOutbound()({ ...request, url: `http://127.0.0.1:${deadPort}/` }).catch(() => {});
    const [span] = (await spans()).filter(({ name }) => name.startsWith('GET 127.'));
    expect(span).toMatchObject({ isError: true, attributes: { 'error.type': 'ECONNREFUSED' } });
  });
});

describe('a collector', () => {
  it('that refuses costs a warning, and requests nothing', async () => {
    collector.answer = (response) => void response.writeHead(400).end();
    errors.length = 0;
    start();
    expect((await get('/healthz')).status).toBe(200);
    await spans();
    expect(errors.length).toBe(1);
  });

  it('that stands still delays the end by two seconds at most', async () => {
    let asked = 0;
    collector.answer = () => {
      asked += 1;
    };
    start();
    await get('/healthz');
    const beganMs = performance.now();
    await spans();
    expect(asked).toBe(1);
    expect(performance.now() - beganMs).toBeLessThan(9_000);
  });

  it('that is not named has no subscribers and no fields in the log', async () => {
    await get('/healthz');
    expect(await spans()).toEqual([]);
    expect(logFields()).toEqual({});
  });
});

it('a server names the trace in its log lines, and describes itself as the environment says', async () => {
  const port = await freePort();
  const node = startNode(['src/main.ts'], {
    PORT: String(port),
    HOST: '127.0.0.1',
    DATABASE_URL: server.databaseUrl,
    SECRETS: testSecret,
    METRICS_PORT: 'off',
    DRAIN_SECONDS: '0',
    LOG_FORMAT: 'json',
    OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.endpoint}/`,
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20of-the-collector',
    OTEL_SERVICE_NAME: 'auth-in-a-test',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
  });
  try {
    let log = '';
    node.stdout.on('data', (chunk) => (log += chunk));
    const ask = () =>
      fetch(`http://localhost:${port}/readyz`, { headers: { traceparent: `00-${trace}-00f067aa0ba902b7-01` } });
    await expect
      .poll(() =>
        ask().then(
          ({ status }) => status,
          () => 0,
        ),
      )
      .toBe(200);
    node.kill('SIGTERM');
    await once(node, 'close');
    const span = collector.spans.findLast(({ name }) => name === 'GET /readyz');
    expect(span).toMatchObject({
      traceId: trace,
      resource: { 'service.name': 'auth-in-a-test', 'deployment.environment.name': 'test' },
    });
    expect(collector.headers.at(-1)?.authorization).toBe('Bearer of-the-collector');
    const line = log.split('\n').findLast((text) => text.includes('/readyz')) ?? '{}';
    expect(JSON.parse(line)).toMatchObject({ trace_id: trace, span_id: span?.spanId, msg: 'request' });
    expect(log).not.toContain('of-the-collector');
  } finally {
    node.kill('SIGKILL');
  }
});
