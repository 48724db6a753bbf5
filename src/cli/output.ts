/**
 * The output of a command. stdout gets either one JSON document or aligned text for a person, so that scripts can rely
 * on it. Everything else goes to stderr.
 */
import { forTerminal, jsonForTerminal } from '../log/terminal-text.ts';
import type { Db } from '../store/database.ts';
import type { Stdout } from './stdout.ts';

export interface Output {
  readonly json: boolean;
  /** One item: `document` for scripts, `rows` of names and values for people. */
  item(document: object, rows: readonly Row[]): void;
  /** Many items, printed as they are read. If the list is empty, people read `empty`. */
  list<T>(pages: AsyncIterable<readonly T[]>, shape: ListShape<T>): Promise<void>;
  /** A text for people; nothing with --json. */
  text(text: string): void;
  /** Raw text, with and without --json. */
  raw(text: string): void;
  /**
   * Makes a value that is shown once, and prints it: all in one transaction, which commits when the text is written. If
   * it could not be shown, it was not made.
   */
  once<T>(db: Db, make: (trx: Db) => Promise<T>, print: (made: T) => void): Promise<T>;
  /** Runs a list whose pages change things as they are read, to its end, also if nobody reads it. */
  toTheEnd(work: () => Promise<void>): Promise<void>;
  /** A message for people and for scripts' logs, on stderr. */
  note(message: string): void;
}

export type Row = readonly [name: string, value: string];

interface ListShape<T> {
  readonly document: (item: T) => object;
  readonly columns: Readonly<Record<string, (item: T) => string>>;
  readonly empty: string;
}

type Write = (text: string) => void;

export function createOutput({ json, stdout: to, stderr }: { json: boolean; stdout: Stdout; stderr: Write }): Output {
  const stdout = to.write;
  return {
    json,
    item(document, rows) {
      stdout(json ? `${jsonForTerminal(document, 2)}\n` : lines(aligned(rows)));
    },
    async list(pages, shape) {
      if (json) return listJson(pages, shape.document, stdout);
      if (!(await listTable(pages, shape.columns, stdout))) stderr(`${shape.empty}\n`);
    },
    text(text) {
      if (!json) stdout(`${text}\n`);
    },
    raw: stdout,
    once: (db, make, print) =>
      to.guard((written) => {
        let printed = false;
        const work = async (trx: Db) => {
          const made = await make(trx);
          printed = true;
          print(made);
          await written();
          return made;
        };
        // What was printed can't be unprinted.
        return db.transaction(work, { mayRetry: () => !printed });
      }),
    toTheEnd: (work) => to.insist(work),
    note: (message) => stderr(`${message}\n`),
  };
}

/** Rows in columns, two spaces between them, without characters that a terminal would execute. */
export function aligned(rows: readonly (readonly string[])[], widths: number[] = []): string[] {
  const clean = rows.map((row) => row.map(forTerminal));
  for (const row of clean) {
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  }
  return clean.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** A time for people; JSON has the full ISO 8601 form. */
export function time(date: Date | null): string {
  return date === null ? '–' : `${date.toISOString().slice(0, 16).replace('T', ' ')}Z`;
}

async function listJson<T>(
  pages: AsyncIterable<readonly T[]>,
  document: (item: T) => object,
  stdout: Write,
): Promise<void> {
  let before = '[';
  for await (const page of pages) {
    for (const item of page) {
      stdout(`${before}\n  ${jsonForTerminal(document(item))}`);
      before = ',';
    }
  }
  stdout(before === '[' ? '[]\n' : '\n]\n');
}

/**
 * Prints page by page, so that a million rows need little memory; a later page with wider cells is not aligned with the
 * first.
 */
async function listTable<T>(
  pages: AsyncIterable<readonly T[]>,
  columns: ListShape<T>['columns'],
  stdout: Write,
): Promise<boolean> {
  const widths: number[] = [];
  let any = false;
  for await (const page of pages) {
    const rows = page.map((item) => Object.values(columns).map((cell) => cell(item)));
    if (!any && rows.length > 0) rows.unshift(Object.keys(columns).map((name) => name.toUpperCase()));
    any ||= rows.length > 0;
    stdout(lines(aligned(rows, widths)));
  }
  return any;
}

function lines(list: readonly string[]): string {
  return list.map((line) => `${line}\n`).join('');
}
