/**
 * Runs vcauth: a command in the process of the test, which starts in no time, or in a process of its own, as people and
 * scripts run it. Both are the same function with other streams.
 */
import { spawn } from 'node:child_process';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { runCli } from '../../src/cli/run.ts';
import { processEnv } from '../support/process-env.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

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

type Env = Readonly<Record<string, string>>;

/** Runs in the process of the test. */
export function vcauthIn(env: Env): Vcauth {
  return withJson((words, stdin) => runHere(words, env, stdin));
}

/** Runs in a process of its own, whose environment has only what a process needs. */
export function vcauthProcessIn(env: Env): Vcauth {
  return withJson((words, stdin) => start(['src/cli.ts', ...words], env, stdin));
}

function withJson(run: (words: readonly string[], stdin: string) => Promise<Ran>): Vcauth {
  const vcauth = (words: readonly string[], stdin = '') => run(words, stdin);
  return Object.assign(vcauth, {
    async json<T>(words: readonly string[], stdin?: string) {
      const ran = await vcauth([...words, '--json'], stdin);
      expect(ran, ran.stderr).toMatchObject({ code: 0 });
      return JSON.parse(ran.stdout) as T;
    },
  });
}

/** Streams as those of a script: nobody types at them. */
async function runHere(words: readonly string[], env: Env, typed: string): Promise<Ran> {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const [printed, said] = [collect(stdout), collect(stderr)];
  const exit = (code: number): never => {
    throw new Error(`vcauth ended itself with ${code}`);
  };
  stdin.end(typed);
  const code = await runCli(words, { env: { ...env }, stdin, stdout, stderr, exit });
  stdout.end();
  stderr.end();
  return { code, stdout: await printed, stderr: await said };
}

async function collect(stream: PassThrough): Promise<string> {
  let text = '';
  for await (const chunk of stream.setEncoding('utf8')) text += chunk;
  return text;
}

/**
 * Starts a node process of this repository, in its root. `detached` gives it a process group of its own, as a terminal
 * does.
 */
export function startNode(
  args: readonly string[],
  env: Env,
  options: { detached?: boolean; uid?: number; gid?: number } = {},
) {
  return spawn(process.execPath, args, { cwd: root, env: { ...processEnv(), ...env }, ...options });
}

function start(args: readonly string[], env: Env, stdin: string): Promise<Ran> {
  const child = startNode(args, env);
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  // A command that reads nothing may be gone before its stdin is written to.
  child.stdin.on('error', () => {}).end(stdin);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}
