/** A cluster of the embedded PostgreSQL that is initialised once in a run and then copied. */
import { execFile } from 'node:child_process';
import { copyFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { type Home, openDataDir, prepareHome } from '../../src/store/embedded/home.ts';
import { initialise } from '../../src/store/embedded/start.ts';

const run = promisify(execFile);

interface Folders {
  readonly dataDir: string;
  readonly systemDir: string;
}

/** The paths of a cluster that has never run. */
export interface Cluster {
  readonly data: string;
  readonly passwordFile: string;
}

export async function createCluster(folders: Folders): Promise<Cluster> {
  const home = await homeOf(folders);
  // Each connection repeats the hash of the password so many times, and a run has thousands of connections.
  await initialise(home, ['--no-sync', '--set=scram_iterations=1']);
  return { data: home.data, passwordFile: home.paths.passwordFile };
}

/** Puts a copy of the cluster where a start looks for its own. `cp` keeps the owner and the modes. */
export async function placeCluster({ data, passwordFile }: Cluster, folders: Folders): Promise<void> {
  const home = await homeOf(folders);
  await copyFile(passwordFile, home.paths.passwordFile);
  await run('cp', ['-a', data, home.data]);
}

async function homeOf({ dataDir, systemDir }: Folders): Promise<Home> {
  return prepareHome(await openDataDir(dataDir), systemDir, () => {});
}
