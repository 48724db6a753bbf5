/** How long the gateway keeps an idle connection, and which side it blames. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createCallServer } from '../../src/gateway/reference/listener.ts';
import { accept } from '../../src/lifecycle/accepting.ts';
import { close } from '../../src/lifecycle/listener.ts';
import { head, raw, statuses } from './running-gateway.ts';

let server: Server;
let origin: string;
beforeAll(async () => {
  server = createCallServer((request, response) => {
    request.resume();
    if (request.url === '/begun') return void response.write('begun');
    request.on('end', () => {
      const { socket } = request;
      // The connection is idle from now on: even a slow machine has had time to read the request.
      socket.setTimeout(100);
      socket.once('timeout', () => setTimeout(() => response.end('late'), 100));
    });
  }, 1_000);
  await accept(server, { port: 0, host: '127.0.0.1' });
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => close(server, 0));

it('a caller that waits for its answer gets it, however long that takes', async () => {
  const received = await raw(origin, head('GET / HTTP/1.1', { Host: 'api', Connection: 'close' }), { silence: 1_000 });
  expect(statuses(received)).toEqual([200]);
  expect(received).toContain('late');
});

it.concurrent.each([
  ['in the middle of its request', head('POST / HTTP/1.1', { Host: 'api', 'Content-Length': '10' })],
  ['before the rest of its head', 'GET / HTTP/1.1\r\nHost: '],
  ['while its answer has stopped', head('GET /begun HTTP/1.1', { Host: 'api' })],
])('a caller that stalls %s is cut off', async (_when, bytes) => {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => {});
  socket.resume().write(bytes);
  await once(socket, 'close');
});
