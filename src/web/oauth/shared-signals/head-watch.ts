/**
 * Lets polls wait until the audit log has grown. One statement a second for all that wait, and no connection while they wait.
 */
import { setTimeout as sleep } from 'node:timers/promises';

export interface HeadWatch {
  /** Resolves after about a second, with whether the log has grown. True too if nobody looked before. */
  grew(): Promise<boolean>;
}

const intervalMs = 1_000;

/** While `read`, which returns the place of the newest event, fails, the log counts as unchanged. */
export function createHeadWatch(read: () => Promise<bigint>): HeadWatch {
  let head: bigint | undefined;
  let looking: Promise<boolean> | undefined;

  async function look(): Promise<boolean> {
    await sleep(intervalMs);
    const before = head;
    head = await read().catch(() => before);
    return head !== before;
  }

  return {
    grew() {
      looking ??= look().finally(() => {
        looking = undefined;
      });
      return looking;
    },
  };
}
