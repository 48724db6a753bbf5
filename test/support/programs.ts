/** Programs that some machines have. Tests that need one are skipped elsewhere, and say which. */
import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

export function hasProgram(name: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Throws with what the program said if it fails. */
export async function run(name: string, args: readonly string[]): Promise<string> {
  const outcome = await promisify(execFile)(name, args, { maxBuffer: 2 ** 24 }).catch((error) => {
    throw new Error(`${name}: ${error.stderr || error.stdout || error.message}`);
  });
  return outcome.stdout;
}
