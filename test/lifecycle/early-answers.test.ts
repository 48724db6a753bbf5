/** A request that is answered before its body has arrived: the answer gets through, and the connection is not held. */
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { endEarlyAnswers } from '../../src/lifecycle/early-answers.ts';
import {
  bearer,
  startTestGateway,
  startUpstream,
  type TestGateway,
  type TestUpstream,
} from '../gateway/running-gateway.ts';
import { type Forge, forgeOf } from '../gateway/tokens.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { addAdmin, adminToken } from '../web/admin-api/support.ts';

interface Upload {
  readonly line: string;
  readonly headers?: Record<string, string>;
}

/**
 * Sends a head and then a byte now and then, until the server has closed its side. `stubborn` continues until it is cut
 * off.
 */
async function trickle(origin: string, { line, headers = {} }: Upload, { stubborn = false } = {}) {
  const { hostname, port, host } = new URL(origin);
  const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
  const lines = Object.entries({ Host: host, 'Content-Length': '1000000', ...headers });
  const chunked = headers['Transfer-Encoding'] !== undefined;
  socket.write(`${line} HTTP/1.1\r\n`);
  for (const [name, value] of lines) if (!chunked || name !== 'Content-Length') socket.write(`${name}: ${value}\r\n`);
  socket.write('\r\n');
  let [received, ended] = ['', false];
  socket.on('data', (bytes) => {
    received += bytes;
  });
  socket.on('end', () => {
    ended = true;
    if (!stubborn) socket.destroy();
  });
  socket.on('error', () => {});
  const closed = new Promise((resolve) => socket.on('close', resolve));
  const dribble = setInterval(() => socket.write(chunked ? '1\r\na\r\n' : 'a'), 100);
  await closed;
  clearInterval(dribble);
  return { received, ended };
}

const statusOf = (received: string) => Number(/^HTTP\/1\.1 (\d+) /.exec(received)?.[1]);

/** The whole answer arrived and announced the end of the connection, and our side was closed before it was cut off. */
function expectWhole({ received, ended }: { received: string; ended: boolean }, status: number): void {
  const [head = '', body = ''] = received.split('\r\n\r\n');
  expect(statusOf(received)).toBe(status);
  expect(head).toMatch(/^connection: close$/im);
  const length = /^content-length: (\d+)$/im.exec(head)?.[1];
  if (length !== undefined) expect(Buffer.byteLength(body)).toBe(Number(length));
  expect(ended).toBe(true);
}

describe('the authorization server, in the middle of an upload', () => {
  let server: TestServer;
  let admin: string;
  beforeAll(async () => {
    server = await startTestServer();
    await addAdmin(server, 'robot');
    admin = await adminToken(server, 'robot');
  });
  afterAll(() => server.stop());

  const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
  it.each<[string, number, Upload]>([
    ['another host name', 421, { line: 'POST /oauth/token', headers: { ...form, Host: 'elsewhere.example' } }],
    ['an address that knows other methods', 405, { line: 'POST /oauth/jwks', headers: form }],
    ['an address that does not exist', 404, { line: 'POST /nowhere', headers: form }],
    [
      'a form for the engine of another type',
      400,
      { line: 'POST /oauth/token', headers: { 'Content-Type': 'application/json' } },
    ],
    ['a form of ours of another type', 400, { line: 'POST /sign-in', headers: { 'Content-Type': 'application/json' } }],
    ['a call of the admin API without a token', 401, { line: 'POST /admin/v1/clients' }],
    ['a GET with a body', 200, { line: 'GET /healthz' }],
    ['a chunked body', 404, { line: 'POST /nowhere', headers: { ...form, 'Transfer-Encoding': 'chunked' } }],
    ['a client that closes by itself', 404, { line: 'POST /nowhere', headers: { Connection: 'close' } }],
    ['a broken escape', 400, { line: 'POST /%zz', headers: form }],
  ])('answers and closes: %s', async (_, status, upload) => {
    expectWhole(await trickle(server.issuer, upload), status);
  });

  it('cuts off a client that keeps sending', async () => {
    expectWhole(await trickle(server.issuer, { line: 'POST /nowhere' }, { stubborn: true }), 404);
  });

  it.each<[string, number, Upload]>([
    ['of the admin API', 400, { line: 'POST /admin/v1/clients' }],
    ['of the engine', 413, { line: 'POST /oauth/token', headers: form }],
    ['of a page', 413, { line: 'POST /sign-in', headers: form }],
  ])('answers and closes: too large a body %s', async (_, status, { line, headers }) => {
    const json = { Authorization: `Bearer ${admin}`, 'Content-Type': 'application/json' };
    expectWhole(await whole(server.issuer, { line, headers: headers ?? json }, 70_000), status);
  });

  it('delivers the answer to a client that reads only after sending all of a large body', async () => {
    const { received } = await whole(
      server.issuer,
      { line: 'POST /nowhere', headers: { ...form, 'Content-Length': '5000000' } },
      5_000_000,
    );
    expect(statusOf(received)).toBe(404);
    expect(received).toContain('request_id');
  });
});

