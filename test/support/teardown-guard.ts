/**
 * A program that outlives the test run for a moment, however the run ends: `watchman.ts <folder>`. When its input ends,
 * it ends the PostgreSQL that keeps its data below the folder, and removes the folder.
 */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const folder = process.argv[2] as string;

for await (const _ of process.stdin);
// The run may have been cut off while it was just starting its database: look again for a while.
for (let round = 0; round < 20; round++) {
  try {
    const postgres = join(folder, 'data/postgres');
    const cluster = textOf(join(postgres, 'location')) ?? postgres;
    const pid = Number(textOf(join(cluster, 'data/postmaster.pid'))?.split('\n')[0]);
    if (pid > 1) process.kill(pid, 'SIGQUIT');
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // It has just gone, or is still writing.
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
