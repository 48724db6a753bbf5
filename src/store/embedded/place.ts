/**
 * When we are root: the folder of PostgreSQL's own user that a cluster is kept in. Its name is random and its parent is
 * writable by root alone, so nobody can have put it there; DATA_DIR remembers where it is.
 */
import { chmod, chown, lstat, mkdir, mkdtemp, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { AppError } from '../../errors.ts';
import { unprivilegedUser } from './programs.ts';

const lasting = '/var/lib/vibecaas-auth';

/**
 * The folder that was chosen before; undefined when there is none, or it is gone.
 * @throws AppError forbidden when it may have been tampered with
 */
export async function knownPlace(locationFile: string, onLog: (line: string) => void): Promise<string | undefined> {
  const place = (await readFile(locationFile, 'utf8').catch(() => '')).trim();
  if (place === '') return undefined;
  const stat = await lstat(place).catch(() => undefined);
  if (!stat) {
    onLog(`The database that was kept in ${place} is gone.`);
    return undefined;
  }
  if (!stat.isDirectory() || stat.uid === 0 || (stat.mode & 0o077) !== 0) {
    throw new AppError('forbidden', `${place} must be a folder of PostgreSQL's user alone (mode 0700).`);
  }
  // Else anybody could have put it there, after a clean-up of temporary files for instance.
  if (!(await isRoots(dirname(place)))) {
    throw new AppError('forbidden', `${dirname(place)} must be writable by root alone.`);
  }
  return place;
}

/**
 * Makes a folder and remembers it.
 * @param parent by default where it lasts, or among temporary files for a DATA_DIR that is there itself
 */
export async function newPlace(locationFile: string, parent: string | undefined): Promise<string> {
  const { uid, gid } = await unprivilegedUser();
  const temporary = locationFile.startsWith(`${await realpath(tmpdir())}/`);
  const folder = await ownFolder(parent ?? (temporary ? undefined : lasting));
  const place = await mkdtemp(join(folder, 'cluster-'));
  await chmod(place, 0o700);
  await chown(place, uid, gid);
  await writePrivate(locationFile, `${place}\n`);
  return place;
}

/** Whole or not at all, readable by us alone. */
export async function writePrivate(file: string, text: string): Promise<void> {
  const draft = `${file}.new`;
  await rm(draft, { force: true });
  await writeFile(draft, text, { mode: 0o600, flag: 'wx' });
  await rename(draft, file);
}

/** `wanted`, or a fresh folder among temporary files where it cannot be had. Others may pass through, not list. */
async function ownFolder(wanted: string | undefined): Promise<string> {
  if (wanted !== undefined && (await isOurs(wanted))) return wanted;
  const folder = await mkdtemp(join(tmpdir(), 'vibecaas-auth-'));
  await chmod(folder, 0o711);
  return folder;
}

async function isOurs(folder: string): Promise<boolean> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o711 });
    if (!(await isRoots(folder))) return false;
    await chmod(folder, 0o711);
    return true;
  } catch {
    return false; // A read-only system.
  }
}

async function isRoots(folder: string): Promise<boolean> {
  const stat = await lstat(folder);
  return stat.isDirectory() && stat.uid === 0 && (stat.mode & 0o022) === 0;
}
