/**
 * A program that briefly outlives the test run, no matter how the run ends: `teardown-guard.ts <folder>`. When its input
 * ends, it stops the PostgreSQL whose data is below the folder, and removes the folder.
 */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const folder = process.argv[2] as string;

for await (const _ of process.stdin);
// The run may have been killed while it was starting its database, so this is repeated for a while.
for (let round = 0; round < 20; round++) {
  try {
    const postgres = join(folder, 'data/postgres');
    const cluster = textOf(join(postgres, 'location')) ?? postgres;
    const pid = Number(textOf(join(cluster, 'data/postmaster.pid'))?.split('\n')[0]);
    if (pid > 1) process.kill(pid, 'SIGQUIT');
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // PostgreSQL has just ended, or is still writing.
  }
  await sleep(250);
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
}
