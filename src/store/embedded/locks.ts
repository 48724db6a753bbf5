/**
 * Locks between processes, released when the holder exits in any way. Node has no flock, but its SQLite uses the operating
 * system's file locks, so each lock is an empty SQLite file. There are no pids to compare and no stale locks to clean up.
 */
import { readFile, stat } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../errors.ts';

/** A `shared` lock is compatible with other shared ones, `exclusive` with none. This also holds within one process. */
export type LockMode = 'shared' | 'exclusive';

export interface Lock {
  release(): void;
}

const busy = 5; // SQLITE_BUSY

/**
 * Returns the lock, or undefined if it is held. Never waits. The file's folder must exist.
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

/** Shorter waits are not reported. */
const reportAfterMs = 2_000;

/**
 * Waits for the lock.
 * @param onWait called once, with the holder if it can be determined
 * @throws AppError unavailable after `timeoutMs`
 */
export async function takeLock(
  file: string,
  mode: LockMode,
  timeoutMs: number,
  onWait: (line: string) => void = () => {},
): Promise<Lock> {
  const started = performance.now();
  let reported = false;
  for (;;) {
    const lock = tryLock(file, mode);
    if (lock) return lock;
    const waited = performance.now() - started;
    if (waited > timeoutMs) {
      throw new AppError('unavailable', `${await holderOf(file)} has been holding ${file} for too long`);
    }
    if (!reported && waited > reportAfterMs) {
      reported = true;
      onWait(`Waiting for ${await holderOf(file)}, which holds ${file}: it starts or stops the same database`);
    }
    await sleep(20);
  }
}

/** Returns "process 4711" on Linux, where /proc/locks lists the holders. */
async function holderOf(file: string): Promise<string> {
  const { ino } = await stat(file);
  const locks = await readFile('/proc/locks', 'utf8').catch(() => '');
  // 1: POSIX  ADVISORY  WRITE 4711 fd:01:123456 0 EOF
  const pids = [...locks.matchAll(/(\d+) [\da-f]+:[\da-f]+:(\d+) /g)].filter(([, , inode]) => Number(inode) === ino);
  const [[, pid] = []] = pids;
  return pid === undefined ? 'another process' : `process ${pid}`;
}
