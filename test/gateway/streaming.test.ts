/** Bodies pass as they arrive, in both directions. A connection that breaks on one side ends on the other. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, createServer, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { deadPort, secrets, startTestServer, type TestServer } from '../support/server.ts';
import { sleep } from './feed-reader.ts';
import {
  bearer,
  eventually,
  head,
  startTestGateway,
  startUpstream,
  type TestGateway,
  type TestUpstream,
} from './running-gateway.ts';
import { forgeOf } from './tokens.ts';

let server: TestServer;
let upstream: TestUpstream;
let gateway: TestGateway;
/** A gateway that waits one second for its upstream. */
let hasty: TestGateway;
let headers: Record<string, string>;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
beforeAll(async () => {
  server = await startTestServer();
  upstream = await startUpstream((request, response) => answer(request, response));
  gateway = await startTestGateway(server, { UPSTREAM_URL: upstream.url });
  hasty = await startTestGateway(server, { UPSTREAM_URL: upstream.url, UPSTREAM_TIMEOUT_SECONDS: '1' });
  headers = bearer(await (await forgeOf(server)).token({ tier: 'enterprise', scope: 'projects:read projects:write' }));
});
afterAll(async () => {
  await gateway.stop();
  await hasty.stop();
  upstream.stop();
  await server.stop();
});
beforeEach(() => {
  answer = (_request, response) => response.end();
});

/** After these answers the gateway has read everything that arrived before: it runs in this process. */
async function turns({ origin }: TestGateway): Promise<void> {
  for (let i = 0; i < 20; i += 1) await (await fetch(`${origin}/healthz`)).arrayBuffer();
}

const upload = () => `${gateway.origin}/v1/projects/p1/files/upload`;
const megabyte = Buffer.alloc(1_048_576, 'x');

function* megabytes(count: number) {
  for (let i = 0; i < count; i += 1) yield megabyte;
}

