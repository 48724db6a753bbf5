/** A disk of its own in memory, which tests fill. Mounting it needs root. */
import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Why no disk can be made here; undefined if one can. */
export const noSmallDisk = process.getuid?.() === 0 && process.platform === 'linux' ? undefined : 'needs root on Linux';

export interface SmallDisk {
  readonly folder: string;
  /** Takes all space, and from then on whatever becomes free. */
  fill(): Promise<void>;
  free(): Promise<void>;
}

const refillMs = 100;
const blockBytes = 65_536;

/** It is unmounted after the test, once what was started later has ended. */
export async function mountSmallDisk(megabytes: number): Promise<SmallDisk> {
  const folder = await mkdtemp(join(tmpdir(), 'vcauth-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder]);
  await chmod(folder, 0o755);
  let timer: NodeJS.Timeout | undefined;
  const ballast = join(folder, 'ballast');
  onTestFinished(async () => {
    clearInterval(timer);
    execFileSync('umount', ['-l', folder]);
    await rm(folder, { recursive: true, force: true });
  });
  return {
    folder,
    async fill() {
      await takeAll(ballast);
      timer = setInterval(() => void takeAll(ballast).catch(() => {}), refillMs);
    },
    async free() {
      clearInterval(timer);
      await rm(ballast);
    },
  };
}

async function takeAll(path: string): Promise<void> {
  const file = await open(path, 'a');
  try {
    const block = Buffer.alloc(blockBytes);
    for (let size = blockBytes; size >= 512; ) {
      const wrote = await file.write(block, 0, size).then(
        ({ bytesWritten }) => bytesWritten === size,
        () => false,
      );
      if (!wrote) size /= 2;
    }
  } finally {
    await file.close();
  }
}
