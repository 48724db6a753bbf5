/** Pins the whole run to one CPU, so that measurements do not contain the cost of waking another CPU. */
import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';

/** Pins this process and all that it starts later. Returns a description for the report. */
export function pinToOneCpu(): string {
  const last = String(availableParallelism() - 1);
  const [program, ...args] = ['taskset', '--all-tasks', '--cpu-list', '--pid', last, String(process.pid)] as const;
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return 'all on one CPU';
  } catch {
    return 'spread over all CPUs, because taskset is missing';
  }
}

/** Lets one process use all CPUs again, such as a backend that only prepares data. */
export function unpin(pid: number): void {
  const all = `0-${cpus().length - 1}`;
  try {
    execFileSync('taskset', ['--cpu-list', '--pid', all, String(pid)], { stdio: 'ignore' });
  } catch {
    // Without taskset nothing is pinned.
  }
}
