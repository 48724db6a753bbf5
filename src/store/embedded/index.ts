/**
 * A real PostgreSQL for a machine that has none. It is created in DATA_DIR at the first start, shared by all processes of
 * this machine with the same DATA_DIR, and stopped by the last of them.
 *
 * At most one server runs on a data directory: a process that checks, starts or stops it holds the gate, a lock. A server
 * that was left running by a crash is adopted. One that crashes is restarted on the same port, so that pools find it again.
 */
import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../errors.ts';
import { newClient } from '../connection.ts';
import { backgroundTimeouts } from '../timeouts.ts';
import { dataOf, type Home, openDataDir, type Paths, pathsOf, prepareHome, readPassword } from './home.ts';
import { type Lock, takeLock, tryLock } from './locks.ts';
import { findPostmaster, freePort, type Postmaster, urlOf } from './process.ts';
import { initialise, type ServerTuning, spawnPostmaster } from './start.ts';
import { supervise } from './supervision.ts';

export interface EmbeddedPostgres {
  /** URL of the database `postgres` as its superuser, with the password. It stays the same until stop(). */
  readonly url: string;
  /** True if the server was already running. */
  readonly adopted: boolean;
  /** Stops the server unless another process uses it. */
  stop(): Promise<void>;
}

/** Tests, which need speed instead of durability, tune the server. */
export interface EmbeddedPostgresOptions extends ServerTuning {
  readonly dataDir: string;
  /** Called with progress messages for people. */
  readonly onLog: (line: string) => void;
  /** Called when it waits for another process of this machine. */
  readonly onWait?: (line: string) => void;
  /** Folder for clusters and programs if we are root. */
  readonly systemDir?: string;
  /** Flags of initdb. */
  readonly initdbFlags?: readonly string[];
}

/** The gate may be held during a first start on a slow disk, and an answer may have to wait for a long recovery. */
const timeoutsMs = { gate: 120_000, answer: 120_000, others: 5_000 };

/** @throws AppError unavailable or forbidden, with a message that says what to do */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const paths = await openDataDir(options.dataDir);
  const { gate, running } = await passGate(paths, options.onWait);
  let use: Lock | undefined;
  try {
    use = await takeLock(paths.users, 'shared', timeoutsMs.gate, options.onWait);
    const home = await prepareHome(paths, options.systemDir, options.onLog);
    const postmaster = running ?? (await launch(home, options));
    const url = urlOf(postmaster.port, await readPassword(paths));
    await untilAnswers(url, home.data);
    const stop = supervise({ home, postmaster, use, tuning: options, onLog: options.onLog });
    return { url, adopted: running !== undefined, stop };
  } catch (error) {
    use?.release();
    throw error;
  } finally {
    gate.release();
  }
}

/** Returns the URL of the running server of this DATA_DIR; undefined if no server runs. Starts nothing. */
export async function findEmbeddedPostgres(dataDir: string): Promise<string | undefined> {
  const paths = pathsOf(await realpath(dataDir).catch(() => dataDir));
  const running = await untilSettled(paths);
  if (!running) return undefined;
  const url = urlOf(running.port, await readPassword(paths));
  await untilAnswers(url, (await dataOf(paths)) as string);
  return url;
}

/**
 * Takes the gate and checks for a running server. If other processes use one that we cannot find, either it has just
 * crashed and they are restarting it, or they run elsewhere (another container on the same files). A second server would
 * then corrupt the data.
 */
async function passGate(
  paths: Paths,
  onWait?: (line: string) => void,
): Promise<{ gate: Lock; running: Postmaster | undefined }> {
  const deadline = performance.now() + timeoutsMs.others;
  for (;;) {
    const gate = await takeLock(paths.gate, 'exclusive', timeoutsMs.gate, onWait);
    try {
      const running = await untilSettled(paths);
      const alone = tryLock(paths.users, 'exclusive');
      alone?.release();
      if (running || alone) return { gate, running };
    } catch (error) {
      gate.release();
      throw error;
    }
    gate.release();
    if (performance.now() > deadline) {
      throw new AppError(
        'unavailable',
        `Another process uses ${paths.dir}, but its database cannot be reached from here.`,
      );
    }
    await sleep(200);
  }
}

async function untilSettled(paths: Paths): Promise<Postmaster | undefined> {
  const deadline = performance.now() + timeoutsMs.answer;
  for (;;) {
    const data = await dataOf(paths);
    const found = data && (await findPostmaster(data));
    if (!found) return undefined;
    if (found.ready) return found;
    if (performance.now() > deadline)
      throw new AppError('unavailable', `The embedded database (process ${found.pid}) is not ready.`);
    await sleep(20);
  }
}

async function launch(
  home: Home,
  { onLog, initdbFlags = [], ...tuning }: EmbeddedPostgresOptions,
): Promise<Postmaster> {
  if (!existsSync(home.data)) {
    onLog(`Preparing the database in ${home.data} …`);
    await initialise(home, initdbFlags);
  }
  // The free port may be taken meanwhile, and children of a killed server may need a moment to exit.
  for (let attempt = 1; ; attempt++) {
    try {
      return await spawnPostmaster(home, await freePort(), tuning);
    } catch (error) {
      // Another process may have started a server and been killed before the server was visible.
      const other = await untilSettled(home.paths);
      if (other) return other;
      if (attempt === 4) throw error;
      await sleep(250 * attempt);
    }
  }
}

/** @throws AppError unavailable if another server answers, or the password is wrong */
async function untilAnswers(url: string, data: string): Promise<void> {
  const client = newClient(url, {}, backgroundTimeouts);
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory');
    if (rows[0]?.data_directory === data) return;
  } catch (error) {
    throw new AppError(
      'unavailable',
      `The embedded database in ${data} refuses the connection: ${(error as Error).message}`,
    );
  } finally {
    await client.end().catch(() => {});
  }
  throw new AppError('unavailable', `Another server answers where the embedded database of ${data} should.`);
}
