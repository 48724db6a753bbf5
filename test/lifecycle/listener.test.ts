/** The message for the person who starts a server that cannot listen where it should. */
import { once } from 'node:events';
import { request, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import pg from 'pg';
import { afterEach, expect, it, onTestFinished } from 'vitest';
import { readGatewayConfig } from '../../src/config/gateway.ts';
import { startGateway } from '../../src/gateway-server/index.ts';
import { close, listen, originOf } from '../../src/lifecycle/listener.ts';
import { createLogger } from '../../src/log/index.ts';
import { holdPorts } from '../../src/server/ports.ts';
import { createEmptyDatabase } from '../support/database.ts';

let taken: Server | undefined;
afterEach(async () => {
  if (taken) await close(taken, 0);
  taken = undefined;
});

const nothing = () => {};
const settings = { port: 'PORT', host: 'HOST' };
const log = createLogger({ level: 'silent' });

/** A port of 127.0.0.1 that something listens on. */
async function takenPort(): Promise<number> {
  taken = await listen(nothing, { port: 0, host: '127.0.0.1', settings });
  return Number(new URL(originOf(taken)).port);
}

it.each<[string, string, (port: number) => Promise<unknown>]>([
  ['the server', 'PORT', (port) => listen(nothing, { port, host: '127.0.0.1', settings })],
  [
    'the figures',
    'METRICS_PORT',
    (port) => holdPorts({ port: 0, host: '127.0.0.1', metricsPort: port, metricsHost: '127.0.0.1' }),
  ],
  [
    'the gateway',
    'GATEWAY_PORT',
    (port) => startGateway(readGatewayConfig({ GATEWAY_PORT: `${port}`, GATEWAY_CLIENT_SECRET: 'x' }), log),
  ],
])('a port that is taken is reported in one sentence that names the setting: %s', async (_what, setting, start) => {
  const port = await takenPort();
  const message = `Port ${port} of 127.0.0.1 is taken by another process. Stop that one, or choose another port: ${setting}.`;
  await expect(start(port)).rejects.toMatchObject({ name: 'AppError', message });
});

it('an address of another machine is reported in the same way', async () => {
  await expect(listen(nothing, { port: 0, host: '192.0.2.1', settings })).rejects.toMatchObject({
    message: 'This machine does not have the address 192.0.2.1. Choose another one: HOST.',
  });
});

it('a gateway that can’t listen leaves the database of its limits as it was', async () => {
  const database = await createEmptyDatabase();
  const env = { GATEWAY_PORT: `${await takenPort()}`, GATEWAY_CLIENT_SECRET: 'x', GATEWAY_LIMITS_URL: database.url };
  await expect(startGateway(readGatewayConfig(env), log)).rejects.toThrow('is taken by another process');
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  expect((await client.query(`SELECT tablename FROM pg_tables WHERE schemaname = 'public'`)).rows).toEqual([]);
  await client.end();
  await database.drop();
});

it('a gateway starts although the database of its limits accepts connections and says nothing', async () => {
  const sockets: Socket[] = [];
  const silent = createServer((socket) => void sockets.push(socket.on('error', () => {})));
  await once(silent.listen(0, '127.0.0.1'), 'listening');
  const { port } = silent.address() as AddressInfo;
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    silent.close();
  });
  const env = {
    GATEWAY_PORT: '0',
    GATEWAY_HOST: '127.0.0.1',
    GATEWAY_CLIENT_SECRET: 'x',
    GATEWAY_LIMITS_URL: `postgres://a:b@127.0.0.1:${port}/limits`,
  };
  const gateway = await startGateway(readGatewayConfig({ ...env, ISSUER: 'http://127.0.0.1:1' }), log);
  expect((await fetch(`${gateway.origin}/readyz`)).status).toBe(200);
  await gateway.stop();
});

it('a gateway starts without waiting for a lock in the database of its limits', async () => {
  const database = await createEmptyDatabase();
  const holder = new pg.Client({ connectionString: database.url });
  await holder.connect();
  await holder.query('SELECT pg_advisory_lock(7205)');
  const env = {
    GATEWAY_PORT: '0',
    GATEWAY_HOST: '127.0.0.1',
    GATEWAY_CLIENT_SECRET: 'x',
    GATEWAY_LIMITS_URL: database.url,
  };
  const gateway = await startGateway(readGatewayConfig({ ...env, ISSUER: 'http://127.0.0.1:1' }), log);
  expect((await fetch(`${gateway.origin}/readyz`)).status).toBe(200);
  await holder.query('SELECT pg_advisory_unlock(7205)');
  await holder.end();
  await gateway.stop();
  await database.drop();
});

it('an answer that is under way when the server stops says that its connection ends', async () => {
  const asked = Promise.withResolvers<ServerResponse>();
  const server = await listen((_request, response) => asked.resolve(response), {
    port: 0,
    host: '127.0.0.1',
    settings,
  });
  const coming = fetch(originOf(server));
  const response = await asked.promise;
  const ended = close(server, 5_000);
  response.end('late');
  const answer = await coming;
  expect([answer.headers.get('connection'), await answer.text()]).toEqual(['close', 'late']);
  await ended;
});

it('a server that notes its answers still asks for the body of a request that expects 100-continue', async () => {
  const server = await listen((request, response) => void request.pipe(response), {
    port: 0,
    host: '127.0.0.1',
    settings,
  });
  const sent = request(originOf(server), { method: 'POST', headers: { Expect: '100-continue', 'Content-Length': 4 } });
  const came = once(sent, 'response');
  sent.flushHeaders();
  await once(sent, 'continue');
  sent.end('body');
  const [answer] = await came;
  expect(await text(answer)).toBe('body');
  await close(server, 0);
});
