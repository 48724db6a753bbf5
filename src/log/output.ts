/**
 * Where log lines go: this process's standard output, whatever reads it. A reader that stands still must not make the
 * server stand still, so nothing here waits. What the pipe does not take is kept up to a bound; lines beyond it are
 * dropped and counted, and the count is told as soon as the reader goes on.
 *
 * A write for every request would cost more than the line in it: lines are gathered for a tenth of a second, or until a
 * write is full. Only a process that is killed outright takes some along.
 */
import { constants, openSync, writeSync } from 'node:fs';

/** POSIX writes so much to a pipe whole or not at all: the lines of several workers do not run into each other. Bytes. */
const writeBytes = 4_096;
const gatherMs = 100;
/** Some seconds of a busy server. */
const maxBacklogBytes = 4 * 1024 * 1024;
const retryMs = 20;
/** After another failure than a full pipe: a disk that is full, say. */
const retryAfterErrorMs = 1_000;
/** How long a process that ends waits for a slow reader. */
const endMs = 300;

export interface LogOutput {
  write(line: string): void;
  /** `tell` hears how many lines were dropped, once lines pass again. */
  onDropped(tell: (lines: number) => void): void;
}

interface Batch {
  readonly bytes: Buffer;
  readonly lines: number;
}

let droppedInAll = 0;

/** Log lines of this process that nobody took, since its start. */
export const droppedLogLines = () => droppedInAll;

/** For the one log of a process. */
export function openLogOutput(): LogOutput {
  const fd = nonBlockingStdout();
  let [gathered, gatheredLines] = ['', 0];
  let backlog: Batch[] = [];
  let [backlogBytes, written] = [0, 0];
  let gathering: NodeJS.Timeout | undefined;
  let retrying: NodeJS.Timeout | undefined;
  let [dropped, gone] = [0, false];
  let tell = (_lines: number) => {};

  function write(line: string): void {
    if (gone || backlogBytes + gathered.length + line.length > maxBacklogBytes) {
      drop(1);
      return;
    }
    if (gathered.length + line.length > writeBytes) seal();
    gathered += line;
    gatheredLines += 1;
    if (gathered.length >= writeBytes) seal();
    else gathering ??= setTimeout(seal, gatherMs).unref();
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

  /** Writes what the reader takes. */
  function flush(): void {
    const error = writeBacklog();
    if (error === 'EPIPE') abandon();
    else if (error) retrying = setTimeout(retry, error === 'EAGAIN' ? retryMs : retryAfterErrorMs).unref();
    else if (dropped > 0) {
      const lines = dropped;
      dropped = 0;
      tell(lines);
    }
  }

  function retry(): void {
    retrying = undefined;
    flush();
  }

  /** The code of what stopped it, if anything did. */
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

  /** The reader has ended and takes nothing any more; the server goes on. */
  function abandon(): void {
    gone = true;
    drop(backlog.reduce((sum, { lines }) => sum + lines, 0));
    [backlog, backlogBytes] = [[], 0];
  }

  function drop(lines: number): void {
    dropped += lines;
    droppedInAll += lines;
  }

  function end(): void {
    retrying = setTimeout(() => {}, 0).unref();
    seal();
    const late = performance.now() + endMs;
    while (writeBacklog() === 'EAGAIN' && performance.now() < late) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, retryMs);
    }
  }

  process.once('exit', end);
  return {
    write,
    onDropped(teller) {
      tell = teller;
    },
  };
}

/** A descriptor whose writes fail with EAGAIN in place of waiting. */
function nonBlockingStdout(): number {
  // Whoever prints for people meets a reader that has ended as well, and an error nobody hears ends the process.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  // Looked at, standard output is non-blocking if it is a pipe or a socket. A terminal, which Ctrl-S stops, is not.
  if (!process.stdout.isTTY) return 1;
  try {
    return openSync('/proc/self/fd/1', constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch {
    return 1;
  }
}
