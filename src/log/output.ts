/**
 * Writes log lines to standard output without ever blocking, because a stalled reader must not stall the server. Lines that
 * the pipe does not accept are kept up to a limit. Lines beyond it are dropped and counted, and the count is logged once the
 * reader continues.
 *
 * A write for each line would cost more than formatting it, so lines are batched for 100 ms or until a write is full. Only a
 * process that is killed loses a batch.
 */
import { constants, openSync, writeSync } from 'node:fs';

/** POSIX guarantees that writes of this size to a pipe are atomic, so that lines of several workers are not mixed. */
const writeBytes = 4_096;
const batchMs = 100;
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

interface Batch {
  readonly bytes: Buffer;
  readonly lines: number;
}

let totalDropped = 0;

/** Returns the number of log lines that this process has dropped. */
export const droppedLogLines = () => totalDropped;

/** Opens standard output for the log. Call it once in a process. */
export function openLogOutput(): LogOutput {
  const fd = nonBlockingStdout();
  let [gathered, gatheredLines] = ['', 0];
  let backlog: Batch[] = [];
  let [backlogBytes, written] = [0, 0];
  let gathering: NodeJS.Timeout | undefined;
  let retrying: NodeJS.Timeout | undefined;
  let [dropped, gone] = [0, false];
  let dropListener = (_lines: number) => {};

  function write(line: string): void {
    if (gone || backlogBytes + gathered.length + line.length > maxBacklogBytes) {
      drop(1);
      return;
    }
    if (gathered.length + line.length > writeBytes) seal();
    gathered += line;
    gatheredLines += 1;
    if (gathered.length >= writeBytes) seal();
    else gathering ??= setTimeout(seal, batchMs).unref();
  }

  function seal(): void {
    clearTimeout(gathering);
    gathering = undefined;
    if (gathered === '') return;
    const bytes = Buffer.from(gathered);
    backlog.push({ bytes, lines: gatheredLines });
    backlogBytes += bytes.length;
    [gathered, gatheredLines] = ['', 0];
    if (!retrying) flush();
  }

  /** Writes as much as the reader accepts. */
  function flush(): void {
    const error = writeBacklog();
    if (error === 'EPIPE') abandon();
    else if (error) retrying = setTimeout(retry, error === 'EAGAIN' ? retryMs : retryAfterErrorMs).unref();
    else if (dropped > 0) {
      const lines = dropped;
      dropped = 0;
      dropListener(lines);
    }
  }

  function retry(): void {
    retrying = undefined;
    flush();
  }

  /** Writes the backlog. Returns the code of the error that stopped it, if any. */
  function writeBacklog(): string | undefined {
    let done = 0;
    try {
      for (const { bytes } of backlog) {
        while (written < bytes.length) written += writeSync(fd, bytes, written);
        backlogBytes -= bytes.length;
        written = 0;
        done += 1;
      }
      return undefined;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code ?? 'unknown';
    } finally {
      if (done > 0) backlog = backlog.slice(done);
    }
  }

  /** Drops everything, because the reader has closed the pipe. The server continues. */
  function abandon(): void {
    gone = true;
    drop(backlog.reduce((sum, { lines }) => sum + lines, 0));
    [backlog, backlogBytes] = [[], 0];
  }

  function drop(lines: number): void {
    dropped += lines;
    totalDropped += lines;
  }

  function end(): void {
    retrying = setTimeout(() => {}, 0).unref();
    seal();
    const deadline = performance.now() + exitTimeoutMs;
    while (writeBacklog() === 'EAGAIN' && performance.now() < deadline) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, retryMs);
    }
  }

  process.once('exit', end);
  return {
    write,
    onDropped(listener) {
      dropListener = listener;
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
