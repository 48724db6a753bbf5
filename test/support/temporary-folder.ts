/** Where a run of the tests keeps its databases and files. */
import { readFile, statfs } from 'node:fs/promises';
import { freemem, tmpdir } from 'node:os';

const inMemory = '/dev/shm';
const gigabyte = 2 ** 30;

/**
 * Returns a folder in memory if programs may be run there and there is plenty of room; otherwise the system's temporary
 * folder. A database has hundreds of files, and on a disk it takes ten times as much CPU time to copy it.
 */
export async function fastestFolder(): Promise<string> {
  try {
    const { bavail, bsize } = await statfs(inMemory);
    const mounts = await readFile('/proc/mounts', 'utf8');
    const options = new RegExp(`^\\S+ ${inMemory} \\S+ (\\S+)`, 'm').exec(mounts)?.[1]?.split(',');
    const isLarge = bavail * bsize > 6 * gigabyte && freemem() > 8 * gigabyte;
    return options && !options.includes('noexec') && isLarge ? inMemory : tmpdir();
  } catch {
    return tmpdir();
  }
}