/** Sends this many bytes of the body, and only then reads the answer. */
async function whole(origin: string, { line, headers = {} }: Upload, bytes: number) {
  const { hostname, port, host } = new URL(origin);
  const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
  socket.on('error', () => {});
  const closed = new Promise((resolve) => socket.on('close', resolve));
  let [received, ended] = ['', false];
  socket.on('end', () => {
    ended = true;
    socket.end();
  });
  const all = Object.entries({ Host: host, 'Content-Length': '1000000', ...headers });
  const head = `${line} HTTP/1.1\r\n${all.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
  await new Promise((resolve) => socket.write(head + 'a'.repeat(bytes), resolve));
  socket.on('data', (data) => {
    received += data;
  });
  await closed;
  return { received, ended };
}

describe('the gateway, in the middle of an upload', () => {
  let server: TestServer;
  let gateway: TestGateway;
  let upstream: TestUpstream;
  let forge: Forge;
  beforeAll(async () => {
    server = await startTestServer();
    forge = await forgeOf(server);
    // Refuses without reading the body.
    upstream = await startUpstream((_, response) => response.writeHead(413).end('{}'));
    gateway = await startTestGateway(server, { UPSTREAM_URL: upstream.url });
  });
  afterAll(async () => {
    await gateway.stop();
    upstream.stop();
    await server.stop();
  });

  it.each<[string, number, Upload]>([
    ['no token', 401, { line: 'POST /v1/projects' }],
    ['a token that is none', 401, { line: 'POST /v1/projects', headers: bearer('nonsense') }],
    ['no such endpoint', 404, { line: 'POST /v1/nowhere' }],
    ['two ways to end a body', 400, { line: 'POST /v1/projects?_method=PUT' }],
    ['an expectation that nobody knows', 417, { line: 'POST /v1/projects', headers: { Expect: 'wonders' } }],
    ['a GET with a body', 200, { line: 'GET /healthz' }],
    ['forward-auth', 403, { line: 'POST /forward-auth' }],
    ['a chunked body', 401, { line: 'POST /v1/projects', headers: { 'Transfer-Encoding': 'chunked' } }],
  ])('answers and closes: %s', async (_, status, upload) => {
    expectWhole(await trickle(gateway.origin, upload), status);
  });

  it('cuts off a client that keeps sending', async () => {
    expectWhole(await trickle(gateway.origin, { line: 'POST /v1/projects' }, { stubborn: true }), 401);
  });

  it('answers and closes: a token that lacks the scope, and an upstream that refuses', async () => {
    const headers = bearer(await forge.token({ scope: 'projects:read' }));
    expectWhole(await trickle(gateway.origin, { line: 'POST /v1/projects', headers }), 403);
    const writer = bearer(await forge.token({ scope: 'projects:write' }));
    expectWhole(await trickle(gateway.origin, { line: 'POST /v1/projects', headers: writer }), 413);
  });
});

describe('a listener', () => {
  let http: Server | undefined;
  afterEach(() => void http?.close().closeAllConnections());

  async function listen(handler: RequestListener, timeoutMs: number): Promise<Socket> {
    http = createServer(endEarlyAnswers(handler, timeoutMs)).listen(0, '127.0.0.1');
    await once(http, 'listening');
    return connect((http.address() as { port: number }).port, '127.0.0.1');
  }

  /** Collects answers; `count` waits for that many. */
  function answersOn(socket: Socket) {
    let received = '';
    socket.on('data', (bytes) => {
      received += bytes;
    });
    const found = () => [...received.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => status);
    return {
      found,
      async count(wanted: number) {
        while (found().length < wanted) await once(socket, 'data');
        return received;
      },
    };
  }

  const refuse: RequestListener = (_, response) => void response.writeHead(401, { 'Content-Length': 2 }).end('no');
  const never = 3_600_000;

  it('keeps the connection when the rest of a short body follows', async () => {
    const socket = await listen(refuse, never);
    const answers = answersOn(socket);
    socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf ');
    expect(await answers.count(1)).not.toMatch(/connection: close/i);
    socket.write('done.POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nok');
    await answers.count(2);
    socket.destroy();
  });

  it('closes the connection when the rest of a short body does not follow', async () => {
    const socket = await listen(refuse, 50);
    const closed = once(socket, 'close');
    const answers = answersOn(socket);
    socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf ');
    await closed;
    expect(answers.found()).toEqual(['401']);
  });

  it('keeps the connection of a large body that was read to its end', async () => {
    const socket = await listen((request, response) => request.resume().on('end', () => response.end('ok')), never);
    const answers = answersOn(socket);
    for (const wanted of [1, 2]) {
      socket.write(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n${'a'.repeat(100_000)}`);
      expect(await answers.count(wanted)).not.toMatch(/connection: close/i);
    }
    socket.destroy();
  });

  it('handles nothing that follows the rest of a refused body', async () => {
    const handled: (string | undefined)[] = [];
    const socket = await listen((request, response) => {
      handled.push(request.url);
      refuse(request, response);
    }, never);
    const closed = once(socket, 'close');
    const answers = answersOn(socket);
    socket.write('POST /one HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n');
    await answers.count(1);
    socket.write('0\r\n\r\nPOST /two HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n');
    await closed;
    expect([handled, answers.found()]).toEqual([['/one'], ['401']]);
  });

  it('closes a connection whose sender half closed it in the middle of a body', async () => {
    const socket = await listen(refuse, never);
    const closed = once(socket, 'close');
    socket.end('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nhalf');
    socket.resume();
    await closed;
  });
});

