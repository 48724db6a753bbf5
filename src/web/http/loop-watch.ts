/** Measures how late the event loop is, as long as there is something to do. Idle it costs nothing. */
import { loopDelay, nextShare } from '../../policy/admission.ts';

export interface LoopWatch {
  /** The part of the bounds on requests in flight that the event loop can take now. */
  share(): number;
  /** Measures until `isIdle` is true. */
  begin(): void;
}

export function createLoopWatch(isIdle: () => boolean): LoopWatch {
  let share = 1;
  let timer: NodeJS.Timeout | undefined;
  let dueMs = 0;
  const measure = () => {
    const nowMs = performance.now();
    share = nextShare(share, nowMs - dueMs);
    dueMs = nowMs + loopDelay.everyMs;
    if (share < 1 || !isIdle()) return;
    clearInterval(timer);
    timer = undefined;
  };
  return {
    share: () => share,
    begin() {
      if (timer) return;
      dueMs = performance.now() + loopDelay.everyMs;
      timer = setInterval(measure, loopDelay.everyMs).unref();
    },
  };
}
