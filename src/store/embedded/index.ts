/**
 * A real PostgreSQL of our own, for a machine that has none: prepared in DATA_DIR at the first start, shared by every
 * process of this machine that names the same DATA_DIR, stopped by the last of them.
 *
 * At most one server runs on a data directory: who looks, starts or stops holds the gate. A server that a crash of ours
 * left running is adopted; one that dies under us is started again on the same port, so that pools find it again.
 */
import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../errors.ts';
import { newClient } from '../connection.ts';
import { dataOf, type Home, openRoom, prepareHome, type Room, readPassword, roomOf } from './home.ts';
import { type Lock, takeLock, tryLock } from './locks.ts';
import { findPostmaster, freePort, type Postmaster, urlOf } from './process.ts';
import { initialise, spawnPostmaster } from './start.ts';
import { supervise } from './supervision.ts';

export interface EmbeddedPostgres {
  /** Of the database `postgres`, as its superuser, password included. Stays the same until stop(). */
  readonly url: string;
  /** True when it was running already. */
  readonly adopted: boolean;
  /** Stops it unless another live process uses it. */
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  readonly dataDir: string;
  /** Progress in sentences for a person. */
  readonly onLog: (line: string) => void;
  /** Told of a wait for another process of this machine. */
  readonly onWait?: (line: string) => void;
  /** Where clusters and programs go when we are root. */
  readonly systemDir?: string;
  /** Settings of PostgreSQL beyond ours, and flags of initdb: for tests that need speed, not durability. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly initdbFlags?: readonly string[];
}

/** Milliseconds. The gate may be held through a first start on a slow disk, an answer wait for a long recovery. */
const timeoutsMs = { gate: 120_000, answer: 120_000, others: 5_000 };

/** @throws AppError unavailable or forbidden, with a sentence that says what to do */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const room = await openRoom(options.dataDir);
  const { gate, running } = await passGate(room, options.onWait);
  let use: Lock | undefined;
  try {
    use = await takeLock(room.users, 'shared', timeoutsMs.gate, options.onWait);
    const home = await prepareHome(room, options.systemDir, options.onLog);
    const postmaster = running ?? (await launch(home, options));
    const url = urlOf(postmaster.port, await readPassword(room));
    await untilAnswers(url, home.data);
    const { onLog, settings = {} } = options;
    const stop = supervise({ home, postmaster, use, settings, onLog });
    return { url, adopted: running !== undefined, stop };
  } catch (error) {
    use?.release();
    throw error;
  } finally {
    gate.release();
  }
}

/** The URL of the server that runs for this DATA_DIR and answers; undefined when there is none. Starts nothing. */
export async function findEmbeddedPostgres(dataDir: string): Promise<string | undefined> {
  const room = roomOf(await realpath(dataDir).catch(() => dataDir));
  const running = await untilSettled(room);
  if (!running) return undefined;
  const url = urlOf(running.port, await readPassword(room));
  await untilAnswers(url, (await dataOf(room)) as string);
  return url;
}

/**
 * Takes the gate and looks. None running while others use one: theirs has just died and they are starting it again, or
 * they are where we cannot see it (another container on the same files), and a second one would ruin the data.
 */
async function passGate(
  room: Room,
  onWait?: (line: string) => void,
): Promise<{ gate: Lock; running: Postmaster | undefined }> {
  const deadline = Date.now() + timeoutsMs.others;
  for (;;) {
    const gate = await takeLock(room.gate, 'exclusive', timeoutsMs.gate, onWait);
    try {
      const running = await untilSettled(room);
      const alone = tryLock(room.users, 'exclusive');
      alone?.release();
      if (running || alone) return { gate, running };
    } catch (error) {
      gate.release();
      throw error;
    }
    gate.release();
    if (Date.now() > deadline) {
      throw new AppError(
        'unavailable',
        `Another process uses ${room.dir}, but its database cannot be reached from here.`,
      );
    }
    await sleep(200);
  }
}

async function untilSettled(room: Room): Promise<Postmaster | undefined> {
  const deadline = Date.now() + timeoutsMs.answer;
  for (;;) {
    const data = await dataOf(room);
    const found = data && (await findPostmaster(data));
    if (!found) return undefined;
    if (found.ready) return found;
    if (Date.now() > deadline)
      throw new AppError('unavailable', `The embedded database (process ${found.pid}) is not ready.`);
    await sleep(20);
  }
}

async function launch(
  home: Home,
  { onLog, settings = {}, initdbFlags = [] }: EmbeddedPostgresOptions,
): Promise<Postmaster> {
  if (!existsSync(home.data)) {
    onLog(`Preparing the database in ${home.data} …`);
    await initialise(home, initdbFlags);
  }
  // A port that was free a moment ago may be taken, and children of a killed server may take a moment to go.
  for (let attempt = 1; ; attempt++) {
    try {
      return await spawnPostmaster(home, await freePort(), settings);
    } catch (error) {
      // Started by a process that was killed before it could be seen.
      const other = await untilSettled(home.room);
      if (other) return other;
      if (attempt === 4) throw error;
      await sleep(250 * attempt);
    }
  }
}

/** @throws AppError unavailable when what answers is not the server of this data directory, or wants another password */
async function untilAnswers(url: string, data: string): Promise<void> {
  const client = newClient(url, { connectionTimeoutMillis: 10_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory');
    if (rows[0]?.data_directory === data) return;
  } catch (error) {
    throw new AppError(
      'unavailable',
      `The embedded database in ${data} does not let us in: ${(error as Error).message}`,
    );
  } finally {
    await client.end().catch(() => {});
  }
  throw new AppError('unavailable', `Another server answers where the embedded database of ${data} should.`);
}
