/**
 * Locks between processes that vanish with the process holding them, however it ends. Node has no flock, but its SQLite
 * takes the operating system's locks on a file, so an empty SQLite file stands in for one: no pids to compare, nothing
 * stale to clean up.
 */
import { readFile, stat } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../errors.ts';

/** `shared` goes with other shared ones, `exclusive` with none; held by this process's other holders included. */
export type LockMode = 'shared' | 'exclusive';

export interface Lock {
  release(): void;
}

const busy = 5; // SQLITE_BUSY

/**
 * The lock, or undefined when others are in the way. Never waits. The file's folder must exist.
 * @throws AppError unavailable on a file system without locks
 */
export function tryLock(file: string, mode: LockMode): Lock | undefined {
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    database.exec(mode === 'exclusive' ? 'BEGIN EXCLUSIVE' : 'BEGIN');
    if (mode === 'shared') database.prepare('SELECT 1 FROM sqlite_schema').all();
  } catch (error) {
    database.close();
    if ((error as { errcode?: number }).errcode === busy) return undefined;
    throw new AppError('unavailable', `${file} cannot be locked: ${(error as Error).message}`);
  }
  return { release: () => database.close() };
}

/** Nobody is told of a shorter wait. Milliseconds. */
const quietMs = 2_000;

/**
 * Waits for the lock.
 * @param onWait told once, who holds it where that can be seen
 * @throws AppError unavailable after `timeoutMs`
 */
export async function takeLock(
  file: string,
  mode: LockMode,
  timeoutMs: number,
  onWait: (line: string) => void = () => {},
): Promise<Lock> {
  const started = Date.now();
  let told = false;
  for (;;) {
    const lock = tryLock(file, mode);
    if (lock) return lock;
    const waited = Date.now() - started;
    if (waited > timeoutMs) {
      throw new AppError('unavailable', `${await holderOf(file)} has been holding ${file} for too long`);
    }
    if (!told && waited > quietMs) {
      told = true;
      onWait(`Waiting for ${await holderOf(file)}, which holds ${file}: it starts or stops the same database`);
    }
    await sleep(20);
  }
}

/** "process 4711" where the system says which; Linux does. */
async function holderOf(file: string): Promise<string> {
  const { ino } = await stat(file);
  const locks = await readFile('/proc/locks', 'utf8').catch(() => '');
  // 1: POSIX  ADVISORY  WRITE 4711 fd:01:123456 0 EOF
  const pids = [...locks.matchAll(/(\d+) [\da-f]+:[\da-f]+:(\d+) /g)].filter(([, , inode]) => Number(inode) === ino);
  const [[, pid] = []] = pids;
  return pid === undefined ? 'another process' : `process ${pid}`;
}
