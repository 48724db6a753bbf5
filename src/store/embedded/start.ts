/** Creates PostgreSQL's data directory and starts the server there. The caller holds the gate. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chown, mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { AppError } from '../../errors.ts';
import { type Home, makePassword } from './home.ts';
import { findPostmaster, loopback, type Postmaster, role } from './process.ts';

const run = promisify(execFile);

/** Allows for a long recovery after a crash. */
const timeoutMs = 120_000;

/** The caller's environment (PG*, locales) must not leak into the server. */
const bare = { cwd: '/', env: { LC_ALL: 'C' } };

const settings: Readonly<Record<string, string>> = {
  listen_addresses: loopback,
  unix_socket_directories: '',
  log_error_verbosity: 'terse', // no DETAIL: it would quote values
  log_checkpoints: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

/** How the server runs, beside what is the same for all. */
export interface ServerTuning {
  /** Additional settings of PostgreSQL. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Additional variables of its environment. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Removal is retried, because a process may still be writing to the folder. */
const persistently = { recursive: true, force: true, maxRetries: 10, retryDelay: 50 };

/** Creates the data directory atomically. */
export async function initialise(home: Home, initdbFlags: readonly string[]): Promise<void> {
  const folder = dirname(home.data);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const name of await readdir(folder)) {
    if (name.startsWith('draft-')) await rm(join(folder, name), persistently);
  }
  // The name is unique, because an initdb whose parent was killed may still be writing to the previous folder.
  const draft = join(folder, `draft-${randomUUID()}`);
  const passwordFile = `${draft}.password`;
  await writeFile(passwordFile, `${await makePassword(home.paths)}\n`, { mode: 0o600, flag: 'wx' });
  if (home.user) await chown(passwordFile, home.user.uid, home.user.gid);
  try {
    const flags = ['--auth=scram-sha-256', '--encoding=UTF8', '--no-locale', '--locale-provider=builtin'];
    const more = ['--builtin-locale=C.UTF-8', `--username=${role}`, `--pwfile=${passwordFile}`, `--pgdata=${draft}`];
    await run(join(home.bin, 'initdb'), [...flags, ...more, ...initdbFlags], { ...bare, ...home.user });
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    throw new AppError('unavailable', `The embedded database could not be prepared: ${stderr?.trim() || message}`);
  } finally {
    await rm(passwordFile, { force: true });
  }
  await rename(draft, home.data);
}

/**
 * Starts the server and waits until it accepts connections. The caller holds the gate and has found no running server.
 * @throws AppError unavailable, with PostgreSQL's last error
 */
export async function spawnPostmaster(home: Home, port: number, tuning: ServerTuning): Promise<Postmaster> {
  await checkVersion(home);
  await disownPidFile(home.data);
  const log = await open(home.paths.logFile, 'a', 0o600);
  const { size } = await log.stat();
  if (size > 1_000_000) await log.truncate();
  const options = Object.entries({ ...settings, ...tuning.settings }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
  // Detached, so that Ctrl-C in a terminal does not reach it: it is stopped after the last request was answered.
  const child = spawn(join(home.bin, 'postgres'), ['-D', home.data, '-p', String(port), ...options], {
    ...bare,
    env: { ...bare.env, ...tuning.environment },
    ...home.user,
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  child.unref();
  try {
    return await untilReady(child, home.data);
  } catch (error) {
    throw new AppError('unavailable', `The embedded database did not start: ${await lastError(home, error as Error)}`);
  } finally {
    await log.close();
  }
}

async function checkVersion({ data, bin }: Home): Promise<void> {
  const dataVersion = (await readFile(join(data, 'PG_VERSION'), 'utf8')).trim();
  const { stdout } = await run(join(bin, 'postgres'), ['--version'], bare).catch(() => ({ stdout: '' }));
  const major = /(\d+)\./.exec(stdout)?.[1];
  if (dataVersion === major) return;
  throw new AppError(
    'conflict',
    `The database in ${data} was made by PostgreSQL ${dataVersion}, and this is ${major}: dump it with the former, or move it away.`,
  );
}

async function untilReady(child: ChildProcess, data: string): Promise<Postmaster> {
  const deadline = performance.now() + timeoutMs;
  let failure: Error | undefined;
  child.once('error', (error) => {
    failure = error;
  });
  child.once('exit', (code, signal) => {
    failure ??= new Error(`ended with ${signal ?? code}`);
  });
  for (;;) {
    await sleep(20);
    if (failure) throw failure;
    if (performance.now() > deadline) throw new Error('it is still recovering');
    const found = await findPostmaster(data);
    if (found?.ready && found.pid === child.pid) return found;
  }
}

async function lastError({ paths }: Home, error: Error): Promise<string> {
  const log = await readFile(paths.logFile, 'utf8').catch(() => '');
  const fatal = log
    .trimEnd()
    .split('\n')
    .slice(-8)
    .findLast((line) => line.includes('FATAL:'));
  return `${fatal?.replace(/^.*FATAL:\s*/, '') ?? error.message} (log: ${paths.logFile})`;
}

/**
 * A pid file left behind by a crash may name a pid that another process has now, and then PostgreSQL refuses to start. It
 * ignores the pid of its own parent, so we write ours. The rest of the file is kept: with it PostgreSQL detects whether
 * children of the crashed server still run.
 */
async function disownPidFile(data: string): Promise<void> {
  if (await findPostmaster(data)) return;
  const file = join(data, 'postmaster.pid');
  const text = await readFile(file, 'utf8').catch(() => '');
  if (text !== '') await writeFile(file, text.replace(/^\d+/, String(process.pid)));
}
