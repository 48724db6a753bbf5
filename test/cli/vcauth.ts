/** Runs vcauth as a person or a script does: a process of its own, its two streams and its exit code. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, vi } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

// Each run is a process of its own, and a busy machine takes seconds to start one.
vi.setConfig({ testTimeout: 120_000 });

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Vcauth {
  (words: readonly string[], stdin?: string): Promise<Ran>;
  /** Expects success, and one JSON document on stdout and nothing else. */
  json<T = Record<string, unknown>>(words: readonly string[], stdin?: string): Promise<T>;
}

/** Nothing of the environment of the tests but what a process needs. */
export function vcauthIn(env: Readonly<Record<string, string>>): Vcauth {
  const run = (words: readonly string[], stdin = '') => start(['src/cli.ts', ...words], env, stdin);
  return Object.assign(run, {
    async json<T>(words: readonly string[], stdin?: string) {
      const ran = await run([...words, '--json'], stdin);
      expect(ran, ran.stderr).toMatchObject({ code: 0 });
      return JSON.parse(ran.stdout) as T;
    },
  });
}

/** A node of this repository, from its root; `detached` with a group of its own, as a terminal gives it. */
export function startNode(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  options: { detached?: boolean; uid?: number; gid?: number } = {},
) {
  return spawn(process.execPath, args, { cwd: root, env: { PATH: process.env.PATH ?? '', ...env }, ...options });
}

function start(args: readonly string[], env: Readonly<Record<string, string>>, stdin: string): Promise<Ran> {
  const child = startNode(args, env);
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  // A command that reads nothing may be gone before it is written to.
  child.stdin.on('error', () => {}).end(stdin);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}
