/** Embedded PostgreSQL servers in temporary folders, and programs that use them. All are removed after each test. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { inject, onTestFinished } from 'vitest';
import { placeCluster } from './clusters.ts';
import { eventuallyTimeoutMs } from './eventually.ts';
import { processEnv } from './process-env.ts';

export interface Place {
  readonly folder: string;
  readonly dataDir: string;
  readonly systemDir: string;
}

/** The output of test/support/embedded-program.ts. */
interface Report {
  url: string;
  adopted: boolean;
  /** Process id of PostgreSQL. */
  pid: number;
  /** User id of the program. */
  uid: number;
  log: string[];
}

export interface Program extends Report {
  /** Sends the signal and waits until the program has ended. */
  kill(signal: NodeJS.Signals): Promise<void>;
}

/** Creates an empty folder. A PostgreSQL that still runs there after the test is killed. */
export async function createPlace(under = tmpdir()): Promise<Place> {
  const folder = await mkdtemp(join(under, 'vcauth-embedded-'));
  await chmod(folder, 0o755);
  const place = { folder, dataDir: join(folder, 'data'), systemDir: join(folder, 'system') };
  onTestFinished(async () => {
    const pid = Number(
      (await readFile(join(await clusterOf(place), 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')[0],
    );
    if (isAlive(pid) && commandOf(pid).includes(folder)) process.kill(pid, 'SIGKILL');
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  });
  return place;
}

/** Creates a folder with a cluster that an earlier start could have prepared. Copying one is far cheaper than initdb. */
export async function createPreparedPlace(under?: string): Promise<Place> {
  const place = await createPlace(under);
  await placeCluster(inject('cluster'), place);
  return place;
}

/** Returns the folder of the cluster, which is elsewhere if the tests run as root. */
export async function clusterOf({ dataDir }: Pick<Place, 'dataDir'>): Promise<string> {
  const elsewhere = await readFile(join(dataDir, 'postgres/location'), 'utf8').catch(() => join(dataDir, 'postgres'));
  return join(elsewhere.trim(), 'data');
}

export interface ProgramOptions {
  /** The checkout that contains the program. */
  readonly root?: string;
  readonly uid?: number;
  /** Aborting it kills the program immediately. */
  readonly signal?: AbortSignal;
}

/** Starts the program and waits for its report. */
export async function startProgram(place: Place, options: ProgramOptions = {}): Promise<Program> {
  const { root, uid, signal } = options;
  const own = fileURLToPath(new URL('./embedded-program.ts', import.meta.url));
  const file = root === undefined ? own : join(root, 'test/support/embedded-program.ts');
  const child = spawn(process.execPath, [file, place.dataDir, place.systemDir], {
    env: processEnv(),
    stdio: ['pipe', 'pipe', 'pipe'],
    killSignal: 'SIGKILL',
    signal,
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  onTestFinished(async () => void (await end(child, 'SIGKILL')));
  child.on('error', () => {}); // caused by the signal
  let complaint = '';
  child.stderr.on('data', (chunk) => {
    complaint += chunk;
  });
  for await (const line of createInterface({ input: child.stdout })) {
    return { ...(JSON.parse(line) as Report), kill: (signal) => end(child, signal) };
  }
  throw new Error(complaint);
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}

/** Reports whether the process is running. A zombie is not. */
export function isAlive(pid: number): boolean {
  return pid > 1 && commandOf(pid) !== '';
}

/** Waits until the condition holds. */
export async function until(condition: () => unknown): Promise<void> {
  const deadline = Date.now() + eventuallyTimeoutMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`still not: ${condition}`);
    await sleep(20);
  }
}

/** Returns the command line of a process; '' if it does not exist or has ended. */
export function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
