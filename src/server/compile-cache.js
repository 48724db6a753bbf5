/**
 * Node's compile cache: the compiled code of our modules and packages, which saves half of a start. V8 runs what is in the
 * cache without comparing it with the source, so whoever can write there can run code as us. It is used only in a folder
 * that nobody else can write or replace. Nothing about it ever fails a start.
 *
 * `npm start` loads this file before `main.ts`. It is JavaScript, because Node reads the first TypeScript with a compiler that
 * takes 80 ms and 16 MB, and what comes from the cache needs no compiler.
 */
import { chmodSync, lstatSync, mkdirSync, realpathSync } from 'node:fs';
import { constants, enableCompileCache } from 'node:module';
import { dirname, join } from 'node:path';

const othersMayWrite = 0o022;
const sticky = 0o1000;

/** Why the cache is not used; undefined if it is. Modules that are imported from now on are taken from it. */
export const notCached = useCompileCache(process.env.DATA_DIR?.trim() || '.data');

/** @param {string} dataDir */
function useCompileCache(dataDir) {
  try {
    const { status, message } = enableCompileCache(privateFolder(dataDir));
    if (status === constants.compileCacheStatus.FAILED) return message ?? 'Node could not use the folder';
    return status === constants.compileCacheStatus.DISABLED ? 'it is disabled by the environment' : undefined;
  } catch (error) {
    return error.message;
  }
}

/**
 * Returns `compile-cache` in `dataDir`, and creates both if needed.
 * @param {string} dataDir
 * @throws Error if it cannot be created, or somebody else could write or replace it
 */
function privateFolder(dataDir) {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const parent = realpathSync(dataDir);
  for (let path = parent, child = ''; path !== child; [path, child] = [dirname(path), path]) refuseReplaceable(path);
  const folder = join(parent, 'compile-cache');
  try {
    mkdirSync(folder, { mode: 0o700 });
    // The umask of the process may have taken bits that we need.
    chmodSync(folder, 0o700);
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  const stat = lstatSync(folder);
  if (!stat.isDirectory()) throw new Error(`${folder} is not a directory`);
  if (!isOurs(stat)) throw new Error(`${folder} belongs to another user`);
  if ((stat.mode & 0o077) !== 0) throw new Error(`${folder} must be private (mode 0700)`);
  return folder;
}

/**
 * A folder in a directory that others may write could be renamed away, unless the sticky bit forbids it, as in /tmp.
 * @param {string} directory
 */
function refuseReplaceable(directory) {
  const stat = lstatSync(directory);
  if (!isOurs(stat) && stat.uid !== 0) throw new Error(`${directory} belongs to another user`);
  if ((stat.mode & othersMayWrite) !== 0 && (stat.mode & sticky) === 0) {
    throw new Error(`${directory} can be written by others`);
  }
}

/**
 * Windows has no user ids; there Node reports 0 for every file.
 * @param {import('node:fs').Stats} stat
 */
function isOurs({ uid }) {
  return uid === (process.geteuid?.() ?? uid);
}
