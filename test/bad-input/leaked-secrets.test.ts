/** Reports of leaked secrets that no scanner has sent: each is refused, and ends nothing. */
import { sign } from 'node:crypto';
import type { Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import Koa from 'koa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { close, listen, originOf } from '../../src/lifecycle/listener.ts';
import { createOutbound } from '../../src/outbound/request.ts';
import { createSealer } from '../../src/store/sealer.ts';
import { leakRoutes } from '../../src/web/oauth/leaked-secrets/index.ts';
import { makeCertificate } from '../support/certificate.ts';
import { eventually } from '../support/eventually.ts';
import { mistyped } from '../support/mistyped.ts';
import { type Scanner, startScanner } from '../support/scanner.ts';
import { secrets, startTestServer, type TestServer } from '../support/server.ts';
import { itAnswers, type Row } from './table.ts';
import { type Sent, send } from './wire.ts';

let scanner: Scanner;
let server: TestServer;
beforeAll(async () => {
  scanner = await startScanner();
  server = await startTestServer({ env: { LEAKED_SECRETS_KEYS_URL: scanner.keysUrl } });
});
afterAll(async () => {
  await server.stop();
  await scanner.stop();
});

const path = '/oauth/leaked-secrets';
const leak = () => JSON.stringify([{ token: secrets.web, type: 'vibecaas_client_secret', url: '', source: 'content' }]);
const raw = (body: string, headers: Sent['headers']): Sent => ({
  path,
  body,
  headers: { 'Content-Length': String(Buffer.byteLength(body, 'latin1')), ...headers },
});
/** Signed as it came, except for what differs. */
const signed =
  (body: () => string = leak, headers: Sent['headers'] = {}) =>
  () =>
    raw(body(), { ...scanner.headersFor(Buffer.from(body(), 'latin1')), ...headers });
const bad = { status: 400, error: 'invalid_request' };
const forged = { status: 403, error: 'access_denied' };

/** A sequence of integers, in base64. */
function der(integers: readonly Buffer[]): string {
  const parts = integers.map((bytes) => Buffer.concat([Buffer.from([0x02, bytes.length]), bytes]));
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([0x30, content.length]), content]).toString('base64');
}

const whole = Buffer.from(der([Buffer.alloc(32, 1), Buffer.alloc(32, 1)]), 'base64');
const changed = (at: number, byte: number) => Object.assign(Buffer.from(whole), { [at]: byte });
const shapeless: readonly [name: string, bytes: Buffer][] = [
  ['zeros', Buffer.alloc(72)],
  ['the two numbers side by side', Buffer.alloc(64, 1)],
  ['one number', Buffer.from(der([Buffer.alloc(32, 1)]), 'base64')],
  ['three numbers', Buffer.from(der([1, 2, 3].map((n) => Buffer.alloc(16, n))), 'base64')],
  ['a set', changed(0, 0x31)],
  ['a text and a number', changed(2, 0x0c)],
  ['a number and a text', changed(36, 0x0c)],
  ['a longer sequence than there is', changed(1, whole.length)],
  ['a longer number than there is', changed(37, 33)],
  ['more than the sequence', Buffer.concat([whole, Buffer.alloc(2)])],
];