describe('200 MB', () => {
  it('pass up and down without being kept: the gateway’s memory does not grow', async () => {
    answer = (request, response) => {
      let bytes = 0;
      request.on('data', (chunk) => {
        bytes += chunk.length;
      });
      request.on('end', () => {
        response.setHeader('X-Received', bytes);
        Readable.from(megabytes(request.method === 'POST' ? 1 : 200)).pipe(response);
      });
    };
    const port = String(await freePort());
    const child = spawn(process.execPath, ['src/gateway-server/main.ts'], {
      env: {
        ...process.env,
        GATEWAY_PORT: port,
        ISSUER: server.issuer,
        GATEWAY_CLIENT_ID: 'gateway',
        GATEWAY_CLIENT_SECRET: secrets.gateway,
        UPSTREAM_URL: upstream.url,
      },
    });
    try {
      await once(child.stdout, 'data');
      const origin = `http://127.0.0.1:${port}`;
      const size = (name: string) =>
        Number(new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024;
      await eventually(async () => (await fetch(`${origin}/v1/projects`, { headers })).ok);
      const before = size('VmHWM');
      const body = Readable.toWeb(Readable.from(megabytes(200))) as unknown as ReadableStream;
      const up = await fetch(`${origin}/v1/projects/p1/files/upload`, {
        method: 'POST',
        headers,
        body,
        duplex: 'half',
      } as RequestInit);
      expect([up.status, up.headers.get('x-received')]).toEqual([200, String(200 * megabyte.length)]);
      await up.arrayBuffer();
      const down = await fetch(`${origin}/v1/projects/p1/files/large.bin`, { headers });
      let bytes = 0;
      for await (const chunk of down.body as unknown as AsyncIterable<Uint8Array>) bytes += chunk.length;
      expect(bytes).toBe(200 * megabyte.length);
      expect(size('VmHWM') - before).toBeLessThan(120);
    } finally {
      child.kill();
      await once(child, 'exit');
    }
  });

  it('are not accepted while the reader is slow', async () => {
    let written = 0;
    answer = (_request, response) => {
      const source = Readable.from(megabytes(200));
      source.on('data', (chunk) => {
        written += chunk.length;
      });
      source.pipe(response);
    };
    const { hostname, port } = new URL(gateway.origin);
    const socket = connect(Number(port), hostname);
    socket.write(head('GET /v1/projects HTTP/1.1', { Host: 'api', Authorization: headers.authorization as string }));
    socket.pause();
    let before = 0;
    const standsStill = async () => {
      before = written;
      await sleep(200);
      await turns(gateway);
      return written > 0 && written === before;
    };
    expect(await eventually(standsStill)).toBe(true);
    socket.destroy();
    expect(written).toBeLessThan(40 * megabyte.length);
  });
});

describe('a body', () => {
  it('reaches the other side part by part, in both directions', async () => {
    answer = (request, response) => {
      request.on('data', (chunk) => response.write(`got ${chunk}`));
      request.on('end', () => response.end());
    };
    const call = httpRequest(upload(), { method: 'POST', headers });
    call.write('one');
    const [response] = (await once(call, 'response')) as [IncomingMessage];
    expect(String((await once(response, 'data'))[0])).toBe('got one');
    call.write('two');
    expect(String((await once(response, 'data'))[0])).toBe('got two');
    call.end();
    await once(response.resume(), 'end');
  });

  it('that is refused does not reach the upstream', async () => {
    let asked = 0;
    answer = (_request, response) => {
      asked += 1;
      response.end();
    };
    const response = await fetch(upload(), { method: 'POST', body: megabyte });
    expect([response.status, asked]).toEqual([401, 0]);
  });
});

describe('an upstream in the middle of an upload', () => {
  const tooLarge = 'HTTP/1.1 413 Content Too Large\r\nContent-Length: 17\r\n';
  const body = '{"success":false}';

  it.each([
    ['answers and reads no further', 413, (socket: Socket) => void socket.pause().write(`${tooLarge}\r\n${body}`)],
    [
      'answers and ends',
      413,
      (socket: Socket) => void socket.resume().end(`${tooLarge}Connection: close\r\n\r\n${body}`),
    ],
    ['dies', 502, (socket: Socket) => void socket.resetAndDestroy()],
  ])('%s, and its caller is told and can go on', async (_what, status, refuse) => {
    const curt = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => refuse(socket));
    });
    await new Promise<void>((resolve) => curt.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(curt.address() as { port: number }).port}`;
    const one = await startTestGateway(server, { UPSTREAM_URL: url });
    for (let i = 0; i < 5; i += 1) {
      const large = Readable.toWeb(Readable.from(megabytes(20))) as unknown as ReadableStream;
      const init = { method: 'POST', headers, body: large, duplex: 'half' } as RequestInit;
      const response = await fetch(`${one.origin}/v1/projects/p1/files/upload`, init);
      expect(response.status).toBe(status);
      expect(await response.json()).toMatchObject({ success: false });
    }
    // Nothing waits for the rest of a body that nobody reads.
    await one.stop();
    curt.close();
  });
});

describe('a side that goes away', () => {
  it('as a client ends the request at the upstream', async () => {
    const ended = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    answer = (request, response) => {
      reached.resolve();
      request.resume();
      response.on('close', () => ended.resolve());
    };
    const abort = new AbortController();
    const call = fetch(`${gateway.origin}/v1/projects`, { headers, signal: abort.signal }).catch(() => {});
    await reached.promise;
    abort.abort();
    await call;
    await ended.promise;
  });

  it('as a client that waits for one of 1,024 connections leaves its place to the next, and all others are answered', async () => {
    // A thousand calls take a busy machine minutes.
    const waitMs = 250_000;
    const held: ServerResponse[] = [];
    const open = new Set<Socket>();
    let peak = 0;
    const holding = await startUpstream((request, response) => {
      open.add(request.socket);
      peak = Math.max(peak, open.size);
      request.socket.on('close', () => open.delete(request.socket));
      held.push(response);
    });
    const one = await startTestGateway(server, { UPSTREAM_URL: holding.url, UPSTREAM_TIMEOUT_SECONDS: '600' });
    // A client that can't connect for ten seconds gives up, and has asked nothing.
    const call = async (signal?: AbortSignal): Promise<number | 'left'> => {
      for (;;) {
        const init = { headers, ...(signal ? { signal } : {}) };
        const response = await fetch(`${one.origin}/v1/projects`, init).catch(() => undefined);
        if (response) return response.status;
        if (signal?.aborted) return 'left';
      }
    };
    const calls = Array.from({ length: 1_024 }, () => call());
    expect(await eventually(() => held.length === 1_024, waitMs)).toBe(true);
    const leaving = new AbortController();
    const waiting = Array.from({ length: 40 }, (_, index) => call(index % 2 ? leaving.signal : undefined));
    await turns(one);
    leaving.abort();
    await turns(one);
    for (const response of held.splice(0)) response.end();
    expect(await eventually(() => held.length === 20, waitMs)).toBe(true);
    // Not how many are open now: one that nobody uses is closed after a while.
    expect(peak).toBe(1_024);
    for (const response of held) response.end();
    expect(new Set(await Promise.all(calls))).toEqual(new Set([200]));
    expect(await Promise.all(waiting)).toEqual(waiting.map((_, index) => (index % 2 ? 'left' : 200)));
    await one.stop();
    holding.stop();
  });

  it('as an upstream in the middle of its answer ends the answer for the client too', async () => {
    let breakOff = () => {};
    answer = (_request, response) => {
      response.writeHead(200, { 'Content-Length': '100' });
      response.write('half');
      breakOff = () => response.destroy();
    };
    const response = await fetch(`${gateway.origin}/v1/projects`, { headers });
    expect(response.status).toBe(200);
    breakOff();
    await expect(response.text()).rejects.toThrow();
  });

  it.each([
    ['before it answers', (_request: IncomingMessage, response: ServerResponse) => void response.destroy()],
    [
      'with what is no HTTP',
      (request: IncomingMessage) => {
        request.socket.end('SMTP\r\n\r\n');
      },
    ],
  ])('as an upstream %s causes a 502', async (_what, how) => {
    answer = how;
    const response = await fetch(upload(), { method: 'POST', headers, body: 'x' });
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ success: false, error: { code: 'SERVER_ERROR' } });
    expect(response.headers.get('x-ratelimit-limit')).toBe('2147483647');
  });

  it('as an upstream that cannot be reached causes a 502', async () => {
    const lost = await startTestGateway(server, { UPSTREAM_URL: `http://127.0.0.1:${deadPort}` });
    const response = await fetch(`${lost.origin}/v1/projects`, { headers });
    await lost.stop();
    expect([response.status, ((await response.json()) as { success: boolean }).success]).toEqual([502, false]);
    expect(lost.logged()).toContain('ECONNREFUSED');
    expect(lost.logged()).toContain(`"requestId":"${response.headers.get('x-request-id')}"`);
  });

  it('as an upstream that sends nothing causes a 504', async () => {
    answer = () => {};
    const response = await fetch(`${hasty.origin}/v1/projects`, { headers });
    expect([response.status, ((await response.json()) as { error: object }).error]).toEqual([
      504,
      { code: 'SERVER_ERROR', message: 'The API does not answer in time' },
    ]);
  });

  it('as an upstream that sends nothing after a long upload causes a 504, but not before', async () => {
    let heard = '';
    answer = (request) =>
      void request.on('data', (chunk) => {
        heard += chunk;
      });
    const call = httpRequest(`${hasty.origin}/v1/projects/p1/files/upload`, { method: 'POST', headers });
    let answered = false;
    const response = once(call, 'response').finally(() => {
      answered = true;
    }) as Promise<[IncomingMessage]>;
    // Twice as long as the upstream may be silent.
    for (let part = 0; part < 20; part += 1) {
      call.write('part');
      await sleep(100);
    }
    expect(answered).toBe(false);
    call.end();
    const [{ statusCode }] = await response;
    expect([statusCode, heard]).toEqual([504, 'part'.repeat(20)]);
    (await response)[0].resume();
  });

  it('as an upstream that stalls in its answer is cut off', async () => {
    answer = (_request, response) => void response.write('begun');
    const response = await fetch(`${hasty.origin}/v1/projects`, { headers });
    await expect(response.text()).rejects.toThrow();
  });

  it('as an upstream that closes an idle connection costs no call', async () => {
    let connections = 0;
    const rude = createServer((socket) => {
      connections += 1;
      let heard = 0;
      // The second request on a connection finds it closed.
      socket.on('error', () => {});
      socket.on('data', () => {
        heard += 1;
        if (heard > 1) socket.resetAndDestroy();
        else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine');
      });
    });
    await new Promise<void>((resolve) => rude.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(rude.address() as { port: number }).port}`;
    const one = await startTestGateway(server, { UPSTREAM_URL: url });
    const states = [];
    for (let i = 0; i < 6; i += 1) states.push((await fetch(`${one.origin}/v1/projects`, { headers })).status);
    await one.stop();
    rude.close();
    expect(states).toEqual(Array(6).fill(200));
    expect(connections).toBeGreaterThan(1);
  });
});
