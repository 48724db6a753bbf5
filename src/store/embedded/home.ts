/**
 * The files of the embedded PostgreSQL, and the operating system user that it runs as.
 *
 * Everything private is in DATA_DIR/postgres (0700). PostgreSQL refuses to run as root, and an unprivileged user cannot
 * read root's folders. So if we are root, the cluster is below `systemDir`, in a folder with a random name whose path is
 * stored in DATA_DIR. The programs are copied there too if that user cannot run them where they are installed.
 */
import { randomBytes } from 'node:crypto';
import { constants, existsSync } from 'node:fs';
import { access, lstat, mkdir, readFile, realpath } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { AppError } from '../../errors.ts';
import { createClusterFolder, findClusterFolder, writePrivate } from './cluster-folder.ts';
import { type ProgramUser, programsFor } from './programs.ts';

/** Paths that are stored before anything is created. All are absolute. */
export interface Paths {
  readonly dir: string;
  readonly passwordFile: string;
  readonly logFile: string;
  /** Lock file. A process that checks, starts or stops the server holds it exclusively. */
  readonly gate: string;
  /** Lock file. Every process that uses the server holds it shared; one that gets it exclusively is the last. */
  readonly users: string;
  readonly locationFile: string;
}

export interface Home {
  readonly paths: Paths;
  /** PostgreSQL's data directory, which may not exist yet. */
  readonly data: string;
  /** Undefined means our own user. */
  readonly user: ProgramUser | undefined;
  readonly bin: string;
}

export function pathsOf(dataDir: string): Paths {
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
 * @throws AppError forbidden if this is not permitted
 */
export async function openDataDir(dataDir: string): Promise<Paths> {
  const paths = pathsOf(dataDir);
  try {
    await mkdir(dirname(paths.dir), { recursive: true, mode: 0o700 });
    await mkdir(paths.dir, { recursive: true, mode: 0o700 });
    await access(paths.dir, constants.R_OK | constants.W_OK | constants.X_OK);
    return pathsOf(await realpath(dirname(paths.dir)));
  } catch (error) {
    throw new AppError('forbidden', `DATA_DIR cannot be used: ${(error as Error).message}`);
  }
}

/** Returns PostgreSQL's data directory, if it has been chosen. */
export async function dataOf(paths: Paths): Promise<string | undefined> {
  const inPlace = join(paths.dir, 'data');
  if (existsSync(inPlace)) return inPlace;
  const elsewhere = await readFile(paths.locationFile, 'utf8').catch(() => undefined);
  return elsewhere === undefined ? undefined : join(elsewhere.trim(), 'data');
}

/**
 * Chooses user and folder, or finds the earlier choice. The caller holds the gate.
 * @throws AppError unavailable if no user can run it; forbidden if the folder belongs to another user
 */
export async function prepareHome(
  paths: Paths,
  systemDir: string | undefined,
  onLog: (line: string) => void,
): Promise<Home> {
  const inPlace = join(paths.dir, 'data');
  if (process.getuid?.() !== 0) {
    if (existsSync(paths.locationFile)) {
      throw new AppError(
        'forbidden',
        `The database of ${dirname(paths.dir)} was prepared by root: start as root again.`,
      );
    }
    return { paths, data: inPlace, user: undefined, bin: await programsFor(undefined, undefined, onLog) };
  }
  if (existsSync(inPlace)) {
    const { uid } = await lstat(inPlace);
    throw new AppError(
      'forbidden',
      `The database of ${dirname(paths.dir)} belongs to user ${uid}: start as that user again.`,
    );
  }
  const place =
    (await findClusterFolder(paths.locationFile, onLog)) ?? (await createClusterFolder(paths.locationFile, systemDir));
  const { uid, gid } = await lstat(place);
  return {
    paths,
    data: join(place, 'data'),
    user: { uid, gid },
    bin: await programsFor({ uid, gid }, dirname(place), onLog),
  };
}

/** Reads the password of the database's only role. */
export async function readPassword(paths: Paths): Promise<string> {
  const stored = await readFile(paths.passwordFile, 'utf8').catch(() => '');
  if (stored.trim() !== '') return stored.trim();
  throw new AppError(
    'unavailable',
    `${paths.passwordFile} is missing: without it the embedded database cannot be opened.`,
  );
}

/** Creates a password and writes it to its file (0600). */
export async function makePassword(paths: Paths): Promise<string> {
  const password = randomBytes(24).toString('base64url');
  await writePrivate(paths.passwordFile, `${password}\n`);
  return password;
}
