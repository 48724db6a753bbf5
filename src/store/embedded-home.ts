/**
 * Where the embedded PostgreSQL keeps what, and which user of the machine it runs as.
 *
 * Everything private is in DATA_DIR/postgres (0700). PostgreSQL refuses to run as root and its user cannot look into
 * root's folders, so when we are root the cluster lives below `systemDir`, in a folder with a random name that
 * DATA_DIR remembers; the programs are copied there too when that user cannot run them where they were installed.
 */
import { randomBytes } from 'node:crypto';
import { constants, existsSync } from 'node:fs';
import {
  access,
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readFile,
  realpath,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { AppError } from '../errors.ts';
import { type ProgramUser, programsFor, unprivilegedUser } from './embedded-programs.ts';

export const defaultSystemDir = '/var/lib/vibecaas-auth';

/** Known before anything is created. All paths are absolute. */
export interface Room {
  readonly dir: string;
  readonly passwordFile: string;
  readonly logFile: string;
  /** Held exclusively by whoever looks, starts or stops. */
  readonly gate: string;
  /** Held shared by every process that uses the server; who can hold it alone is the last one out. */
  readonly users: string;
  readonly locationFile: string;
}

export interface Home {
  readonly room: Room;
  /** PostgreSQL's data directory, which may not exist yet. */
  readonly data: string;
  /** undefined: as ourselves. */
  readonly user: ProgramUser | undefined;
  readonly bin: string;
}

export function roomOf(dataDir: string): Room {
  const dir = join(resolve(dataDir), 'postgres');
  return {
    dir,
    passwordFile: join(dir, 'password'),
    logFile: join(dir, 'log'),
    gate: join(dir, 'gate.lock'),
    users: join(dir, 'users.lock'),
    locationFile: join(dir, 'location'),
  };
}

/**
 * Creates DATA_DIR and our folder in it.
 * @throws AppError forbidden when we may not
 */
export async function openRoom(dataDir: string): Promise<Room> {
  const room = roomOf(dataDir);
  try {
    await mkdir(dirname(room.dir), { recursive: true, mode: 0o700 });
    await mkdir(room.dir, { recursive: true, mode: 0o700 });
    await access(room.dir, constants.R_OK | constants.W_OK | constants.X_OK);
    return roomOf(await realpath(dirname(room.dir)));
  } catch (error) {
    throw new AppError('forbidden', `DATA_DIR cannot be used: ${(error as Error).message}`);
  }
}

/** PostgreSQL's data directory as far as it has been chosen. */
export async function dataOf(room: Room): Promise<string | undefined> {
  const inPlace = join(room.dir, 'data');
  if (existsSync(inPlace)) return inPlace;
  const elsewhere = await readFile(room.locationFile, 'utf8').catch(() => undefined);
  return elsewhere === undefined ? undefined : join(elsewhere.trim(), 'data');
}

/**
 * Chooses, or finds what was chosen before. To be called by the holder of the gate.
 * @throws AppError unavailable when no user can run it; forbidden when the place is not ours
 */
export async function prepareHome(room: Room, systemDir: string, onLog: (line: string) => void): Promise<Home> {
  const inPlace = join(room.dir, 'data');
  if (process.getuid?.() !== 0) {
    if (existsSync(room.locationFile)) {
      throw new AppError(
        'forbidden',
        `The database of ${dirname(room.dir)} was prepared by root: start as root again.`,
      );
    }
    return { room, data: inPlace, user: undefined, bin: await programsFor(undefined, undefined, onLog) };
  }
  if (existsSync(inPlace)) {
    const { uid } = await lstat(inPlace);
    throw new AppError(
      'forbidden',
      `The database of ${dirname(room.dir)} belongs to user ${uid}: start as that user again.`,
    );
  }
  const place = (await knownPlace(room, onLog)) ?? (await newPlace(room, systemDir));
  const { uid, gid } = await lstat(place);
  return {
    room,
    data: join(place, 'data'),
    user: { uid, gid },
    bin: await programsFor({ uid, gid }, dirname(place), onLog),
  };
}

async function knownPlace(room: Room, onLog: (line: string) => void): Promise<string | undefined> {
  const place = (await readFile(room.locationFile, 'utf8').catch(() => '')).trim();
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
  if (!(await isRoots(dirname(place))))
    throw new AppError('forbidden', `${dirname(place)} must be writable by root alone.`);
  return place;
}

async function newPlace(room: Room, systemDir: string): Promise<string> {
  const { uid, gid } = await unprivilegedUser();
  const place = await mkdtemp(join(await ownFolder(systemDir), 'cluster-'));
  await chmod(place, 0o700);
  await chown(place, uid, gid);
  await writePrivate(room.locationFile, `${place}\n`);
  return place;
}

/** `systemDir`, or a fresh folder for temporary files where that cannot be made. Others may pass through, not list. */
async function ownFolder(systemDir: string): Promise<string> {
  try {
    await mkdir(systemDir, { recursive: true, mode: 0o711 });
    if (await isRoots(systemDir)) {
      await chmod(systemDir, 0o711);
      return systemDir;
    }
  } catch {
    // A read-only system: below.
  }
  const folder = await mkdtemp(join(tmpdir(), 'vibecaas-auth-'));
  await chmod(folder, 0o711);
  return folder;
}

async function isRoots(folder: string): Promise<boolean> {
  const stat = await lstat(folder);
  return stat.isDirectory() && stat.uid === 0 && (stat.mode & 0o022) === 0;
}

/** Reads the password of the database's only role, or makes one for a cluster that does not exist yet. */
export async function readPassword(room: Room): Promise<string> {
  const known = await readFile(room.passwordFile, 'utf8').catch(() => '');
  if (known.trim() !== '') return known.trim();
  throw new AppError(
    'unavailable',
    `${room.passwordFile} is missing: without it the embedded database cannot be opened.`,
  );
}

/** A new password, in its file (0600). */
export async function makePassword(room: Room): Promise<string> {
  const password = randomBytes(24).toString('base64url');
  await writePrivate(room.passwordFile, `${password}\n`);
  return password;
}

/** Whole or not at all. */
async function writePrivate(file: string, text: string): Promise<void> {
  const draft = `${file}.new`;
  await rm(draft, { force: true });
  await writeFile(draft, text, { mode: 0o600, flag: 'wx' });
  await rename(draft, file);
}