describe('a connection that is kept for many requests', () => {
  it.each<[string, RequestListener]>([
    ['whose bodies are read', (request, response) => void request.resume().once('end', () => response.end('ok'))],
    ['that are answered before their bodies are in', (_, response) => void response.end('ok')],
  ])('holds no more after requests %s than after the first', async (_, handler) => {
    const seen: { listeners: number; destroySoon: unknown; socket: Socket }[] = [];
    const server = createServer(
      endEarlyAnswers((request, response) => {
        const { socket } = request;
        seen.push({ socket, listeners: socket.listenerCount('close'), destroySoon: socket.destroySoon });
        handler(request, response);
      }),
    ).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const socket = connect((server.address() as { port: number }).port, '127.0.0.1');
    const received = collect(socket);
    for (let sent = 1; sent <= 30; sent++) {
      socket.write('POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 20\r\n\r\n0123456789');
      await expect.poll(() => seen.length).toBe(sent);
      socket.write('0123456789');
      await expect.poll(() => received().split('HTTP/1.1 200 OK').length - 1).toBe(sent);
    }
    const [first] = seen;
    expect(seen.every((one) => one.socket === first?.socket)).toBe(true);
    expect(seen.at(-1)?.listeners).toBe(first?.listeners);
    expect(seen.at(-1)?.destroySoon).toBe(first?.destroySoon);
    socket.destroy();
    server.close();
  });
});

function collect(socket: Socket): () => string {
  let text = '';
  socket.on('data', (bytes) => {
    text += bytes;
  });
  return () => text;
}