describe('a report', () => {
  itAnswers(() => server, [
    { name: 'without headers', send: () => raw(leak(), { 'Content-Type': 'application/json' }), ...bad },
    {
      name: 'without an identifier',
      send: signed(leak, { 'Github-Public-Key-Identifier': undefined }),
      ...bad,
    },
    { name: 'without a signature', send: signed(leak, { 'Github-Public-Key-Signature': undefined }), ...bad },
    { name: 'with an empty signature', send: signed(leak, { 'Github-Public-Key-Signature': '' }), ...bad },
    {
      name: 'with a signature that is not base64',
      send: signed(leak, { 'Github-Public-Key-Signature': '***' }),
      ...bad,
    },
    {
      name: 'with an endless signature',
      send: signed(leak, { 'Github-Public-Key-Signature': 'A'.repeat(5_000) }),
      ...bad,
    },
    {
      name: 'with the signature of nothing',
      send: signed(leak, { 'Github-Public-Key-Signature': der([Buffer.alloc(32), Buffer.alloc(32)]) }),
      ...forged,
    },
    ...shapeless.map(([name, bytes]) => ({
      name: `with ${name} instead of a signature`,
      send: signed(leak, { 'Github-Public-Key-Signature': bytes.toString('base64') }),
      ...bad,
    })),
    {
      name: 'with a signature in the alphabet of URLs',
      send: signed(leak, { 'Github-Public-Key-Signature': `${der([Buffer.alloc(32, 255)])}_-_-` }),
      ...bad,
    },
    {
      name: 'with the signature of another report',
      send: () => raw(leak(), scanner.headersFor('[]')),
      ...forged,
    },
    {
      name: 'with the signature of another key of the scanner',
      send: () => {
        const other = scanner.headersFor(leak(), scanner.addKey());
        return raw(leak(), { ...other, 'Github-Public-Key-Identifier': scanner.identifier });
      },
      ...forged,
    },
    {
      name: 'with a key that is not the scanner’s',
      send: signed(leak, { 'Github-Public-Key-Identifier': 'f'.repeat(64) }),
      ...forged,
    },
    {
      name: 'with the identifier of a property of every object',
      send: signed(leak, { 'Github-Public-Key-Identifier': '__proto__' }),
      ...forged,
    },
    {
      name: 'with two signatures',
      send: () => {
        const headers = scanner.headersFor(leak());
        const one = headers['Github-Public-Key-Signature'] as string;
        return raw(leak(), { ...headers, 'Github-Public-Key-Signature': [one, one] });
      },
      ...bad,
    },
    {
      name: 'with a signature of a key that came along',
      send: () => {
        const { key } = makeCertificate('scanner.example');
        const signature = sign('sha256', Buffer.from(leak()), key).toString('base64');
        return raw(leak(), { ...scanner.headersFor(leak()), 'Github-Public-Key-Signature': signature });
      },
      ...forged,
    },
    {
      name: 'as a form',
      send: signed(leak, { 'Content-Type': 'application/x-www-form-urlencoded' }),
      status: 415,
      error: 'invalid_request',
    },
    { name: 'of nothing', send: signed(() => ''), ...bad },
    { name: 'that is half of JSON', send: signed(() => '[{"token":'), ...bad },
    { name: 'in broken UTF-8', send: signed(() => '["\xff"]'), ...bad },
    { name: 'that is deep', send: signed(() => '['.repeat(100_000)), ...bad },
    { name: 'that is no array', send: signed(() => '{"token":"x"}'), ...bad },
    {
      name: 'with too many entries',
      send: signed(() => JSON.stringify(Array.from({ length: 5_001 }, () => 1))),
      ...bad,
    },
    {
      name: 'of more than 2 MB',
      send: signed(() => `["${'x'.repeat(2 * 1024 * 1024)}"]`),
      status: 413,
      error: 'invalid_request',
    },
    {
      name: 'that says it is larger than 2 MB',
      send: signed(leak, { 'Content-Length': String(2 * 1024 * 1024 + 1) }),
      status: 413,
      error: 'invalid_request',
    },
    {
      name: 'in pieces of more than 2 MB',
      send: signed(() => `${(2 * 1024 * 1024 + 2).toString(16)}\r\n["${'x'.repeat(2 * 1024 * 1024)}\r\n0\r\n\r\n`, {
        'Content-Length': undefined,
        'Transfer-Encoding': 'chunked',
      }),
      status: 413,
      error: 'invalid_request',
    },
    { name: 'with a person’s cookie and no signature', send: { path, method: 'POST', body: '[]' }, ...bad },
    { name: 'by GET', send: { path }, status: 405, error: 'invalid_request' },
    {
      name: 'with entries that report nothing',
      send: signed(() => '[null, 1, "x", {}, {"token": 7}, {"token": ""}]'),
      status: 200,
    },
  ] satisfies Row[]);
});

