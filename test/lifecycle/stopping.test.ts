/**
 * The program is asked to stop as supervisors, terminals and impatient people do: once, twice, and while it still
 * starts.
 */
import type { ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { onStopRequests } from '../../src/lifecycle/signals.ts';
import { startNode } from '../cli/vcauth.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { childrenOf } from '../support/processes.ts';

const secret = 'a test secret that is long enough to be one';
let own: TestDatabase;
beforeAll(async () => {
  own = await createTestDatabase();
});
afterAll(() => own.drop());

describe('with a request in flight', () => {
  it.each<[string, NodeJS.Signals[]]>([
    ['a supervisor', ['SIGTERM']],
    ['Ctrl-C that a parent passes on as SIGTERM', ['SIGINT', 'SIGTERM']],
    ['a terminal that is closed', ['SIGHUP']],
  ])('%s lets the request be answered, and then the program exits with 0', async (_how, signals) => {
    const program = await started();
    const request = await halfARequest(program.port);
    for (const signal of signals) program.process.kill(signal);
    await program.hasSaid('stopping');
    request.write('&a=b');
    expect(String((await once(request, 'data'))[0])).toMatch(/^HTTP\/1\.1 400 /);
    expect(await program.ended).toMatchObject({ code: 0, stderr: '' });
    expect(program.lines('warn', 'error')).toEqual([]);
  });

  it('a signal repeated a second later forces exit', async () => {
    const program = await started();
    await halfARequest(program.port);
    program.process.kill('SIGTERM');
    await program.hasSaid('stopping');
    await sleep(1_200);
    program.process.kill('SIGTERM');
    // A program that finishes in peace exits with 0.
    expect(await program.ended).toMatchObject({ code: 1, stderr: '' });
    expect(program.lines('warn').map(({ msg }) => msg)).toEqual([expect.stringContaining('asked to stop again')]);
  });
});

it.each<[number, string[], string[]]>([
  [0, ['SIGTERM'], []],
  [999, ['SIGTERM'], []],
  [1_000, ['SIGTERM'], ['SIGINT']],
  [60_000, ['SIGTERM'], ['SIGINT']],
])('a signal repeated after %i ms forces exit only from a second on', (ms, stopped, forcedBy) => {
  const source = new EventEmitter();
  const [stops, forced]: [string[], string[]] = [[], []];
  let clock = 5;
  const given = { source, now: () => clock };
  onStopRequests(
    (signal) => void stops.push(signal),
    (signal) => void forced.push(signal),
    given,
  );
  source.emit('SIGTERM');
  clock += ms;
  source.emit('SIGINT');
  expect([stops, forced]).toEqual([stopped, forcedBy]);
});

it('a program that waits for its database stops waiting', async () => {
  const program = await run({ DATABASE_URL: `postgres://a:b@127.0.0.1:${await freePort()}/none` });
  await eventually(() => program.lines('warn').length).toBeGreaterThan(1);
  program.process.kill('SIGTERM');
  expect(await program.ended).toMatchObject({ code: 0, stderr: '' });
});

/** Sends the program a signal when it is about to import this module, which it does before there is anything to stop. */
const signalledAt = (module: string): string[] => {
  const code = `import { registerHooks } from 'node:module';
    registerHooks({ resolve(name, context, next) {
      if (name.endsWith('${module}')) process.kill(process.pid, 'SIGTERM');
      return next(name, context);
    } });`;
  return ['--import', `data:text/javascript,${encodeURIComponent(code)}`];
};

it('a server that is asked to stop before it has started anything ends with 0, also as process 1', async () => {
  const env = { PORT: String(await freePort()), METRICS_PORT: 'off', DATABASE_URL: own.url, SECRETS: secret };
  const server = startNode([...signalledAt('server/cluster.ts'), 'src/main.ts'], env);
  onTestFinished(() => void server.kill('SIGKILL'));
  expect(await once(server, 'close')).toEqual([0, null]);
});

it('a gateway that waits for the database of its limits and is asked to stop ends with 0, also as process 1', async () => {
  const silent = createServer();
  const connected = once(silent, 'connection');
  await once(silent.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void silent.close());
  const { port } = silent.address() as AddressInfo;
  const gateway = startNode(['src/gateway-server/main.ts'], {
    GATEWAY_PORT: String(await freePort()),
    GATEWAY_CLIENT_SECRET: 'x',
    GATEWAY_LIMITS_URL: `postgres://a:b@127.0.0.1:${port}/limits`,
    ISSUER: 'http://127.0.0.1:1',
  });
  onTestFinished(() => void gateway.kill('SIGKILL'));
  await connected;
  gateway.kill('SIGTERM');
  expect(await once(gateway, 'close')).toEqual([0, null]);
});

it('Ctrl-C while workers start raises no alarm', async () => {
  const program = await run({ WORKERS: '2' });
  await eventually(connections).toBeGreaterThan(0);
  // A terminal sends the signal to the whole group.
  process.kill(-(program.process.pid as number), 'SIGINT');
  expect(await program.ended).toMatchObject({ code: 0, stderr: '' });
  expect(program.lines('warn', 'error')).toEqual([]);
  await eventually(connections).toBe(0);
});

it('a worker that the terminal signals, and the first process long after, raises no alarm', async () => {
  const program = await run({ WORKERS: '2', SHUTDOWN_GRACE_SECONDS: '60' });
  await program.isReady();
  const request = await halfARequest(program.port);
  for (const pid of await childrenOf(program.process.pid as number)) process.kill(pid, 'SIGINT');
  await sleep(1_200);
  program.process.kill('SIGTERM');
  await program.hasSaid('stopping');
  request.write('&a=b');
  expect(await program.ended).toMatchObject({ code: 0, stderr: '' });
  expect(program.lines('warn')).toEqual([]);
});

/** The connections of other processes than this test, which has one. */
async function connections(): Promise<number> {
  const text = 'SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()';
  return (await own.database.pgPool.query(text)).rows.length;
}

interface Program {
  readonly process: ChildProcess;
  readonly port: number;
  readonly ended: Promise<{ code: number | null; stderr: string }>;
  /** Resolves once the program has logged this message. */
  hasSaid(message: string): Promise<void>;
  isReady(): Promise<void>;
  /** The lines that the program has logged at these levels. */
  lines(...levels: string[]): Record<string, unknown>[];
}

async function run(env: Record<string, string> = {}): Promise<Program> {
  const port = await freePort();
  const common = {
    PORT: String(port),
    HOST: '127.0.0.1',
    DATABASE_URL: own.url,
    SECRETS: secret,
    METRICS_PORT: 'off',
    DRAIN_SECONDS: '0',
  };
  const program = startNode(['src/main.ts'], { ...common, ...env }, { detached: true });
  onTestFinished(() => void program.kill('SIGKILL'));
  let [stdout, stderr] = ['', ''];
  program.stdout.on('data', (chunk) => (stdout += chunk));
  program.stderr.on('data', (chunk) => (stderr += chunk));
  const lines = (...levels: string[]) =>
    stdout
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line))
      .filter(({ level }) => levels.includes(level));
  const ready = () =>
    fetch(`http://localhost:${port}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  return {
    process: program,
    port,
    ended: once(program, 'close').then(([code]) => ({ code, stderr })),
    lines,
    hasSaid: (message) => eventually(() => lines('info', 'warn').map(({ msg }) => msg)).toContain(message),
    isReady: () => eventually(ready).toBe(true),
  };
}

async function started(): Promise<Program> {
  const program = await run();
  await program.isReady();
  return program;
}

/** A request that the server has begun to read, as its 100 Continue shows; the client has not sent the body yet. */
async function halfARequest(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  onTestFinished(() => void socket.destroy());
  const head = `POST /oauth/token HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded`;
  socket.write(`${head}\r\nExpect: 100-continue\r\nContent-Length: 8\r\n\r\n`);
  expect(String((await once(socket, 'data'))[0])).toMatch(/^HTTP\/1\.1 100 /);
  socket.write('a=b&');
  return socket;
}
