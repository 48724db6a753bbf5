/**
 * Where the embedded PostgreSQL keeps what, and which user of the machine it runs as.
 *
 * Everything private is in DATA_DIR/postgres (0700). PostgreSQL refuses to run as root and its user cannot look into
 * root's folders, so when we are root the cluster lives below `systemDir`, in a folder with a random name that
 * DATA_DIR remembers; the programs are copied there too when that user cannot run them where they were installed.
 */
import { randomBytes } from 'node:crypto';
import { constants, existsSync } from 'node:fs';
import { access, lstat, mkdir, readFile, realpath } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { AppError } from '../../errors.ts';
import { knownPlace, newPlace, writePrivate } from './place.ts';
import { type ProgramUser, programsFor } from './programs.ts';

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
export async function prepareHome(
  room: Room,
  systemDir: string | undefined,
  onLog: (line: string) => void,
): Promise<Home> {
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
  const place = (await knownPlace(room.locationFile, onLog)) ?? (await newPlace(room.locationFile, systemDir));
  const { uid, gid } = await lstat(place);
  return {
    room,
    data: join(place, 'data'),
    user: { uid, gid },
    bin: await programsFor({ uid, gid }, dirname(place), onLog),
  };
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
