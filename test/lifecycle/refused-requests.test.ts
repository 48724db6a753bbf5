/** Every answer has an id, also to what Node refuses before a handler sees it. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { close, type HeldPort, holdPort, originOf } from '../../src/lifecycle/listener.ts';
import { createLogger } from '../../src/log/index.ts';

const lines: Record<string, unknown>[] = [];
const log = createLogger({ level: 'info', stream: { write: (line) => void lines.push(JSON.parse(line)) } });
let port: HeldPort;
let server: Server;

beforeAll(async () => {
  port = await holdPort({ port: 0, host: '127.0.0.1', settings: { port: 'PORT', host: 'HOST' } });
  server = port.server;
});
afterAll(() => close(server, 0));

/** Sends bytes, and returns all that comes until the server closes the connection. */
async function answerTo(bytes: string): Promise<{ status: number; requestId: string | undefined; body: string }> {
  const socket = connect(Number(new URL(originOf(server)).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write(bytes);
  const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
  return { status: Number(head.split(' ')[1]), requestId: /^X-Request-Id: (.+)$/m.exec(head)?.[1], body };
}

it('a request that comes while the server starts gets an id', async () => {
  const { status, requestId } = await answerTo('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  expect(status).toBe(503);
  expect(requestId).toMatch(/^req_[\w-]{16}$/);
});

it.each([
  ['is not HTTP', 'NONSENSE\r\n\r\n', 400, 'This is not an HTTP request', 'HPE_INVALID_METHOD'],
  [
    'has large headers',
    `GET / HTTP/1.1\r\nHost: x\r\nX-Large: ${'x'.repeat(17_000)}\r\n\r\n`,
    431,
    'The headers are too large',
    'HPE_HEADER_OVERFLOW',
  ],
  [
    'asks for a tunnel',
    'CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n',
    400,
    'This server does not accept CONNECT',
    'CONNECT',
  ],
  ['has no Host header', 'GET / HTTP/1.1\r\n\r\n', 400, 'There must be a Host header', 'HOST'],
  [
    'expects what nobody knows',
    'POST / HTTP/1.1\r\nHost: x\r\nExpect: tea\r\nContent-Length: 1\r\n\r\n',
    417,
    'The only expectation is 100-continue',
    'EXPECT',
  ],
])('a request that %s gets an id, which the log has', async (_what, bytes, status, message, detail) => {
  port.serve((_request, response) => void response.end('handled'), log);
  const answer = await answerTo(bytes);
  expect(answer.status).toBe(status);
  expect(answer.requestId).toMatch(/^req_[\w-]{16}$/);
  expect(JSON.parse(answer.body)).toEqual({
    error: 'invalid_request',
    error_description: message,
    request_id: answer.requestId,
  });
  expect(lines.at(-1)).toMatchObject({ requestId: answer.requestId, status, detail, msg: 'a request was refused' });
});

it('a request of HTTP/1.0 needs no Host header', async () => {
  port.serve((_request, response) => void response.end('handled'), log);
  expect((await answerTo('GET / HTTP/1.0\r\n\r\n')).body).toBe('handled');
});

it('a request that is complete is answered before the nonsense that follows it', async () => {
  port.serve((_request, response) => void setTimeout(() => response.end('handled'), 20), log);
  const { status, body } = await answerTo('GET / HTTP/1.1\r\nHost: x\r\n\r\nNONSENSE\r\n\r\n');
  expect([status, body]).toEqual([200, 'handled']);
});

describe('a connection that is opened ahead of its request', () => {
  /** Returns one on which nothing was asked for longer than headers may take. */
  async function unused(idleMs: number): Promise<Socket> {
    const before = { headersTimeout: server.headersTimeout, requestTimeout: server.requestTimeout };
    Object.assign(server, { headersTimeout: 1, requestTimeout: 1, keepAliveTimeout: idleMs });
    const late = once(server, 'clientError');
    const socket = connect(Number(new URL(originOf(server)).port), '127.0.0.1');
    await late;
    Object.assign(server, before);
    return socket;
  }

  it('serves it, however long nothing was asked, and gets no answer before', async () => {
    port.serve((_request, response) => void response.end('handled'), log);
    const told = lines.length;
    const socket = await unused(600_000);
    socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 OK\r\n.*handled$/s);
    expect(lines.length).toBe(told);
  });

  it('is closed without an answer, and without a line in the log, if the request does not come', async () => {
    const told = lines.length;
    expect(await text(await unused(50))).toBe('');
    expect(lines.length).toBe(told);
  });

  it('is closed too if an empty line comes in place of the request', async () => {
    const socket = await unused(500);
    socket.write('\r\n');
    expect(await text(socket)).toBe('');
  });

  it('serves a request that comes after an empty line, and however long its answer takes', async () => {
    port.serve((_request, response) => void setTimeout(() => response.end('handled'), 700), log);
    const socket = await unused(500);
    socket.write('\r\nGET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 OK\r\n.*handled$/s);
  });
});
