/** The audit stream against real receivers: its form and order, receivers with every kind of fault, and nodes that are killed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { beginStream, type StreamDeps, sendAuditStream } from '../../src/operations/audit-stream.ts';
import { auditKeys, sealAll } from '../../src/operations/seal-audit.ts';
import { createOutbound, type Outbound } from '../../src/outbound/request.ts';
import { appendAudits } from '../../src/store/audit.ts';
import { vcauthIn } from '../cli/vcauth.ts';
import { makeCertificate } from '../support/certificate.ts';
import { freePort } from '../support/free-port.ts';
import { scrape } from '../support/metrics.ts';
import { patientOutbound } from '../support/network.ts';
import { processEnv } from '../support/process-env.ts';
import { type Receiver, startReceiver, until } from '../support/receiver.ts';
import { rowsOf } from '../support/rows.ts';
import { deadPort, startTestServer, type TestServer, testSecret } from '../support/server.ts';
import { sealer } from '../support/webhooks.ts';

let server: TestServer;
let receiver: Receiver;
beforeAll(async () => {
  [server, receiver] = await Promise.all([startTestServer(), startReceiver()]);
});
afterAll(() => Promise.all([server.stop(), receiver.stop()]));

let marks = 0;
/** Writes events, waits for their seals, and returns their targets in the order of the chain. */
async function write(count: number, details: object = {}): Promise<string[]> {
  const targets = Array.from({ length: count }, (_, index) => `test:${marks + index}`);
  marks += count;
  await appendAudits(
    server.db,
    targets.map((target) => ({ actor: 'test', action: 'test.written', target, details })),
  );
  expect(await sealAll(server.db, auditKeys(sealer))).toBe(0);
  return targets;
}

const outcomes: Parameters<StreamDeps['onRequest']>[0][] = [];
const deps = (more: { url?: string; outbound?: Outbound; format?: 'cloudevents' | 'ndjson' } = {}): StreamDeps => ({
  db: server.db,
  outbound: more.outbound ?? createOutbound(),
  issuer: server.issuer,
  receiver: { url: more.url ?? receiver.url, authorization: undefined, format: more.format ?? 'cloudevents' },
  signal: new AbortController().signal,
  onRequest: (outcome) => void outcomes.push(outcome),
});

const row = async () => (await rowsOf(server.db, 'SELECT * FROM audit_stream'))[0];
/** The pause after a failure is over. */
const passPause = () => server.db.script('UPDATE audit_stream SET due_at = clock_timestamp()');
/** The time for which a node holds the stream is over. */
const passHold = () => server.db.script("UPDATE audit_stream SET held_until = clock_timestamp() - interval '1 s'");
// biome-ignore lint/suspicious/noExplicitAny: events are looked at field by field
const batches = (): any[][] => receiver.received.map(({ event }) => event);
const targets = () => batches().flatMap((batch) => batch.map(({ data }) => data.target));

beforeEach(async () => {
  receiver.answer((response) => void response.writeHead(204).end());
  await beginStream(server.db);
  await sealAll(server.db, auditKeys(sealer));
  await server.db.script(`UPDATE audit_stream SET sent_seq = (SELECT sealed_seq FROM audit_head()), batch_size = 500, failures = 0,
    due_at = clock_timestamp(), held_by = NULL, held_until = NULL`);
  receiver.received.length = 0;
  outcomes.length = 0;
});

it('the receiver gets CloudEvents in batches, in the order of the chain, each event once', async () => {
  const written = await write(3, { name: 'a fact' });
  await sendAuditStream(deps());
  await sendAuditStream(deps());
  expect(receiver.received).toHaveLength(1);
  expect(receiver.received[0]?.headers['content-type']).toBe('application/cloudevents-batch+json');
  const [batch = []] = batches();
  const [chained] = await rowsOf(
    server.db,
    `SELECT s.sealed_seq, encode(s.hash, 'hex') AS hash, e.at FROM audit_seals s JOIN audit_events e ON e.seq = s.event
     WHERE e.target = '${written[0]}'`,
  );
  expect(batch[0]).toEqual({
    specversion: '1.0',
    id: `${chained?.sealed_seq}-${String(chained?.hash).slice(0, 16)}`,
    source: server.issuer,
    type: 'com.vibecaas.auth.test.written',
    subject: written[0],
    time: new Date(chained?.at as Date).toISOString(),
    datacontenttype: 'application/json',
    sequence: String(chained?.sealed_seq).padStart(19, '0'),
    data: expect.objectContaining({ actor: 'test', details: { name: 'a fact' }, hash: chained?.hash }),
  });
  expect(targets()).toEqual(written);
  const places = batch.map(({ sequence }) => sequence);
  expect(places).toEqual(places.toSorted());
});

