/** Shared Signals by push: what a receiver that knows only SSF 1.0 and RFC 8935 gets, in which order, and what its answers do. */
import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { auditKeys, sealAll } from '../../src/operations/seal-audit.ts';
import { resealPushAuthorizations } from '../../src/operations/signal-push-seal.ts';
import { decideStreamStatus } from '../../src/operations/signal-streams.ts';
import { maxPushFailures } from '../../src/policy/signal-push.ts';
import { appendAudits } from '../../src/store/audit.ts';
import { createSealer } from '../../src/store/sealer.ts';
import { scrape } from '../support/metrics.ts';
import { basic } from '../support/oauth.ts';
import { until } from '../support/receiver.ts';
import { auditOf, rowsOf } from '../support/rows.ts';
import { secrets, startTestServer, type TestServer, testSecret } from '../support/server.ts';
import { accept, type SignalReceiver, sayError, startSignalReceiver } from '../support/signal-receiver.ts';
import { statementTotal } from '../support/statements.ts';
import { sealer } from '../support/webhooks.ts';

const push = 'urn:ietf:rfc:8935';
let server: TestServer;
let beside: TestServer;
let receiver: SignalReceiver;
beforeAll(async () => {
  server = await startTestServer();
  beside = await startTestServer({ beside: server, env: { ISSUER: server.issuer } });
  await server.db.script(
    `UPDATE clients SET gateway_resource = 'https://api.vibecaas.com' WHERE client_id = 'foreign-gateway'`,
  );
});
afterAll(async () => {
  await beside.stop();
  await server.stop();
});
beforeEach(async () => {
  await server.db.script('DELETE FROM signal_streams');
  await sealAll(server.db, auditKeys(sealer));
  receiver = await startSignalReceiver();
});
afterEach(async () => {
  await server.db.script('DELETE FROM signal_streams');
  await receiver.stop();
});

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at field by field
type Json = any;

