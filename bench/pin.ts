/** Keeps a whole run on one CPU: what it costs to wake another one is then in nobody's figures. */
import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** Binds this process, and so all that it starts from now on. Says in words what holds. */
export function pinToOneCpu(): string {
  const last = String(availableParallelism() - 1);
  const [program, ...args] = ['taskset', '--all-tasks', '--cpu-list', '--pid', last, String(process.pid)] as const;
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return 'all on one CPU';
  } catch {
    return 'spread over all CPUs, for want of taskset';
  }
}
