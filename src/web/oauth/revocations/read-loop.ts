/** Reads one after the other, never two at once: a read that is wanted during another one follows it. */
import { setTimeout as sleep } from 'node:timers/promises';

export interface ReadLoop {
  /** With `heartbeat`, the next read also counts as the heartbeat of this second. */
  want(reason: 'change' | 'heartbeat'): void;
}

/** The minimum time between two reads when many revocations come at once. */
const minIntervalMs = 20;

/** `read` must not throw. While `idle`, a wanted read waits for the next loop. */
export function createReadLoop(read: (heartbeat: boolean) => Promise<void>, idle: () => boolean): ReadLoop {
  const due = { change: false, heartbeat: false };
  let running = false;

  async function run(): Promise<void> {
    running = true;
    while (due.change || due.heartbeat) {
      const { heartbeat } = due;
      [due.change, due.heartbeat] = [false, false];
      await read(heartbeat);
      if (due.change) await sleep(minIntervalMs);
    }
    running = false;
  }

  return {
    want(reason) {
      due[reason] = true;
      if (!running && !idle()) void run();
    },
  };
}