async function ask(
  method: string,
  path: string,
  body?: object,
  as = 'gateway',
): Promise<{ status: number; body: Json }> {
  const response = await fetch(new URL(path, server.issuer), {
    method,
    headers: { authorization: basic(as, secrets[as] as string), 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

const deliveryTo = (url: string, more: object = {}) => ({ delivery: { method: push, endpoint_url: url, ...more } });
async function subscribe(more: object = {}, { url } = receiver, as = 'gateway'): Promise<Json> {
  const { status, body } = await ask('POST', '/oauth/ssf/streams', deliveryTo(url, more), as);
  expect(status).toBe(201);
  return body;
}

async function suspended(...ids: string[]): Promise<void> {
  const events = ids.map((id) => ({ actor: 'system', action: 'account.suspended', target: `account:${id}` }));
  await appendAudits(server.db, events);
}
const rowOf = async (as = 'gateway') =>
  (await rowsOf(server.db, `SELECT * FROM signal_streams WHERE client_id = '${as}'`))[0] as Json;
const abouts = () => receiver.pushed.map(({ about }) => about);
/** Ends the pause after a failure. */
const retry = () => server.db.script('UPDATE signal_streams SET due_at = NULL');

describe('a pushed stream', () => {
  it('gets each signal once and in order, as a signed token, with the header that its receiver gave', async () => {
    const stream = await subscribe({ authorization_header: 'Bearer a-secret-of-theirs' });
    expect(stream.delivery).toEqual({ method: push, endpoint_url: receiver.url });
    const people = Array.from({ length: 60 }, (_, n) => `p${n}`);
    await suspended(...people);
    await receiver.waitFor(60);
    expect(abouts()).toEqual(people);
    const [first] = receiver.pushed;
    expect(first?.headers).toMatchObject({
      'content-type': 'application/secevent+jwt',
      accept: 'application/json',
      authorization: 'Bearer a-secret-of-theirs',
    });
    const keys = createLocalJWKSet(await (await fetch(new URL('/oauth/jwks', server.issuer))).json());
    const options = { issuer: server.issuer, audience: 'gateway', typ: 'secevent+jwt', algorithms: ['ES256'] };
    const { payload } = await jwtVerify(first?.set as string, keys, options);
    expect(payload).toMatchObject({ jti: first?.jti, sub_id: { format: 'iss_sub', sub: 'p0' } });
    await suspended('later');
    await receiver.waitFor(61);
    await until(async () => (await rowOf()).held_by === null);
    expect(abouts()).toHaveLength(61);
    const row = await rowOf();
    expect(row).toMatchObject({ failures: 0, error: null, delivered_at: expect.any(Date) });
    // At rest it is not readable, and nobody gets it back.
    expect(Buffer.from(row.push_authorization).toString('latin1')).not.toContain('a-secret');
    expect(JSON.stringify((await ask('GET', '/oauth/ssf/streams')).body)).not.toContain('a-secret');
    expect(server.logged()).not.toContain('a-secret-of-theirs');
    const audit = JSON.stringify(await auditOf(server.db, 'client:gateway'));
    expect(audit).toContain(receiver.url);
    expect(audit).not.toContain('a-secret');
    expect(await ask('POST', `/oauth/ssf/poll/${stream.stream_id}`, { returnImmediately: true })).toMatchObject({
      status: 409,
    });
  });

  it('takes a statement for each token, and few beside them', async () => {
    await subscribe();
    const total = async () => (await statementTotal(server)) + (await statementTotal(beside));
    const before = await total();
    const count = 150;
    await suspended(...Array.from({ length: count }, (_, n) => `p${n}`));
    await receiver.waitFor(count);
    await until(async () => (await rowOf()).held_by === null);
    // What both nodes do in the background meanwhile is among them.
    expect((await total()) - before).toBeLessThan(count * 1.6);
  });

  it('sends again what failed, with its id, and nothing before that', async () => {
    await subscribe();
    let [answers, seen] = [0, 0];
    receiver.answer((response, { about }) => {
      seen += 1;
      if (about === 'b' && answers++ < 2) response.writeHead(503, { 'retry-after': '7' }).end();
      else accept(response);
    });
    await suspended('a', 'b', 'c');
    await until(async () => (await rowOf()).failures === 1);
    expect(abouts()).toEqual(['a', 'b']);
    const [{ seconds } = { seconds: 0 }] = (await rowsOf(
      server.db,
      'SELECT extract(epoch FROM due_at - clock_timestamp())::float8 AS seconds FROM signal_streams',
    )) as { seconds: number }[];
    expect(seconds).toBeGreaterThan(4);
    await retry();
    await until(async () => (await rowOf()).failures === 2);
    expect(await rowOf()).toMatchObject({ error: 'it answered 503', failing_since: expect.any(Date) });
    await retry();
    await receiver.waitFor(5);
    expect(abouts()).toEqual(['a', 'b', 'b', 'b', 'c']);
    expect(new Set(receiver.pushed.slice(1, 4).map(({ jti }) => jti)).size).toBe(1);
    await until(async () => (await rowOf()).failures === 0);
    expect(await rowOf()).toMatchObject({ error: null, failing_since: null });
    expect(seen).toBe(5);
  });

  it('passes over a token that the receiver can’t parse, and repeats one for which it needs something', async () => {
    await subscribe();
    receiver.answer((response, { about }) => {
      if (about === 'a') sayError('invalid_request', 'no such event')(response);
      else if (about === 'b') sayError('invalid_audience', 'not \u0007 mine')(response);
      else accept(response);
    });
    await suspended('a', 'b', 'c');
    await until(async () => (await rowOf()).failures === 1);
    expect(abouts()).toEqual(['a', 'b']);
    expect((await rowOf()).error).toBe('it answered invalid_audience: not   mine');
    receiver.answer(accept);
    await retry();
    await receiver.waitFor(4);
    expect(abouts()).toEqual(['a', 'b', 'b', 'c']);
    const counted = async (outcome: string) => {
      const all = await Promise.all([server, beside].map(({ metricsOrigin }) => scrape(metricsOrigin)));
      const series = all.flatMap((one) => one.series).filter(({ name }) => name === 'signals_total');
      return series.reduce((sum, { labels, value }) => sum + (labels.outcome === outcome ? value : 0), 0);
    };
    expect(await counted('refused')).toBe(1);
    expect(await counted('failed')).toBeGreaterThan(0);
    expect(await counted('delivered')).toBeGreaterThan(0);
  });

  it('is paused after many failures, and goes on where it was when its receiver resumes it', async () => {
    const { stream_id: id } = await subscribe();
    receiver.answer((response) => void response.writeHead(500).end());
    await server.db.script(
      `UPDATE signal_streams SET failures = ${maxPushFailures - 1}, failing_since = now() - interval '20 hours'`,
    );
    await suspended('a');
    await until(async () => (await rowOf()).status === 'paused');
    const status = await ask('GET', `/oauth/ssf/status?stream_id=${id}`);
    expect(status.body).toMatchObject({ status: 'paused', reason: expect.stringContaining('it answered 500') });
    const [last] = (await auditOf(server.db, 'client:gateway')).slice(-1);
    expect(last).toMatchObject({
      actor: 'system',
      action: 'signals.stream_paused',
      details: { failures: maxPushFailures },
    });
    const before = receiver.pushed.length;
    await suspended('b');
    receiver.answer(accept);
    await ask('POST', '/oauth/ssf/status', { stream_id: id, status: 'enabled' });
    await receiver.waitFor(before + 2);
    expect(abouts().slice(before)).toEqual(['a', 'b']);
    expect(await rowOf()).toMatchObject({ failures: 0 });
  });

  it('does not wait for a receiver that does not answer', async () => {
    const slow = await startSignalReceiver();
    slow.answer(() => {});
    await subscribe({}, slow);
    await subscribe({}, receiver, 'foreign-gateway');
    await suspended('a');
    await slow.waitFor(1);
    await receiver.waitFor(1);
    await suspended('b', 'c');
    await receiver.waitFor(3);
    expect(abouts()).toEqual(['a', 'b', 'c']);
    expect(slow.pushed).toHaveLength(1);
    await slow.stop();
    await until(async () => (await rowOf()).failures === 1);
  });

  it('goes to the new address alone, without the header of the old one, and can be polled again', async () => {
    const stream = await subscribe({ authorization_header: 'Bearer old' });
    const other = await startSignalReceiver();
    const { stream_id } = stream;
    const path = '/oauth/ssf/streams';
    await ask('PATCH', path, { stream_id, description: 'same address' });
    await ask('PATCH', path, { stream_id, ...deliveryTo(receiver.url) });
    await suspended('a');
    await receiver.waitFor(1);
    expect(receiver.pushed[0]?.headers.authorization).toBe('Bearer old');
    await until(async () => (await rowOf()).held_by === null);
    expect((await ask('PATCH', path, { stream_id, ...deliveryTo(other.url) })).status).toBe(200);
    await suspended('b');
    const [moved] = await other.waitFor(1);
    expect(moved?.headers).not.toHaveProperty('authorization');
    await until(async () => (await rowOf()).held_by === null);
    // A replacement has only what it says.
    await ask('PUT', path, { stream_id, ...deliveryTo(receiver.url, { authorization_header: 'Bearer new' }) });
    expect((await ask('PUT', path, { stream_id, ...deliveryTo(receiver.url) })).status).toBe(200);
    expect((await rowOf()).push_authorization).toBeNull();
    const polled = await ask('PUT', path, { stream_id, description: 'by poll' });
    await suspended('c');
    await sealAll(server.db, auditKeys(sealer));
    const { body } = await ask('POST', polled.body.delivery.endpoint_url, { returnImmediately: true });
    expect(Object.keys(body.sets)).toHaveLength(1);
    expect(abouts()).toEqual(['a']);
    await other.stop();
  });

  it('gets a verification event, and what an admin decides about it as a stream-updated event', async () => {
    const { stream_id: id } = await subscribe();
    expect((await ask('POST', '/oauth/ssf/verify', { stream_id: id, state: 's' })).status).toBe(204);
    await receiver.waitFor(1);
    expect(receiver.pushed[0]).toMatchObject({ type: 'verification', about: id });
    const admin = { id: 'cli:ada', reason: 'a test', powers: 'everything' } as const;
    await decideStreamStatus(server.db, 'gateway', 'paused', admin);
    await receiver.waitFor(2);
    expect(receiver.pushed[1]).toMatchObject({ type: 'stream-updated', about: id });
    // What the admin wrote is not for the receiver.
    const { events } = decodeJwt<{ events: object }>(receiver.pushed[1]?.set as string);
    expect(Object.values(events)).toEqual([{ status: 'paused', reason: 'An admin has paused this stream' }]);
    await suspended('held');
    for (const [method, path, body] of [
      ['POST', '/oauth/ssf/status', { stream_id: id, status: 'enabled' }],
      ['DELETE', `/oauth/ssf/streams?stream_id=${id}`, undefined],
    ] as const) {
      expect((await ask(method, path, body)).status).toBe(403);
    }
    expect(receiver.pushed).toHaveLength(2);
    await decideStreamStatus(server.db, 'gateway', 'enabled', admin);
    await receiver.waitFor(4);
    expect(receiver.pushed.slice(2).map(({ type }) => type)).toEqual(['stream-updated', 'session-revoked']);
  });

  it('gets nothing while its client is stopped or no gateway', async () => {
    await subscribe();
    await server.db.script("UPDATE clients SET status = 'disabled' WHERE client_id = 'gateway'");
    await suspended('a');
    await sealAll(server.db, auditKeys(sealer));
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(receiver.pushed).toEqual([]);
    await server.db.script("UPDATE clients SET status = 'active' WHERE client_id = 'gateway'");
    await receiver.waitFor(1);
  });

  it('keeps its header when SECRETS are rotated', async () => {
    await subscribe({ authorization_header: 'Bearer kept' });
    const before = (await rowOf()).push_authorization;
    const rotated = createSealer(['another-secret-of-at-least-32-characters', testSecret]);
    await resealPushAuthorizations(server.db, rotated);
    const after = (await rowOf()).push_authorization;
    expect(rotated.isFresh(after)).toBe(true);
    expect(after.equals(before)).toBe(false);
    const unknown = createSealer(['yet-another-secret-of-at-least-32-chars']);
    await expect(resealPushAuthorizations(server.db, unknown)).rejects.toThrow(/SECRETS do not include/);
  });
});

describe('subjects', () => {
  const subjectOf = (sub: string) => ({ format: 'iss_sub', iss: server.issuer, sub });
  it('that a receiver removes are not told, until it adds them again', async () => {
    const { stream_id } = await subscribe();
    const remove = { stream_id, subject: subjectOf('b') };
    expect(await ask('POST', '/oauth/ssf/subjects/remove', remove)).toEqual({ status: 204, body: undefined });
    expect((await ask('POST', '/oauth/ssf/subjects/remove', remove)).status).toBe(204);
    await suspended('a', 'b', 'c');
    await receiver.waitFor(2);
    await until(async () => (await rowOf()).held_by === null);
    expect(abouts()).toEqual(['a', 'c']);
    expect(await rowOf()).toMatchObject({ subjects_removed: 1 });
    expect(await ask('POST', '/oauth/ssf/subjects/add', remove)).toEqual({ status: 200, body: undefined });
    expect(await rowOf()).toMatchObject({ subjects_removed: 0 });
    await suspended('b');
    await receiver.waitFor(3);
    expect(abouts()).toEqual(['a', 'c', 'b']);
  });

  it('are bounded in number', async () => {
    const { stream_id } = await subscribe();
    await server.db.script('UPDATE signal_streams SET subjects_removed = 10000');
    const refused = await ask('POST', '/oauth/ssf/subjects/remove', { stream_id, subject: subjectOf('b') });
    expect(refused.status).toBe(409);
  });
});
