/**
 * Gathers lines for a tenth of a second, or until a write is full: a write for every request would cost more than the
 * line in it. Only a process that is killed outright takes some along.
 */
import type { Batch } from './backlog.ts';

/** POSIX writes so much to a pipe whole or not at all: the lines of several workers do not run into each other. */
const writeBytes = 4_096;
const gatherMs = 100;

export interface Gatherer {
  add(line: string): void;
  /** Passes on what has been gathered. */
  seal(): void;
  /** Characters that are gathered and not passed on. */
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
      else timer ??= setTimeout(seal, gatherMs).unref();
    },
    seal,
    get length() {
      return text.length;
    },
  };
}
