/**
 * How long a start takes until the first answer, and what an idle server costs, beside the goals. The server is started like
 * in production: src/main.ts, as a process of its own.
 *
 *     npm run bench:start              # about four minutes
 *     npm run bench:start -- --quick   # one start of each kind, and an idle window of five seconds
 *     npm run bench:start -- --write   # into docs/performance.md too
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { cpuOfTree } from './cpu.ts';
import { writeTables } from './document.ts';
import { freePort } from './free-port.ts';
import { fullIdle, type IdleWindow, measureIdle } from './idle.ts';
import { rssOf } from './memory.ts';
import { machine } from './report.ts';
import { withPostgres } from './stage.ts';
import { paragraph, type Style, table } from './table.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
/** As `npm start` has them. */
const startArguments = ['--import', './src/server/compile-cache.js', 'src/main.ts'];
const quick = process.argv.includes('--quick');
const rounds = quick ? 1 : 5;
const idle: IdleWindow = quick ? { settleSeconds: 10, seconds: 5 } : fullIdle;
/** When the first upkeep of a server is over. */
const upkeepSeconds = quick ? 0 : 70;
const goals = {
  'external, first start (migrates, no compile cache)': undefined,
  'external, migrated': 1_000,
  'embedded, new': 6_000,
  'embedded, existing': 3_000,
} as const;
const idleGoals = { server: 3, database: 1, rss: 130 };
type IdleName = keyof typeof idleGoals;

interface Started {
  readonly child: ChildProcess;
  readonly ms: number;
  readonly cpuMs: number;
}

/** Starts the server, and measures until /readyz answers 200. */
async function start(settings: Readonly<Record<string, string>>): Promise<Started> {
  const port = await freePort();
  const env = {
    ...{ PATH: process.env.PATH, HOME: process.env.HOME },
    ...{ PORT: `${port}`, HOST: '127.0.0.1', ISSUER: `http://localhost:${port}` },
    ...{ METRICS_PORT: `${await freePort()}`, DRAIN_SECONDS: '0' },
    ...settings,
  };
  const began = performance.now();
  const child = spawn(process.execPath, startArguments, { cwd: root, env, stdio: ['ignore', 'ignore', 'inherit'] });
  while (!(await isReady(port))) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
    await sleep(5);
  }
  return { child, ms: performance.now() - began, cpuMs: cpuOfTree(child.pid as number) / 1_000 };
}

async function isReady(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/readyz`, { headers: { Connection: 'close' } }).then(
    ({ ok }) => ok,
    () => false,
  );
}

async function stop({ child }: Started): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

interface Measured {
  readonly starts: readonly (readonly [what: keyof typeof goals, starts: readonly Started[]])[];
  readonly idle: Readonly<Record<IdleName, number>>;
}

function format({ starts, idle: cost }: Measured, style: Style): string {
  const verdict = (value: number, goal: number) => (value <= goal ? 'met' : 'over');
  const rows = starts.map(([what, list]) => {
    const [ms, cpuMs] = [median(list.map((one) => one.ms)), median(list.map((one) => one.cpuMs))];
    const goal = goals[what];
    const judged = goal === undefined ? ['', ''] : [`≤ ${goal}`, verdict(ms, goal)];
    return [what, ms.toFixed(0), cpuMs.toFixed(0), ...judged];
  });
  const units = { server: 'server, ms of CPU per second', database: 'database, ms of CPU per second', rss: 'RSS, MB' };
  const names = Object.keys(idleGoals) as IdleName[];
  const idleRows = names.map((name) => {
    const goal = idleGoals[name];
    return [units[name], cost[name].toFixed(1), `≤ ${goal}`, verdict(cost[name], goal)];
  });
  return [
    paragraph(`Until /readyz answers 200; medians of ${rounds}, where a start can be repeated. ${machine()}.`, style),
    '',
    table(['start', 'ms', 'ms of CPU', 'goal', ''], rows, style),
    '',
    table([`idle, over ${idle.seconds} s`, 'measured', 'goal', ''], idleRows, style),
    '',
  ].join('\n');
}

function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`${text} …\n`);
}

async function starts(count: number, settings: Readonly<Record<string, string>>): Promise<Started[]> {
  const all: Started[] = [];
  for (let round = 0; round < count; round += 1) {
    const started = await start(settings);
    await stop(started);
    all.push(started);
  }
  return all;
}

/**
 * Measures a server that has run before: an earlier one has lived until its first upkeep, whose modules were compiled then. The
 * compiler for TypeScript would stay in memory.
 */
async function idleCost(settings: Readonly<Record<string, string>>, postmaster: number): Promise<Measured['idle']> {
  const earlier = await start(settings);
  await sleep(upkeepSeconds * 1_000);
  await stop(earlier);
  const started = await start(settings);
  const pid = started.child.pid as number;
  const { server, database } = await measureIdle({ pid }, postmaster, idle);
  const rss = rssOf(pid) / 1e6;
  await stop(started);
  return { server, database, rss };
}

await withPostgres(async ({ url, postmaster, cleanup }, stopped) => {
  const folder = await mkdtemp(join(tmpdir(), 'vcauth-bench-start-'));
  cleanup.push(() => rm(folder, { recursive: true, force: true }));
  const database = new URL(url);
  database.pathname = '/ours';
  const external = {
    DATABASE_URL: database.href,
    SECRETS: 'the-secret-of-a-benchmark-that-is-long-enough',
    DATA_DIR: join(folder, 'external'),
  };
  const embedded = { DATA_DIR: join(folder, 'embedded') };
  const measureAll = async (): Promise<Measured> => {
    const measured: [keyof typeof goals, Started[]][] = [];
    for (const [what, count, settings] of [
      ['external, first start (migrates, no compile cache)', 1, external],
      ['external, migrated', rounds, external],
      ['embedded, new', 1, embedded],
      ['embedded, existing', rounds, embedded],
    ] as const) {
      progress(`start: ${what}`);
      measured.push([what, await starts(count, settings)]);
    }
    progress('idle');
    return { starts: measured, idle: await idleCost(external, postmaster) };
  };
  const measured = await Promise.race([measureAll(), stopped]);
  process.stdout.write(format(measured, 'text'));
  if (process.argv.includes('--write')) await writeTables('start', format(measured, 'markdown'));
});
