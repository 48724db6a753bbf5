/** Finds the running PostgreSQL, distinguishes it from other processes, and stops it. Sharing is handled elsewhere. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../errors.ts';

export const role = 'vcauth';
export const loopback = '127.0.0.1';

export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  /** Status from its pid file. The server answers only when ready. */
  readonly ready: boolean;
}

/** Finds the server of this data directory with its pid file and the process table. */
export async function findPostmaster(data: string): Promise<Postmaster | undefined> {
  const lines = (await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  if (!(pid > 1) || !isPostmaster(pid, data)) return undefined;
  return { pid, port, ready: lines[7]?.trim() === 'ready' };
}

/** Reports whether the process is a PostgreSQL on this data directory. The pid may have been reused by another program. */
export function isPostmaster(pid: number, data: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as { code?: string }).code !== 'EPERM') return false;
  }
  try {
    const command = existsSync('/proc/self/cmdline')
      ? readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
      : execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
    return command.includes(`postgres -D ${data} `);
  } catch {
    return false;
  }
}

/** Requests a fast shutdown, which ends sessions and writes everything to disk. Resolves when the process has ended. */
export async function stopPostmaster(data: string, { pid }: Postmaster): Promise<void> {
  for (const [signal, timeoutMs] of [
    ['SIGINT', 20_000],
    ['SIGQUIT', 5_000],
  ] as const) {
    signalPostmaster(pid, data, signal);
    const deadline = performance.now() + timeoutMs;
    while (performance.now() < deadline) {
      if (!isPostmaster(pid, data)) return;
      await sleep(20);
    }
  }
  throw new AppError('unavailable', `The embedded database (process ${pid}) does not stop.`);
}

export function signalPostmaster(pid: number, data: string, signal: NodeJS.Signals): void {
  try {
    if (isPostmaster(pid, data)) process.kill(pid, signal);
  } catch {
    // The process has just ended.
  }
}

/** Returns a loopback port that is currently free. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, loopback, () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

export function urlOf(port: number, password: string): string {
  return `postgresql://${role}:${password}@${loopback}:${port}/postgres`;
}
