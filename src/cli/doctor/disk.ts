/** Checks the folder DATA_DIR: writable, with free space. */
import { access, constants, statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type Finding, findingsOf } from './finding.ts';

const { ok, warning, problem } = findingsOf('disk');
const minFreeBytes = 1024 ** 3;

export async function checkDisk(dataDir: string): Promise<Finding> {
  const folder = resolve(dataDir);
  try {
    await access(folder, constants.W_OK);
    const { bavail, bsize } = await statfs(folder);
    const says = `${folder} is writable, ${((bavail * bsize) / 1024 ** 3).toFixed(1)} GB are free`;
    return bavail * bsize < minFreeBytes ? warning(`${says}: make room.`) : ok(`${says}.`);
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === 'ENOENT') return checkMaking(folder);
    return problem(`${folder} cannot be written (${code}): give it to the user of the server, or set DATA_DIR.`);
  }
}

/** The server makes what is missing below the first folder that exists. */
async function checkMaking(folder: string): Promise<Finding> {
  for (let parent = dirname(folder); ; parent = dirname(parent)) {
    const failure = await access(parent, constants.W_OK | constants.X_OK).then(
      () => undefined,
      ({ code }: { code?: string }) => code,
    );
    if (failure === undefined) return warning(`${folder} does not exist yet: the server makes it when it starts.`);
    if (failure === 'ENOENT') continue;
    return problem(
      `${folder} does not exist, and ${parent} cannot be written (${failure}): make it for the user of the server, or set DATA_DIR.`,
    );
  }
}
