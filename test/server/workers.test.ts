/** A node with several workers (WORKERS): its metrics are those of all, and a worker that freezes or can't be replaced ends nothing. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, link, mkdtemp, rm } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { documentedMetrics, scrape } from '../support/metrics.ts';
import { processEnv } from '../support/process-env.ts';
import { childrenOf } from '../support/processes.ts';
import { deadPort } from '../support/server.ts';

const workers = 2;
let own: TestDatabase;
let folder: string;
let program: ChildProcess;
let [origin, metricsOrigin, stdout] = ['', '', ''];
/** How many files a worker may have open. */
let maxFiles: number;

beforeAll(async () => {
  own = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'vcauth-workers-'));
  const [port, metricsPort] = [await freePort(), await freePort()];
  [origin, metricsOrigin] = [`http://localhost:${port}`, `http://127.0.0.1:${metricsPort}`];
  // Node at a place of its own, so that it can be taken away.
  const node = join(folder, 'node');
  await link(process.execPath, node).catch(() => copyFile(process.execPath, node));
  const env = {
    ...processEnv(),
    PORT: String(port),
    HOST: '127.0.0.1',
    DATABASE_URL: own.url,
    SECRETS: 'a test secret that is long enough to be one',
    METRICS_PORT: String(metricsPort),
    DRAIN_SECONDS: '0',
    SHUTDOWN_GRACE_SECONDS: '1',
    WORKERS: String(workers),
    DATABASE_REPLICA_URL: `postgresql://u:p@127.0.0.1:${deadPort}/d`,
    AUDIT_STREAM_URL: `http://127.0.0.1:${deadPort}`,
  };
  program = spawn(node, ['src/main.ts'], { cwd: new URL('../../', import.meta.url), env });
  program.stdout?.on('data', (chunk) => (stdout += chunk));
  let stderr = '';
  program.stderr?.on('data', (chunk) => (stderr += chunk));
  while (!(await serves()) || (await readMetrics()).text.startsWith('{')) {
    if (program.exitCode !== null) throw new Error(`The program ended with ${program.exitCode}: ${stderr}`);
    await sleep(50);
  }
  // Scrapes are answered once all workers serve.
  maxFiles = (await sumOfMaxFiles()) / workers;
});
afterAll(async () => {
  // After a test that failed, they may not end by themselves. The ids of processes that ended may belong to others by now.
  if (program.exitCode === null && program.signalCode === null) {
    for (const pid of [program.pid as number, ...(await childrenOf(program.pid as number))])
      process.kill(pid, 'SIGKILL');
  }
  await rm(folder, { recursive: true });
  await own.drop();
});

const serves = () =>
  fetch(`${origin}/readyz`, { signal: AbortSignal.timeout(30_000) }).then(
    ({ ok }) => ok,
    () => false,
  );

const readMetrics = async () => {
  const response = await fetch(`${metricsOrigin}/metrics`);
  return { status: response.status, text: await response.text() };
};

async function sumOfMaxFiles(): Promise<number> {
  const { series } = await scrape(metricsOrigin);
  return series.find(({ name }) => name === 'process_max_fds')?.value ?? 0;
}

/**
 * Waits until all workers serve, and returns them, the oldest first. A new worker has a process before it runs Node.js. If that process
 * is stopped then, the primary process waits for it and does nothing else.
 */
async function servingWorkers(): Promise<[number, ...number[]]> {
  await eventually(async () => (await sumOfMaxFiles()) / maxFiles).toBe(workers);
  const [first, ...others] = await childrenOf(program.pid as number);
  if (first === undefined) throw new Error('No worker runs.');
  return [first, ...others];
}

/** The statuses of as many requests as given, each on a connection of its own. */
const statusesOf = (count: number) =>
  Promise.all(
    Array.from({ length: count }, async () => {
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        get(`${origin}/readyz`, { agent: false }, resolve).on('error', reject);
      });
      return response.resume().statusCode;
    }),
  );

const logged = (msg: string) => stdout.split('\n').filter((line) => line.includes(`"msg":"${msg}"`)).length;

describe('a scrape of several workers', () => {
  it('has every metric that docs/metrics.md lists', async () => {
    const documented = Object.fromEntries([...documentedMetrics()].map(([name, { type }]) => [name, type]));
    expect(Object.fromEntries((await scrape(metricsOrigin)).types)).toEqual(documented);
  });

  it('says when the newest worker started', async () => {
    const { series } = await scrape(metricsOrigin);
    const started = series.find(({ name }) => name === 'process_start_time_seconds')?.value ?? 0;
    expect(Math.abs(Date.now() / 1000 - started)).toBeLessThan(600);
  });
});

it('a worker that stands still makes scrapes fail, and the node serves', async () => {
  const [frozen] = await servingWorkers();
  process.kill(frozen, 'SIGSTOP');
  const answers = await Promise.all([readMetrics(), readMetrics()]);
  expect(answers.map(({ status }) => status)).toEqual([503, 503]);
  await eventually(async () => (await readMetrics()).text).toMatch(
    `Worker ${frozen} does not answer. If that lasts, end it`,
  );
  expect(program.exitCode).toBeNull();
  await eventually(serves).toBe(true);
  process.kill(frozen, 'SIGCONT');
  await eventually(async () => (await readMetrics()).status).toBe(200);
  await eventually(() => logged('the metrics could not be read')).toBe(1);
});

it('new connections are answered while a worker stands still, and when it dies', async () => {
  const [frozen] = await servingWorkers();
  const all = Array.from({ length: 3 * workers }, () => 200);
  process.kill(frozen, 'SIGSTOP');
  expect(await statusesOf(all.length)).toEqual(all);
  process.kill(frozen, 'SIGKILL');
  expect(await statusesOf(all.length)).toEqual(all);
});

it('a worker that dies during a scrape is left out, and another takes its place', async () => {
  const [first, second] = await servingWorkers();
  process.kill(first, 'SIGSTOP');
  const scraped = readMetrics();
  process.kill(first, 'SIGKILL');
  expect((await scraped).status).toBe(200);
  await eventually(async () => {
    const now = await childrenOf(program.pid as number);
    return now.length === workers && now.includes(second as number) && !now.includes(first);
  }).toBe(true);
});

it('a worker that cannot be replaced is tried again, and the node serves', async () => {
  const [first] = await servingWorkers();
  const node = join(folder, 'node');
  await rm(node);
  process.kill(first, 'SIGKILL');
  await eventually(() => logged('a worker could not be started; it will be tried again')).toBeGreaterThan(1);
  expect(program.exitCode).toBeNull();
  await eventually(serves).toBe(true);
  await link(process.execPath, node).catch(() => copyFile(process.execPath, node));
  await eventually(async () => (await childrenOf(program.pid as number)).length).toBe(workers);
});

// Last: it stops the node.
it('a worker that stands still does not keep the node from stopping', async () => {
  const [frozen] = await servingWorkers();
  process.kill(frozen, 'SIGSTOP');
  const gone = once(program, 'exit');
  program.kill('SIGTERM');
  expect(await gone).toEqual([0, null]);
  expect(logged('a worker did not stop in time, and is killed')).toBe(1);
});
