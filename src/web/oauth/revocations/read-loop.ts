/** Reads one after the other, never two at once: whoever asks while one is under way gets the next. */
import { setTimeout as sleep } from 'node:timers/promises';

export interface ReadLoop {
  /** `heartbeat`: the next read is also one for the heartbeat of this second. */
  want(reason: 'change' | 'heartbeat'): void;
}

/** Between two reads when revocations come thick and fast. */
const minIntervalMs = 20;

/** `read` never throws. While `idle`, a wish is kept for the next loop. */
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