describe('reports whose bodies come slowly', () => {
  let now = 0;
  let issuer: string;
  let http: Server;
  const open: Socket[] = [];
  beforeAll(async () => {
    const app = new Koa({ proxy: true });
    app.on('error', () => {});
    const deps = { db: server.db, sealer: createSealer(['a test secret that is long enough to be one']) };
    app.use(leakRoutes({ ...deps, outbound: createOutbound() }, scanner.keysUrl, () => now).routes());
    http = await listen(app.callback(), { port: 0, host: '127.0.0.1', settings: { port: '', host: '' } });
    issuer = originOf(http);
  });
  afterAll(async () => {
    for (const socket of open) socket.destroy();
    await close(http, 0);
  });

  /** Sends all of a signed report but its last byte. Resolves when the server reads it. */
  async function begin(caller: string): Promise<{ answer: () => string; end(): void }> {
    const body = leak();
    const { port } = new URL(issuer);
    const socket = connect(Number(port), '127.0.0.1');
    open.push(socket);
    socket.on('error', () => {});
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    const headers = {
      Host: 'x',
      ...scanner.headersFor(body),
      'X-Forwarded-For': caller,
      'Content-Length': body.length,
    };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`POST ${path} HTTP/1.1\r\n${lines.join('')}Expect: 100-continue\r\n\r\n`);
    // The server says so when it begins the request.
    await eventually(() => text).toMatch(/^HTTP\/1\.1 100 /);
    text = '';
    socket.write(body.slice(0, -1));
    return { answer: () => text, end: () => void socket.write(body.slice(-1)) };
  }
  async function inTurn(callers: readonly string[]) {
    const begun = [];
    for (const caller of callers) begun.push(await begin(caller));
    return begun;
  }

  /** Sends a report of nothing that has come as a whole. */
  const tell = (caller: string) =>
    fetch(`${issuer}${path}`, {
      method: 'POST',
      headers: { ...scanner.headersFor('[]'), 'X-Forwarded-For': caller },
      body: '[]',
    });
  const statusFor = async (caller: string) => (await tell(caller)).status;

  /** Destroys what a test has begun, and waits until all places are free. */
  async function clear() {
    for (const socket of open.splice(0)) socket.destroy();
    await eventually(async () => {
      const callers = Array.from({ length: 8 }, (_, n) => `203.0.113.${200 + n}`);
      const begun = await Promise.allSettled(callers.map((caller) => statusFor(caller)));
      return begun.every((one) => one.status === 'fulfilled' && one.value === 200);
    }).toBe(true);
  }
  const gaveWay = /^HTTP\/1\.1 503 [\s\S]*retry-after: 2[\s\S]*temporarily_unavailable/i;

  it('are eight at most, four of a caller, and after two seconds the oldest gives way', async () => {
    expect(await statusFor('203.0.113.1')).toBe(200);
    const slow = await inTurn(Array(4).fill('203.0.113.1'));
    const refused = await tell('203.0.113.1');
    expect([refused.headers.get('retry-after'), (await refused.json()).error]).toEqual([
      '2',
      'temporarily_unavailable',
    ]);
    now += 2_000;
    expect(await statusFor('203.0.113.1')).toBe(200);
    await eventually(() => slow[0]?.answer()).toMatch(gaveWay);
    // Nothing of what was given up counts, and the others are read to their end.
    slow[0]?.end();
    for (const one of slow.slice(1)) one.end();
    for (const one of slow.slice(1)) await eventually(one.answer).toMatch(/^HTTP\/1\.1 200 /);

    const eight = await inTurn(Array.from({ length: 8 }, (_, n) => `203.0.113.${n}`));
    expect(await statusFor('203.0.113.9')).toBe(503);
    now += 1_999;
    expect(await statusFor('203.0.113.9')).toBe(503);
    now += 1;
    expect(await statusFor('203.0.113.9')).toBe(200);
    await eventually(() => eight[0]?.answer()).toMatch(gaveWay);
    for (const one of eight.slice(1)) one.end();
    for (const one of eight.slice(1)) await eventually(one.answer).toMatch(/^HTTP\/1\.1 200 /);
    await clear();
  });

  it('of two callers that fill all places give one up at once to a third, and none to each other', async () => {
    const first = await inTurn(Array(4).fill('203.0.113.1'));
    // One network of IPv6 is one caller.
    const second = await inTurn(['2001:db8:0:1::1', '2001:db8:0:1::2', '2001:db8:0:1::3', '2001:db8:0:1::4']);
    for (const caller of ['203.0.113.1', '2001:db8:0:1::5']) expect(await statusFor(caller)).toBe(503);
    const scanner = await begin('203.0.113.9');
    await eventually(() => first[0]?.answer()).toMatch(gaveWay);
    // Then it is the turn of the one that has more left, and a caller with a place waits like everybody.
    expect(await statusFor('203.0.113.9')).toBe(503);
    expect(await statusFor('203.0.113.10')).toBe(200);
    await eventually(() => second[0]?.answer()).toMatch(gaveWay);
    // However slow the only body of a caller is, those who have several take their places from each other.
    for (let round = 0; round < 12; round += 1) {
      now += 10_000;
      await begin(round % 2 === 0 ? '203.0.113.1' : '2001:db8:0:1::5');
    }
    scanner.end();
    await eventually(scanner.answer).toMatch(/^HTTP\/1\.1 200 /);
    await clear();
  });

  it('are not waited for by what their sender has abandoned', async () => {
    await inTurn(Array.from({ length: 8 }, (_, n) => `203.0.113.${n}`));
    expect(await statusFor('203.0.113.99')).toBe(503);
    for (const socket of open.splice(0)) socket.destroy();
    await eventually(() => statusFor('203.0.113.99')).toBe(200);
  });
});

it('nobody learns from a refusal whether a secret works', async () => {
  const answers = [secrets.web as string, mistyped(secrets.web as string), 'x'].map((token) => {
    const body = JSON.stringify([{ token }]);
    return send(server.issuer, raw(body, scanner.headersFor('[]')));
  });
  const [first, ...others] = (await Promise.all(answers)).map(({ status, text }) => `${status} ${text}`);
  for (const other of others) expect(other).toBe(first);
});

it('without the setting there is no such endpoint', async () => {
  const other = await startTestServer({ beside: server });
  const { status } = await send(other.issuer, signed()());
  await other.stop();
  expect(status).toBe(404);
});
