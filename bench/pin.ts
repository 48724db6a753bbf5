/** Pins the whole run to one CPU, so that measurements do not contain the cost of waking another CPU. */
import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';

/** Pins this process and all that it starts later. Returns a description for the report. */
export function pinToOneCpu(): string {
  const last = String(availableParallelism() - 1);
  const isPinned = taskset('--all-tasks', '--cpu-list', '--pid', last, String(process.pid));
  return isPinned ? 'all on one CPU' : 'spread over all CPUs, because taskset is missing';
}

/** Lets one process use all CPUs again, such as a backend that only prepares data. */
export function unpin(pid: number): void {
  taskset('--cpu-list', '--pid', `0-${cpus().length - 1}`, String(pid));
}

function taskset(...args: string[]): boolean {
  try {
    execFileSync('taskset', args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
