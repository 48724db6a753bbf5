/**
 * Locks between processes that vanish with the process holding them, however it ends. Node has no flock, but its SQLite
 * takes the operating system's locks on a file, so an empty SQLite file stands in for one: no pids to compare, nothing
 * stale to clean up.
 */
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../errors.ts';

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

/**
 * Waits for the lock.
 * @throws AppError unavailable after `patienceMs`
 */
export async function takeLock(file: string, mode: LockMode, patienceMs: number): Promise<Lock> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const lock = tryLock(file, mode);
    if (lock) return lock;
    if (Date.now() > deadline)
      throw new AppError('unavailable', `another process has been holding ${file} for too long`);
    await sleep(20);
  }
}
