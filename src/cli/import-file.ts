/** A file of accounts, read as a stream: however large it is, and however long a line, memory stays level. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { AppError } from '../errors.ts';
import type { ImportFile } from '../operations/import-accounts.ts';
import type { FileLine } from '../operations/import-lines.ts';

/** A longer line is left out. A line with every field needs less than a tenth of it. */
const maxLineBytes = 16 * 1024;

const lineFeed = 10;

/** Reads the whole file once, for its hash and the number of its lines. */
export async function openImportFile(path: string): Promise<ImportFile & { readonly lineCount: number }> {
  const hash = createHash('sha256');
  let lineCount = 0;
  let last = lineFeed;
  for await (const chunk of chunksOf(path)) {
    hash.update(chunk);
    for (let at = chunk.indexOf(lineFeed); at !== -1; at = chunk.indexOf(lineFeed, at + 1)) lineCount += 1;
    last = chunk.at(-1) ?? last;
  }
  if (last !== lineFeed) lineCount += 1;
  return { name: basename(path), hash: hash.digest(), lineCount, lines: (skipped) => linesOf(path, skipped) };
}

async function* linesOf(path: string, skipped: number): AsyncGenerator<FileLine> {
  let number = 0;
  for await (const line of split(chunksOf(path))) {
    number += 1;
    if (number <= skipped) continue;
    const content = textOf(line, number === 1);
    if (content !== '') yield { number, content };
  }
}

/** Yields each line without its end, but for lines that are too long, which are cut. */
async function* split(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let length = 0;
  const keep = (part: Buffer) => {
    if (length <= maxLineBytes) parts.push(part.subarray(0, maxLineBytes + 1 - length));
    length += part.length;
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, start)) {
      keep(chunk.subarray(start, end));
      yield Buffer.concat(parts);
      [parts, length, start] = [[], 0, end + 1];
    }
    if (start < chunk.length) keep(chunk.subarray(start));
  }
  if (length > 0) yield Buffer.concat(parts);
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function textOf(line: Buffer, isFirst: boolean): FileLine['content'] {
  if (line.length > maxLineBytes) {
    return { reason: 'line_too_long', problem: `The line has more than ${maxLineBytes} bytes` };
  }
  try {
    const text = decoder.decode(line);
    return (isFirst ? text.replace(/^\ufeff/, '') : text).trim();
  } catch {
    return { reason: 'not_utf8', problem: 'The line is not UTF-8' };
  }
}

/**
 * The bytes of a file that is read more than once.
 * @throws AppError invalid; also for a pipe or a terminal, which have nothing left when they are read again
 */
export async function* chunksOf(path: string): AsyncGenerator<Buffer> {
  try {
    await refuseStream(path);
    for await (const chunk of createReadStream(path)) yield chunk as Buffer;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new AppError('invalid', `The file cannot be read: ${message}`);
  }
}

async function refuseStream(path: string): Promise<void> {
  const kind = await stat(path);
  if (kind.isFile() || kind.isDirectory()) return;
  throw new AppError(
    'invalid',
    'The file is read twice, so it can’t be a pipe or a terminal: write it to a file first',
  );
}
