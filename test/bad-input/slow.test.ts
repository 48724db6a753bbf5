/** Requests that do not end: the real server has limits of time and size. */

import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { expectInnocent } from './table.ts';
import { send } from './wire.ts';

let server: TestServer;
let http: Server;
beforeAll(async () => {
  server = await startTestServer();
  const channel = 'http.server.request.start';
  const seen = new Promise<Server>((resolve) => {
    const listener = (message: unknown) => {
      unsubscribe(channel, listener);
      resolve((message as { server: Server }).server);
    };
    subscribe(channel, listener);
  });
  await send(server.issuer, { path: '/healthz' });
  http = await seen;
});
afterAll(() => server.stop());

it('headers, requests and idle connections have time limits', () => {
  expect(http.headersTimeout).toBeGreaterThan(0);
  expect(http.headersTimeout).toBeLessThanOrEqual(15_000);
  expect(http.requestTimeout).toBeGreaterThan(http.headersTimeout);
  expect(http.requestTimeout).toBeLessThanOrEqual(30_000);
  expect(http.keepAliveTimeout).toBeLessThanOrEqual(70_000);
});

it('a request whose headers do not end is cut off', async () => {
  http.headersTimeout = 300;
  http.requestTimeout = 600;
  const answer = await dribble('POST /oauth/token HTTP/1.1\r\nHost: localhost\r\n', 'X-A: b\r\n');
  expect(answer).toMatch(/^HTTP\/1\.1 408 /);
});

it('an endless form is answered before it is read to the end', async () => {
  const answer = await fetch(`${server.issuer}/sign-in`, {
    method: 'POST',
    body: new URLSearchParams({ a: 'a'.repeat(4e6) }),
  });
  expect([answer.status, (await answer.json()).error_description]).toEqual([413, 'The form is larger than 56 KB']);
  expect(requestLines()).toEqual([expect.objectContaining({ status: 413, ip: '127.0.0.1' })]);
});

it.each(['/oauth/token', '/oauth/par', '/oauth/userinfo', '/oauth/authorize'])(
  'a body of ten megabytes is refused by %s before it is sent',
  async (path) => {
    const form = `access_token=${'a'.repeat(60_000)}`;
    const answers = await onOneConnection([
      `POST ${path} HTTP/1.1\r\nHost: localhost\r\n${formType}\r\nContent-Length: 10000000\r\n\r\n${form}`,
    ]);
    expect(answers).toEqual(['413']);
  },
);

it.each(['/oauth/token', '/oauth/revoke', '/oauth/userinfo'])(
  'what is left of a body that %s refuses is not taken for the next request',
  async (path) => {
    const length = 60_000;
    const answers = await onOneConnection([
      `POST ${path} HTTP/1.1\r\nHost: localhost\r\n${formType}\r\nContent-Length: ${length}\r\n\r\n${'a'.repeat(length - 1)}`,
      `aGET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n`,
    ]);
    expect(answers).toEqual(['413', '200']);
  },
);

it('a body that its sender abandons causes no error and no row', async () => {
  const { port } = new URL(server.issuer);
  const socket = connect(Number(port), '127.0.0.1');
  socket.write(
    'POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nExpect: 100-continue\r\nContent-Length: 100\r\n\r\n',
  );
  // The server has begun the request when it asks for the body.
  expect(String((await once(socket, 'data'))[0])).toMatch(/^HTTP\/1\.1 100 /);
  const before = requestLines().length;
  socket.write('a=b', () => socket.destroy());
  await eventually(() => requestLines().slice(before)).toEqual([expect.objectContaining({ status: 400 })]);
  expect(lines().filter(({ level }) => ['warn', 'error', 'fatal'].includes(level as string))).toEqual([]);
  expectInnocent(await send(server.issuer, { path: '/sign-in' }));
});

function lines(): Record<string, string>[] {
  return server
    .logged()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

const requestLines = () => lines().filter(({ url }) => url === '/sign-in');

const formType = 'Content-Type: application/x-www-form-urlencoded';

/** Sends each part after the answer to the previous one; returns the status of each answer. */
async function onOneConnection(parts: string[]): Promise<string[]> {
  const { port } = new URL(server.issuer);
  const socket = connect(Number(port), '127.0.0.1');
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk;
  });
  socket.on('error', () => {});
  const statuses = () => [...text.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => status as string);
  for (const [at, part] of parts.entries()) {
    socket.write(part);
    await eventually(statuses).toHaveLength(at + 1);
  }
  socket.destroy();
  return statuses();
}

/** Sends `start`, then `more` again and again; resolves with what came back when the server closed. */
function dribble(start: string, more: string): Promise<string> {
  return new Promise((resolve) => {
    const { port } = new URL(server.issuer);
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(start));
    const timer = setInterval(() => socket.write(more), 200);
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      clearInterval(timer);
      resolve(text);
    });
  });
}
