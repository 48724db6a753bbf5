/** A server as a child process. It has an IPC channel to the benchmark, so that it ends together with it. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface Child {
  readonly process: ChildProcess;
  readonly pid: number;
  /** Rejects with the output on stderr when the process ends. */
  readonly ended: Promise<never>;
  stop(): Promise<void>;
}

/** Runs a module of this repository with preload.ts. Its standard output is discarded. */
export function startChild(module: URL, env: Record<string, string>, execArgv: readonly string[] = []): Child {
  const preload = fileURLToPath(new URL('preload.ts', import.meta.url));
  const child = fork(fileURLToPath(module), [], {
    execArgv: ['--import', preload, ...execArgv],
    env: { PATH: process.env.PATH, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let complaint = '';
  child.stderr?.on('data', (chunk) => {
    complaint = (complaint + String(chunk)).slice(-4_000);
  });
  const ended = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`${module.pathname} ended (${signal ?? code}):\n${complaint}`);
  });
  ended.catch(() => {});
  return {
    process: child,
    pid: child.pid as number,
    ended,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      const cut = setTimeout(() => child.kill('SIGKILL'), 15_000);
      await exit;
      clearTimeout(cut);
    },
  };
}
