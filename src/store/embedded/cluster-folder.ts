/**
 * The folder of a cluster if we are root. It belongs to PostgreSQL's user. Its name is random and only root can write to
 * its parent, so nobody else can have created it. Its path is stored in DATA_DIR.
 */
import { chmod, chown, lstat, mkdir, mkdtemp, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { AppError } from '../../errors.ts';
import { unprivilegedUser } from './programs.ts';

const permanentFolder = '/var/lib/vibecaas-auth';

/**
 * Returns the folder that was chosen before; undefined if no folder was chosen, or it was deleted.
 * @throws AppError forbidden if somebody may have tampered with it
 */
export async function findClusterFolder(
  locationFile: string,
  onLog: (line: string) => void,
): Promise<string | undefined> {
  const folder = (await readFile(locationFile, 'utf8').catch(() => '')).trim();
  if (folder === '') return undefined;
  const stat = await lstat(folder).catch(() => undefined);
  if (!stat) {
    onLog(`The database folder ${folder} no longer exists.`);
    return undefined;
  }
  if (!stat.isDirectory() || stat.uid === 0 || (stat.mode & 0o077) !== 0) {
    throw new AppError('forbidden', `${folder} must belong to PostgreSQL's user and be private (mode 0700).`);
  }
  // Otherwise anybody could have created it, for instance after a clean-up of temporary files.
  if (!(await isRoots(dirname(folder)))) {
    throw new AppError('forbidden', `${dirname(folder)} must be writable only by root.`);
  }
  return folder;
}

/**
 * Creates a folder and stores its path.
 * @param parent default: the permanent folder, or the temporary directory if DATA_DIR is there too
 */
export async function createClusterFolder(locationFile: string, parent: string | undefined): Promise<string> {
  const { uid, gid } = await unprivilegedUser();
  const temporary = locationFile.startsWith(`${await realpath(tmpdir())}/`);
  const folder = await mkdtemp(join(await ownFolder(parent ?? (temporary ? undefined : permanentFolder)), 'cluster-'));
  await chmod(folder, 0o700);
  await chown(folder, uid, gid);
  await writePrivate(locationFile, `${folder}\n`);
  return folder;
}

/** Writes the file atomically, readable only by us. */
export async function writePrivate(file: string, text: string): Promise<void> {
  const draft = `${file}.new`;
  await rm(draft, { force: true });
  await writeFile(draft, text, { mode: 0o600, flag: 'wx' });
  await rename(draft, file);
}

/** Returns `preferred`, or a new temporary folder if that is not possible. Others may traverse it but not list it. */
async function ownFolder(preferred: string | undefined): Promise<string> {
  if (preferred !== undefined && (await isOurs(preferred))) return preferred;
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
    return false; // The file system is read-only.
  }
}

async function isRoots(folder: string): Promise<boolean> {
  const stat = await lstat(folder);
  return stat.isDirectory() && stat.uid === 0 && (stat.mode & 0o022) === 0;
}
