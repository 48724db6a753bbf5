/** Prepares PostgreSQL's data directory and starts it there. The caller holds the gate. */
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

/** A long recovery after a crash is waited for. */
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

/** A folder that somebody still writes to is not empty yet when it should be removed. */
const persistently = { recursive: true, force: true, maxRetries: 10, retryDelay: 50 };

/** Makes the data directory; it appears whole or not at all. */
export async function initialise(home: Home, initdbFlags: readonly string[]): Promise<void> {
  const folder = dirname(home.data);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const name of await readdir(folder)) {
    if (name.startsWith('draft-')) await rm(join(folder, name), persistently);
  }
  // Its own name each time: an initdb whose parent was killed may still be writing to the last one.
  const draft = join(folder, `draft-${randomUUID()}`);
  const passwordFile = `${draft}.password`;
  await writeFile(passwordFile, `${await makePassword(home.room)}\n`, { mode: 0o600, flag: 'wx' });
  if (home.user) await chown(passwordFile, home.user.uid, home.user.gid);
  try {
    const flags = ['--auth=scram-sha-256', '--encoding=UTF8', '--no-locale', '--locale-provider=builtin'];
    const wanted = ['--builtin-locale=C.UTF-8', `--username=${role}`, `--pwfile=${passwordFile}`, `--pgdata=${draft}`];
    await run(join(home.bin, 'initdb'), [...flags, ...wanted, ...initdbFlags], { ...bare, ...home.user });
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    throw new AppError('unavailable', `The embedded database could not be prepared: ${stderr?.trim() || message}`);
  } finally {
    await rm(passwordFile, { force: true });
  }
  await rename(draft, home.data);
}

/**
 * Starts the server and waits until it accepts connections. The caller holds the gate and has found none running.
 * @throws AppError unavailable with PostgreSQL's own last word
 */
export async function spawnPostmaster(
  home: Home,
  port: number,
  extra: Readonly<Record<string, string>>,
): Promise<Postmaster> {
  await checkVersion(home);
  await disownPidFile(home.data);
  const log = await open(home.room.logFile, 'a', 0o600);
  const { size } = await log.stat();
  if (size > 1_000_000) await log.truncate();
  const options = Object.entries({ ...settings, ...extra }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  // A session of its own: Ctrl-C in a terminal is for us, and we stop it when the last request is answered.
  const child = spawn(join(home.bin, 'postgres'), ['-D', home.data, '-p', String(port), ...options], {
    ...bare,
    ...home.user,
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  child.unref();
  try {
    return await untilReady(child, home.data);
  } catch (error) {
    throw new AppError('unavailable', `The embedded database did not start: ${await lastWord(home, error as Error)}`);
  } finally {
    await log.close();
  }
}

async function checkVersion({ data, bin }: Home): Promise<void> {
  const made = (await readFile(join(data, 'PG_VERSION'), 'utf8')).trim();
  const { stdout } = await run(join(bin, 'postgres'), ['--version'], bare).catch(() => ({ stdout: '' }));
  const major = /(\d+)\./.exec(stdout)?.[1];
  if (made === major) return;
  throw new AppError(
    'conflict',
    `The database in ${data} was made by PostgreSQL ${made}, and this is ${major}: dump it with the former, or move it away.`,
  );
}

async function untilReady(child: ChildProcess, data: string): Promise<Postmaster> {
  const deadline = Date.now() + timeoutMs;
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
    if (Date.now() > deadline) throw new Error('it is still recovering');
    const found = await findPostmaster(data);
    if (found?.ready && found.pid === child.pid) return found;
  }
}

async function lastWord({ room }: Home, error: Error): Promise<string> {
  const log = await readFile(room.logFile, 'utf8').catch(() => '');
  const fatal = log
    .trimEnd()
    .split('\n')
    .slice(-8)
    .findLast((line) => line.includes('FATAL:'));
  return `${fatal?.replace(/^.*FATAL:\s*/, '') ?? error.message} (log: ${room.logFile})`;
}

/**
 * A pid file that a crash left behind may name a pid that belongs to somebody else by now, and PostgreSQL would refuse
 * to start. It disregards its parent's pid, so we put ours; the rest of the file stays, for by it PostgreSQL sees
 * whether children of the crashed server are still at work.
 */
async function disownPidFile(data: string): Promise<void> {
  if (await findPostmaster(data)) return;
  const file = join(data, 'postmaster.pid');
  const text = await readFile(file, 'utf8').catch(() => '');
  if (text !== '') await writeFile(file, text.replace(/^\d+/, String(process.pid)));
}
