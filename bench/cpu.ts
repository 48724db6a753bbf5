/** CPU time as accounted by the operating system. Linux only: it reads /proc. */
import { readdirSync, readFileSync } from 'node:fs';

/** One tick of utime, stime, cutime and cstime. USER_HZ is 100 on every platform that Node supports. */
const tickMicroseconds = 10_000;

/**
 * Returns the CPU time in microseconds, in user and kernel mode, of a process with its threads, its running descendants and
 * those that have ended and been waited for. For PostgreSQL this includes every backend and helper of the postmaster.
 */
export function cpuOfTree(root: number): number {
  const stats = new Map(processes().map((stat) => [stat.pid, stat]));
  const inTree = (pid: number): boolean => {
    if (pid === root) return true;
    const parent = stats.get(pid)?.parent;
    return parent !== undefined && parent > 1 && inTree(parent);
  };
  let total = 0;
  for (const { pid, ownMicroseconds, endedMicroseconds } of stats.values()) {
    if (inTree(pid)) total += (preciseCpu(pid) ?? ownMicroseconds) + endedMicroseconds;
  }
  return total;
}

interface ProcessStat {
  readonly pid: number;
  readonly parent: number;
  /** utime + stime. */
  readonly ownMicroseconds: number;
  /** The same of children that were waited for. */
  readonly endedMicroseconds: number;
}

function processes(): ProcessStat[] {
  return readdirSync('/proc').flatMap((name) => {
    const text = /^\d+$/.test(name) ? read(`/proc/${name}/stat`) : undefined;
    if (!text) return [];
    // Fields from the third on, see proc(5); the second, the command, may contain anything.
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number) as number[];
    const field = (number: number) => fields[number - 3] ?? 0;
    return [
      {
        pid: Number(name),
        parent: field(4),
        ownMicroseconds: (field(14) + field(15)) * tickMicroseconds,
        endedMicroseconds: (field(16) + field(17)) * tickMicroseconds,
      },
    ];
  });
}

/** Returns the CPU time from the scheduler, which is more precise; undefined if the kernel was built without it. */
function preciseCpu(pid: number): number | undefined {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    const nanoseconds = threads.map((thread) => Number(read(`/proc/${pid}/task/${thread}/schedstat`)?.split(' ')[0]));
    const total = nanoseconds.reduce((sum, one) => sum + one, 0);
    return Number.isFinite(total) ? total / 1000 : undefined;
  } catch {
    return undefined;
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
