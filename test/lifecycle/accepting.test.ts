/** The listening sockets of a server: how many connections a busy process accepts at a time, and who has the port. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { Agent, createServer, request, Server } from 'node:http';
import { type AddressInfo, connect, createServer as createNetServer, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
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
  const server = createServer(({ url }, response) => {
    if (url === '/idle') return void response.end();
    waiting.push(() => void response.end('late'));
  });
  await accept(server, { port: 0, host });
  const agent = new Agent({ keepAlive: true });
  const idle: Socket[] = [];
  agent.on('free', (socket) => idle.push(socket));
  for (let n = 0; n < 20; n += 1)
    request({ port: portOf(server), host, agent, path: '/idle' }, (got) => got.resume()).end();
  const answers = Array.from({ length: 50 }, () => askOnNewConnection(portOf(server)));
  while (waiting.length < 50 || idle.length < 20) await turn();
  const idleEnded = Promise.all(idle.map((socket) => once(socket, 'close')));
  let ended = false;
  const end = stopAccepting(server).then(() => {
    ended = true;
  });
  await idleEnded;
  expect(ended).toBe(false);
  for (const answer of waiting) answer();
  expect(await Promise.all(answers)).toEqual(Array(50).fill('late'));
  await end;
});

it('a request that is on its way over an idle connection when the server stops is answered', async () => {
  const server = createServer((_request, response) => void response.end('here'));
  await accept(server, { port: 0, host });
  const sockets = Array.from({ length: 40 }, () => connect(portOf(server), host));
  const ask = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';
  const first = sockets.map((socket) => once(socket, 'data'));
  for (const socket of sockets) socket.write(ask);
  await Promise.all(first);
  const ended = close(server, 5_000);
  const last = sockets.map((socket) => text(socket));
  for (const socket of sockets) socket.write(ask);
  for (const answer of await Promise.all(last))
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n.*Connection: close\r\n.*here$/s);
  await ended;
});

it('a port that a server has is not shared with another one', async () => {
  const first = serverOf('first');
  await accept(first, { port: 0, host });
  const port = portOf(first);
  for (const _ of [1, 2])
    await expect(accept(serverOf(), { port, host })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  const answers = await Promise.all(Array.from({ length: 50 }, () => askOnNewConnection(port)));
  expect(answers).toEqual(Array(50).fill('first'));
});

/** Another process that begins to accept on each of these ports, at the same moments as others that get this argument. */
async function accepting(name: string, ports: readonly number[], atMs: number): Promise<boolean[]> {
  const script = `const { createServer } = await import('node:http');
    const { accept } = await import('./src/lifecycle/accepting.ts');
    const has = [];
    for (const [n, port] of ${JSON.stringify(ports)}.entries()) {
      while (Date.now() < ${atMs} + n * 30) await new Promise(setImmediate);
      has.push(await accept(createServer(), { port, host: '${name}' }).then(() => true, () => false));
    }
    console.log(JSON.stringify(has));
`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'pipe' });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [said] = await once(child.stdout, 'data');
  return JSON.parse(String(said));
}

it('of servers that start on one port at the same moment, one has it, whatever they call the address', async () => {
  const ports: number[] = [];
  for (let n = 0; n < 60; n += 1) ports.push(await freePort());
  const atMs = Date.now() + 1_500;
  const names = ['localhost', '127.0.0.1', '0.0.0.0'];
  const had = await Promise.all(names.map((name) => accepting(name, ports, atMs)));
  const servers = ports.map((_, n) => had.filter((has) => has[n]).length);
  expect(servers).toEqual(Array(ports.length).fill(1));
});

it('a system without SO_REUSEPORT gets one socket', async () => {
  class Plain extends Server {
    override listen(...given: unknown[]): this {
      const [options] = given as [{ reusePort?: boolean }];
      if (options.reusePort)
        setImmediate(() => this.emit('error', Object.assign(new Error(), { code: 'ENOPROTOOPT' })));
      else super.listen(...(given as Parameters<Server['listen']>));
      return this;
    }
  }
  const server = new Plain((_request, response) => void response.end('plain'));
  await accept(server, { port: 0, host });
  expect(await askOnNewConnection(portOf(server))).toBe('plain');
  await close(server, 0);
});

it.runIf(process.platform === 'linux')('a process that is about to open its sockets has the port already', async () => {
  const port = await freePort();
  const starting = createNetServer();
  await new Promise<void>((resolve) => starting.listen({ path: `\0vcauth ${port}` }, resolve));
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
