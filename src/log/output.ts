/**
 * Where log lines go: this process's standard output, whatever reads it. A reader that stands still must not make the
 * server stand still, so nothing here waits. What the pipe does not take is kept up to a bound; lines beyond it are
 * dropped and counted, and the count is told as soon as the reader goes on.
 */
import { constants, openSync } from 'node:fs';
import { createBacklog } from './backlog.ts';
import { createGatherer } from './gatherer.ts';

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

let droppedInAll = 0;

/** Log lines of this process that nobody took, since its start. */
export const droppedLogLines = () => droppedInAll;

/** For the one log of a process. */
export function openLogOutput(): LogOutput {
  const backlog = createBacklog(nonBlockingStdout());
  const dropped = createDropped();
  let retrying: NodeJS.Timeout | undefined;
  /** The reader has ended and takes nothing any more; the server goes on. */
  let gone = false;
  const gatherer = createGatherer((batch) => {
    backlog.add(batch);
    if (!retrying) flush();
  });

  /** Writes what the reader takes, and the rest later. */
  function flush(): void {
    retrying = undefined;
    const error = backlog.write();
    if (error === 'EPIPE') {
      gone = true;
      dropped.add(backlog.drop());
    } else if (error) {
      retrying = setTimeout(flush, error === 'EAGAIN' ? retryMs : retryAfterErrorMs).unref();
    } else dropped.tell();
  }

  process.once('exit', () => {
    retrying = setTimeout(() => {}, 0).unref(); // What is sealed now is written below.
    gatherer.seal();
    const late = performance.now() + endMs;
    while (backlog.write() === 'EAGAIN' && performance.now() < late) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, retryMs);
    }
  });
  return {
    write(line) {
      if (gone || backlog.bytes + gatherer.length + line.length > maxBacklogBytes) dropped.add(1);
      else gatherer.add(line);
    },
    onDropped: dropped.onDropped,
  };
}

/** Lines that were dropped and that nobody was told of. */
function createDropped() {
  let untold = 0;
  let listener = (_lines: number) => {};
  return {
    add(lines: number): void {
      untold += lines;
      droppedInAll += lines;
    },
    tell(): void {
      if (untold === 0) return;
      const lines = untold;
      untold = 0;
      listener(lines);
    },
    onDropped(tell: (lines: number) => void): void {
      listener = tell;
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
