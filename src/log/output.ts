/**
 * Writes log lines to standard output without ever blocking, because a stalled reader must not stall the server. Lines that
 * the pipe does not accept are kept up to a limit. Lines beyond it are dropped and counted, and the count is logged once the
 * reader continues.
 */
import { constants, openSync } from 'node:fs';
import { createBacklog } from './backlog.ts';
import { createGatherer } from './gatherer.ts';

/** A few seconds of output from a busy server. */
const maxBacklogBytes = 4 * 1024 * 1024;
const retryMs = 20;
/** Delay after an error other than a full pipe, such as a full disk. */
const retryAfterErrorMs = 1_000;
/** How long an exiting process waits for a slow reader. */
const exitTimeoutMs = 300;

export interface LogOutput {
  write(line: string): void;
  /** Calls `listener` with the number of dropped lines once lines can be written again. */
  onDropped(listener: (lines: number) => void): void;
}

let totalDropped = 0;

/** Returns the number of log lines that this process has dropped. */
export const droppedLogLines = () => totalDropped;

/** Opens standard output for the log. Call it once in a process. */
export function openLogOutput(): LogOutput {
  const backlog = createBacklog(nonBlockingStdout());
  const dropped = createDropped();
  let retrying: NodeJS.Timeout | undefined;
  /** The reader has closed the pipe, so everything is dropped. The server continues. */
  let readerGone = false;
  const gatherer = createGatherer((batch) => {
    backlog.add(batch);
    if (!retrying) flush();
  });

  /** Writes as much as the reader accepts, and schedules the rest. */
  function flush(): void {
    retrying = undefined;
    const error = backlog.write();
    if (error === 'EPIPE') {
      readerGone = true;
      dropped.add(backlog.drop());
    } else if (error) {
      retrying = setTimeout(flush, error === 'EAGAIN' ? retryMs : retryAfterErrorMs).unref();
    } else dropped.report();
  }

  process.once('exit', () => {
    retrying = setTimeout(() => {}, 0).unref(); // Keeps seal() from flushing: the loop below writes.
    gatherer.seal();
    const deadline = performance.now() + exitTimeoutMs;
    while (backlog.write() === 'EAGAIN' && performance.now() < deadline) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, retryMs);
    }
  });
  return {
    write(line) {
      if (readerGone || backlog.bytes + gatherer.length + line.length > maxBacklogBytes) dropped.add(1);
      else gatherer.add(line);
    },
    onDropped: dropped.onDropped,
  };
}

/** Counts dropped lines until they are reported. */
function createDropped() {
  let unreported = 0;
  let listener = (_lines: number) => {};
  return {
    add(lines: number): void {
      unreported += lines;
      totalDropped += lines;
    },
    report(): void {
      if (unreported === 0) return;
      const lines = unreported;
      unreported = 0;
      listener(lines);
    },
    onDropped(next: (lines: number) => void): void {
      listener = next;
    },
  };
}

/** Returns a descriptor whose writes fail with EAGAIN instead of blocking. */
function nonBlockingStdout(): number {
  // Other output to a closed pipe fails too, and an `error` event without a listener would end the process.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  // Accessing process.stdout makes a pipe or socket non-blocking, but not a terminal, which Ctrl-S can block.
  if (!process.stdout.isTTY) return 1;
  try {
    return openSync('/proc/self/fd/1', constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch {
    return 1;
  }
}
