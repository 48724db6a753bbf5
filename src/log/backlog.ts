/** Batches that wait to be written, in order. */
import { writeSync } from 'node:fs';

export interface Batch {
  readonly bytes: Buffer;
  readonly lines: number;
}

export interface Backlog {
  add(batch: Batch): void;
  /** Writes as much as the reader accepts. Returns the code of the error that stopped it, if any. */
  write(): string | undefined;
  /** Drops everything and returns the number of lines. */
  drop(): number;
  /** Size of the backlog. */
  readonly bytes: number;
}

export function createBacklog(fd: number): Backlog {
  let batches: Batch[] = [];
  let bytes = 0;
  /** Bytes of the first batch that were written. */
  let writtenBytes = 0;

  return {
    add(batch) {
      batches.push(batch);
      bytes += batch.bytes.length;
    },
    write() {
      let done = 0;
      try {
        for (const batch of batches) {
          while (writtenBytes < batch.bytes.length) writtenBytes += writeSync(fd, batch.bytes, writtenBytes);
          bytes -= batch.bytes.length;
          writtenBytes = 0;
          done += 1;
        }
        return undefined;
      } catch (error) {
        return (error as NodeJS.ErrnoException).code ?? 'unknown';
      } finally {
        if (done > 0) batches = batches.slice(done);
      }
    },
    drop() {
      const lines = batches.reduce((sum, batch) => sum + batch.lines, 0);
      [batches, bytes] = [[], 0];
      return lines;
    },
    get bytes() {
      return bytes;
    },
  };
}
