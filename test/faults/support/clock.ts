/** A clock for one node that a test sets (libfaketime). Its monotonic clock goes on as before, as when NTP sets a clock. */
import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

const library = ['x86_64', 'aarch64']
  .map((machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketimeMT.so.1`)
  .find(existsSync);

/** Why no clock can be set here; undefined if one can. */
export const noClock = library === undefined ? 'needs libfaketime' : undefined;

export interface Clock {
  /** The environment of a process that has this clock. */
  readonly env: Readonly<Record<string, string>>;
  /** Sets it this many seconds ahead of the right time, or behind if negative. */
  step(seconds: number): Promise<void>;
}

export async function createClock(): Promise<Clock> {
  const folder = await mkdtemp(join(tmpdir(), 'vcauth-clock-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'offset');
  const step = async (seconds: number) => {
    // Renamed, because the library may read it at any moment.
    await writeFile(`${file}.new`, `${seconds < 0 ? '' : '+'}${seconds}\n`);
    await rename(`${file}.new`, file);
  };
  await step(0);
  const env = {
    LD_PRELOAD: library ?? '',
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    DONT_FAKE_MONOTONIC: '1',
  };
  return { env, step };
}