it('ndjson has one event a line, as the export prints it', async () => {
  await write(2);
  let body = '';
  const outbound: Outbound = (request) => {
    body = request.body ?? '';
    return createOutbound()({ ...request, body: '[]' });
  };
  await sendAuditStream(deps({ format: 'ndjson', outbound }));
  const vcauth = vcauthIn({ DATABASE_URL: server.databaseUrl, SECRETS: testSecret });
  const { stdout } = await vcauth(['audit', 'export', '--action', 'test.written']);
  const sorted = (line: string) => Object.fromEntries(Object.entries(JSON.parse(line)).toSorted());
  expect(body.trim().split('\n').map(sorted)).toEqual(stdout.trim().split('\n').slice(-2).map(sorted));
});

it('a long log goes in bounded requests, by number and by size', async () => {
  const written = await write(700);
  await sendAuditStream(deps());
  expect(batches().map(({ length }) => length)).toEqual([500, 200]);
  expect(targets()).toEqual(written);
  receiver.received.length = 0;
  const long = await write(20, { text: 'x'.repeat(60_000) });
  await sendAuditStream(deps());
  expect(Math.max(...receiver.received.map(({ body }) => body.length))).toBeLessThanOrEqual(512 * 1024);
  expect(targets()).toEqual(long);
});

describe('a receiver with a fault loses nothing', () => {
  const impatient: Outbound = (request) => createOutbound()({ ...request, timeoutMs: 300 });
  const saysNothing = () => {};
  const refusals = [400, 401, 404, 410, 413, 429, 500, 503];
  const faults: [what: string, how: Parameters<Receiver['answer']>[0], error: RegExp][] = [
    ...refusals.map((status): [string, Parameters<Receiver['answer']>[0], RegExp] => [
      `it answers ${status}`,
      (response) => void response.writeHead(status).end('a secret of theirs'),
      new RegExp(`^it answered ${status}$`),
    ]),
    ['it is slow', saysNothing, /no complete answer within/],
    ['it closes the connection', (response) => void response.destroy(), /socket hang up|ECONNRESET/],
    [
      'it closes in the middle of its answer',
      (response) => {
        response.writeHead(200, { 'content-length': '100' }).write('half');
        setImmediate(() => response.destroy());
      },
      /aborted|ECONNRESET/,
    ],
    ['it redirects', (response) => void response.writeHead(307, { location: '/elsewhere' }).end(), /answered 307/],
  ];
  it.each(faults)('%s', async (_what, how, error) => {
    const written = await write(4);
    const before = await row();
    receiver.answer(how);
    const outbound = how === saysNothing ? impatient : patientOutbound();
    const began = new Date();
    await sendAuditStream(deps({ outbound }));
    // Before the pause is over, nobody asks again. A busy machine may take longer than it lasts.
    await server.db.pgPool.query(`UPDATE audit_stream SET due_at = due_at + interval '1 hour' WHERE due_at > $1`, [
      began,
    ]);
    await sendAuditStream(deps({ outbound }));
    expect(receiver.received).toHaveLength(1);
    expect(await row()).toMatchObject({ sent_seq: before?.sent_seq, failures: 1, batch_size: 250, held_by: null });
    expect((await row())?.error).toMatch(error);
    expect(outcomes).toMatchObject([{ failures: 1 }]);
    receiver.answer((response) => void response.writeHead(200).end());
    await passPause();
    await sendAuditStream(deps());
    const [first, second] = batches();
    expect(second?.map(({ id }) => id)).toEqual(first?.map(({ id }) => id));
    expect(second?.map(({ data }) => data.target)).toEqual(written);
    expect(await row()).toMatchObject({ failures: 0, error: null });
  });

  it('its certificate is not trusted, or nobody listens', async () => {
    const { key, cert } = makeCertificate('localhost');
    let asked = 0;
    const https = createHttps({ key, cert }, (_request, response) => {
      asked += 1;
      response.end();
    });
    await new Promise<void>((resolve) => https.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void https.close());
    const url = `https://localhost:${(https.address() as AddressInfo).port}/`;
    const written = await write(1);
    await sendAuditStream(deps({ url }));
    expect((await row())?.error).toMatch(/self.signed/i);
    await passPause();
    await sendAuditStream(deps({ url: `http://127.0.0.1:${deadPort}/` }));
    expect(await row()).toMatchObject({ failures: 2, error: expect.stringContaining('ECONNREFUSED') });
    expect(asked).toBe(0);
    await passPause();
    await sendAuditStream(deps({ url, outbound: createOutbound({ ca: cert }) }));
    expect(asked).toBe(1);
    expect(await row()).toMatchObject({ failures: 0 });
    expect(written).toHaveLength(1);
  });

  it('pauses grow up to five minutes, and Retry-After can make them an hour', async () => {
    await write(1);
    const pause = async () => {
      const [found] = await rowsOf(
        server.db,
        'SELECT extract(epoch FROM due_at - failed_at)::float8 AS s FROM audit_stream',
      );
      return Number(found?.s);
    };
    receiver.answer((response) => void response.writeHead(500).end());
    const pauses: number[] = [];
    for (let tries = 0; tries < 12; tries += 1) {
      await passPause();
      await sendAuditStream(deps());
      pauses.push(await pause());
    }
    expect(pauses[0]).toBeLessThan(3);
    expect(pauses[5]).toBeGreaterThanOrEqual(64);
    expect(pauses[11]).toBeGreaterThanOrEqual(300);
    expect(pauses[11]).toBeLessThanOrEqual(361);
    receiver.answer((response) => void response.writeHead(503, { 'retry-after': '86400' }).end());
    await passPause();
    await sendAuditStream(deps());
    expect(await pause()).toBeGreaterThanOrEqual(3_600);
    expect(await pause()).toBeLessThanOrEqual(4_321);
  });
});

