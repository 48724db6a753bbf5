/**
 * The export of another server, read as a stream of its entries: however large the file is, memory stays level. An entry is an
 * object in a list at the top of the file, or in one that the source names; or a whole file with one object on each line.
 */
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import Assembler from 'stream-json/assembler.js';
import { jsonParser, type Token } from 'stream-json/parser.js';
import { AppError } from '../errors.ts';
import { type Fields, isFields } from '../policy/import/fields.ts';
import type { EntryKind, Source } from '../policy/import/source.ts';
import { chunksOf } from './import-file.ts';

/** A person with all that Keycloak knows has a few kilobytes. */
const maxEntryBytes = 256 * 1024;
/** The parser keeps a text until its end, so a file that is one long text is refused. */
const maxTextBytes = 4 * 1024 * 1024;

export interface Entry {
  readonly kind: EntryKind;
  /** Its place among the entries of its kind, from 1. */
  readonly position: number;
  readonly content: Fields | 'not_an_object' | 'too_large';
}

export interface SourceFile {
  readonly name: string;
  /** SHA-256 of its content. */
  readonly hash: Buffer;
  readonly counts: Readonly<Record<EntryKind, number>>;
  entries(kind: EntryKind): AsyncIterable<Entry>;
}

/** Reads the whole file once, so that one that is cut off is refused before anything is imported. @throws AppError invalid */
export async function openSourceFile(path: string, source: Source): Promise<SourceFile> {
  const hash = createHash('sha256');
  const counts = { client: 0, account: 0 };
  for await (const { kind } of entriesOf(path, source, (chunk) => hash.update(chunk))) counts[kind] += 1;
  if (counts.client + counts.account === 0) {
    throw new AppError('invalid', `The file has nothing to import from ${source.title}: it must be ${source.wanted}`);
  }
  return {
    name: basename(path),
    hash: hash.digest(),
    counts,
    async *entries(kind) {
      for await (const entry of entriesOf(path, source)) if (entry.kind === kind) yield entry;
    },
  };
}

async function* entriesOf(
  path: string,
  source: Source,
  onChunk: (chunk: Buffer) => void = () => {},
): AsyncGenerator<Entry> {
  const collector = createCollector(source);
  const parse = jsonParser({ jsonStreaming: true, streamValues: false });
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let silentBytes = 0;
  const take = (text: string) => {
    const out = attempt(() => parse(text));
    const tokens = typeof out === 'object' ? out.values : [];
    silentBytes = tokens.length > 0 ? 0 : silentBytes + text.length;
    if (silentBytes > maxTextBytes)
      throw new AppError('invalid', `The file has a text of more than ${maxTextBytes} bytes`);
    for (const token of tokens) collector.take(token);
  };
  for await (const chunk of chunksOf(path)) {
    onChunk(chunk);
    take(attempt(() => decoder.decode(chunk, { stream: true })));
    yield* collector.drain();
  }
  // The blanks end a number, and make the parser look at what it may have kept.
  take(`${attempt(() => decoder.decode())}${' '.repeat(16)}`);
  yield* collector.drain();
  if (!collector.isComplete()) throw new AppError('invalid', 'The file ends in the middle: it may not be complete');
}

/** What the parser says may quote the file. */
function attempt<T>(read: () => T): T {
  try {
    return read();
  } catch {
    throw new AppError('invalid', 'The file is not JSON in UTF-8');
  }
}

/** The value that is being collected. */
interface Open {
  /** Undefined for an object at the top of the file, whose content tells what it is. */
  readonly kind: EntryKind | undefined;
  readonly depth: number;
  readonly assembler: Assembler;
  bytes: number;
}

const starts = ['startObject', 'startArray'];
const ends = ['endObject', 'endArray'];

function createCollector(source: Source) {
  const found = createEntries(source);
  let depth = 0;
  /** The list at the top of the file, or under a name there, in which entries are. */
  let list: { readonly depth: number; readonly kind: EntryKind | undefined } | undefined;
  let name: string | undefined;
  let open: Open | undefined;

  /** Where an entry may begin: in a list of entries, or at the top, if objects there may be entries. */
  const mayBegin = (token: Token) => {
    if (list) return depth === list.depth;
    return depth === 0 && source.kindOf !== undefined && token.name === 'startObject';
  };
  const isList = (token: Token) => {
    if (token.name !== 'startArray' || list) return false;
    if (depth === 0) return source.kindOf !== undefined;
    return depth === 1 && name !== undefined && Object.hasOwn(source.lists, name);
  };

  return {
    take(token: Token) {
      if (token.name === 'keyValue' && depth === 1 && !list) name = token.value;
      const end = ends.includes(token.name);
      if (end) depth -= 1;
      if (end && list && depth < list.depth) {
        list = undefined;
        return;
      }
      if (isList(token)) {
        // What stands around a list is not an entry itself.
        open = undefined;
        list = { depth: depth + 1, kind: depth === 1 && name !== undefined ? source.lists[name] : undefined };
      } else if (!open && mayBegin(token)) {
        open = { kind: list?.kind, depth, assembler: new Assembler(), bytes: 0 };
      }
      if (open) collect(token, open);
      if (starts.includes(token.name)) depth += 1;
      else if (open && depth === open.depth) {
        found.add(open);
        open = undefined;
      }
    },
    drain: found.drain,
    isComplete: () => depth === 0,
  };
}

function collect(token: Token, into: Open): void {
  into.bytes += 8 + ('value' in token && typeof token.value === 'string' ? Buffer.byteLength(token.value) : 0);
  if (into.bytes <= maxEntryBytes) into.assembler.consume(token);
}

/** The entries that are complete, until they are taken. */
function createEntries(source: Source) {
  const positions = { client: 0, account: 0 };
  let found: Entry[] = [];
  return {
    add({ kind: listed, assembler, bytes }: Open) {
      const value: unknown = assembler.current;
      const content = bytes > maxEntryBytes ? 'too_large' : isFields(value) ? value : 'not_an_object';
      const kind = listed ?? (isFields(value) ? source.kindOf?.(value) : undefined);
      if (!kind) return;
      positions[kind] += 1;
      found.push({ kind, position: positions[kind], content });
    },
    *drain() {
      yield* found;
      found = [];
    },
  };
}
