/** The listening sockets of a server: how many connections a busy process accepts at a time, and who has the port. */
import { spawnSync } from 'node:child_process';
import { createServer, request, type Server } from 'node:http';
import { type AddressInfo, createServer as createNetServer } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { accept, stopAccepting } from '../../src/lifecycle/accepting.ts';
import { close } from '../../src/lifecycle/listener.ts';
import { freePort } from '../support/free-port.ts';

const host = '127.0.0.1';
const portOf = (server: Server) => (server.address() as AddressInfo).port;

/** A server whose answers name it. */
function serverOf(name = ''): Server {
  const server = createServer((_request, response) => void response.end(name));
  onTestFinished(() => close(server, 0));
  return server;
}

/** Connects `count` times from a process that has ended when this returns, so that this one could accept nothing meanwhile. */
function connectWhileBusy(port: number, count: number): void {
  const script = `let left = ${count};
    for (let n = 0; n < ${count}; n += 1) require('node:net').connect(${port}, '${host}', () => --left || process.exit());`;
  expect(spawnSync(process.execPath, ['-e', script]).status).toBe(0);
}

function askOnNewConnection(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request({ port, host, agent: false }, async (response) => {
      resolve((await response.setEncoding('utf8').toArray()).join(''));
    });
    asked.on('error', reject).end();
  });
}

it.runIf(process.platform === 'linux')(
  'a busy process accepts many connections in one turn of its event loop',
  async () => {
    const server = serverOf();
    await accept(server, { port: 0, host });
    let accepted = 0;
    server.on('connection', () => {
      accepted += 1;
    });
    connectWhileBusy(portOf(server), 200);
    const byTurn: number[] = [];
    while (accepted < 200) {
      const before = accepted;
      await turn();
      byTurn.push(accepted - before);
    }
    expect(Math.max(...byTurn)).toBeGreaterThan(8);
  },
);

it('every connection reaches the server, whichever socket it came by, and none is accepted after the end', async () => {
  const server = serverOf('here');
  await accept(server, { port: 0, host });
  const port = portOf(server);
  const answers = await Promise.all(Array.from({ length: 100 }, () => askOnNewConnection(port)));
  expect(answers).toEqual(Array(100).fill('here'));
  await close(server, 1_000);
  const refused = await Promise.allSettled(Array.from({ length: 100 }, () => askOnNewConnection(port)));
  expect(refused.map(({ status }) => status)).toEqual(Array(100).fill('rejected'));
});

it('the end waits for the answers that are on their way, and ends what is idle', async () => {
  const waiting: (() => void)[] = [];
  const server = createServer((_request, response) => {
    waiting.push(() => void response.end('late'));
  });
  await accept(server, { port: 0, host });
  const answers = Array.from({ length: 50 }, () => askOnNewConnection(portOf(server)));
  while (waiting.length < 50) await turn();
  const ended = stopAccepting(server).then(() => 'ended');
  for (const answer of waiting) answer();
  expect(await Promise.all(answers)).toEqual(Array(50).fill('late'));
  expect(await ended).toBe('ended');
});

it('of servers that start on one port at the same moment, exactly one has it', async () => {
  const port = await freePort();
  const servers = Array.from({ length: 8 }, (_, n) => serverOf(`${n}`));
  const started = await Promise.allSettled(servers.map((server) => accept(server, { port, host })));
  const first = started.findIndex(({ status }) => status === 'fulfilled');
  const others = started.filter((_, n) => n !== first);
  expect(others).toEqual(
    Array(7).fill({ status: 'rejected', reason: expect.objectContaining({ code: 'EADDRINUSE' }) }),
  );
  const answers = await Promise.all(Array.from({ length: 50 }, () => askOnNewConnection(port)));
  expect(answers).toEqual(Array(50).fill(`${first}`));
  await expect(accept(serverOf(), { port, host })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

it.runIf(process.platform === 'linux')('a process that is about to open its sockets has the port already', async () => {
  const port = await freePort();
  const starting = createNetServer();
  await new Promise<void>((resolve) => starting.listen({ path: `\0vcauth ${host} ${port}` }, resolve));
  await expect(accept(serverOf(), { port, host })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await new Promise((resolve) => starting.close(resolve));
  await accept(serverOf(), { port, host });
});

it('a port that another program has is left to it', async () => {
  const other = createNetServer();
  onTestFinished(() => void other.close());
  await new Promise<void>((resolve) => other.listen({ port: 0, host }, resolve));
  const { port } = other.address() as AddressInfo;
  for (const _ of [1, 2])
    await expect(accept(serverOf(), { port, host })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

it('an address of another machine leaves nothing open', async () => {
  const server = serverOf();
  await expect(accept(server, { port: 0, host: '192.0.2.1' })).rejects.toMatchObject({ code: 'EADDRNOTAVAIL' });
  expect(server.listening).toBe(false);
});
