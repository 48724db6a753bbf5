/**
 * Batches log lines for 100 ms or until a write is full, since a write for each line would cost more than formatting it. Only
 * a process that is killed loses a batch.
 */
import type { Batch } from './backlog.ts';

/** POSIX guarantees that writes of this size to a pipe are atomic, so that lines of several workers are not mixed. */
const writeBytes = 4_096;
const batchMs = 100;

export interface Gatherer {
  add(line: string): void;
  /** Ends the current batch and passes it on. */
  seal(): void;
  /** Characters in the current batch. */
  readonly length: number;
}

export function createGatherer(pass: (batch: Batch) => void): Gatherer {
  let [text, lines] = ['', 0];
  let timer: NodeJS.Timeout | undefined;

  function seal(): void {
    clearTimeout(timer);
    timer = undefined;
    if (text === '') return;
    const batch = { bytes: Buffer.from(text), lines };
    [text, lines] = ['', 0];
    pass(batch);
  }

  return {
    add(line) {
      if (text.length + line.length > writeBytes) seal();
      text += line;
      lines += 1;
      if (text.length >= writeBytes) seal();
      else timer ??= setTimeout(seal, batchMs).unref();
    },
    seal,
    get length() {
      return text.length;
    },
  };
}