describe('several nodes', () => {
  it('two at once send one request', async () => {
    await write(2);
    await Promise.all([sendAuditStream(deps()), sendAuditStream(deps())]);
    expect(receiver.received).toHaveLength(1);
  });

  it('a node that wakes up after another took over moves nothing back', async () => {
    const written = await write(2);
    const frozen = Promise.withResolvers<void>();
    receiver.answer((response) => void frozen.promise.then(() => response.writeHead(204).end()));
    const late = sendAuditStream(deps());
    await receiver.waitFor(1);
    receiver.answer((response) => void response.writeHead(204).end());
    await sendAuditStream(deps());
    expect(receiver.received).toHaveLength(1);
    await passHold();
    const more = await write(1);
    await sendAuditStream(deps());
    const after = await row();
    frozen.resolve();
    await late;
    expect(await row()).toEqual(after);
    expect(targets()).toEqual([...written, ...written, ...more]);
  });

  it('a node that is killed while it sends is followed by another, which sends the same', async () => {
    const written = await write(2);
    receiver.answer(() => {});
    const port = String(await freePort());
    const child = spawn(process.execPath, ['src/main.ts'], {
      env: {
        ...processEnv(),
        ISSUER: server.issuer,
        PORT: port,
        HOST: '127.0.0.1',
        DATABASE_URL: server.databaseUrl,
        SECRETS: testSecret,
        METRICS_PORT: 'off',
        AUDIT_STREAM_URL: receiver.url,
      },
      stdio: 'ignore',
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    await receiver.waitFor(1);
    child.kill('SIGKILL');
    await once(child, 'exit');
    receiver.answer((response) => void response.writeHead(204).end());
    await sendAuditStream(deps());
    expect(receiver.received).toHaveLength(1);
    await passHold();
    await sendAuditStream(deps());
    const [first, second] = batches();
    expect(second?.slice(0, first?.length)).toEqual(first);
    expect(second?.map(({ data }) => data.target)).toEqual(expect.arrayContaining(written));
  });
});

it('a server sends by itself, with its secret and without telling it, and metrics and doctor say how far it is', async () => {
  const authorization = 'Splunk 5f2b7c11-1111-4222-8333-944445555666';
  const env = { AUDIT_STREAM_URL: receiver.url, AUDIT_STREAM_AUTHORIZATION: authorization };
  const metric = async (node: TestServer, name: string, labels = {}) =>
    (await scrape(node.metricsOrigin)).series.find(
      (one) => one.name === name && Object.entries(labels).every(([key, value]) => one.labels[key] === value),
    )?.value;
  receiver.answer((response) => void response.writeHead(500).end(authorization));
  const written = await write(2);
  const node = await startTestServer({ beside: server, env });
  onTestFinished(() => node.stop());
  await receiver.waitFor(1);
  expect(receiver.received[0]?.headers.authorization).toBe(authorization);
  await until(async () => Number(await metric(node, 'audit_stream_requests_total', { outcome: 'failed' })) >= 1);
  await until(async () => Number(await metric(node, 'audit_stream_events_waiting')) >= 2);
  await server.db.script("UPDATE audit_stream SET failures = 40, due_at = clock_timestamp() + interval '1 hour'");

  const vcauth = vcauthIn({ DATABASE_URL: server.databaseUrl, SECRETS: testSecret, ...env });
  const found = async () => {
    const { stdout } = await vcauth(['doctor', '--json']);
    expect(stdout).not.toContain(authorization.slice(7));
    const { findings } = JSON.parse(stdout) as { findings: { check: string; state: string; says: string }[] };
    return findings.find(({ check }) => check === 'audit stream');
  };
  expect((await found())?.state).toBe('ok');
  // As if the oldest waiting event were from ten minutes ago.
  await server.db.script(
    `ALTER TABLE audit_events DISABLE TRIGGER USER;
     UPDATE audit_events SET at = at - interval '10 minutes' WHERE target = '${written[0]}';
     ALTER TABLE audit_events ENABLE TRIGGER USER`,
  );
  expect(await found()).toMatchObject({ state: 'problem', says: expect.stringMatching(/40.*it answered 500/) });
  receiver.answer((response) => void response.writeHead(204).end());
  await passPause();
  await until(async () => Number(await metric(node, 'audit_stream_events_total')) >= 2);
  expect(await found()).toMatchObject({ state: 'ok', says: expect.stringContaining('does not have: 0') });
  expect(node.logged()).toContain('it answered 500');
  expect(node.logged()).not.toContain(authorization.slice(7));
});
