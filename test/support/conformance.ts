/**
 * The rows of docs/conformance.md. A test declares a row at its end, when a real client has done what the row says. When the
 * file's tests are over, its rows are compared with those that the document has for this file, so that a run of a few files
 * judges only their rows. With UPDATE_CONFORMANCE set, the rows are written instead.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeEach, expect } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
export const documentPath = fileURLToPath(new URL('../../docs/conformance.md', import.meta.url));
const updateCommand = 'UPDATE_CONFORMANCE=1 npx vitest run --maxWorkers=1 test/flows test/mcp';
const head = '| Scenario | Specification | Client | Result | Test |\n| --- | --- | --- | --- | --- |\n';

export interface Row {
  readonly scenario: string;
  readonly specification: string;
  readonly client: string;
  /** "passed", or on which condition it passed. */
  readonly result?: string;
}

/** The lines of the table in `text`. */
export const rowsOf = (text: string): string[] => text.split(head)[1]?.trim().split('\n').filter(Boolean) ?? [];
export const fileOf = (line: string): string => /`([^`]+)` \|$/.exec(line)?.[1] ?? '';
const lineOf = (row: Row, file: string): string =>
  `| ${row.scenario} | ${row.specification} | ${row.client} | ${row.result ?? 'passed'} | \`${file}\` |`;

/** Clients that come with the machine, in whichever version it has. */
export interface OfTheMachine {
  /** The clients that this machine lacks, by their names. What is written about them stays as it is. */
  readonly lacks: readonly string[];
}

const clientOf = (line: string): string => line.split(' | ')[2] ?? '';
const unversioned = (client: string): string => client.replaceAll(/ \d+(\.\d+)*/g, '');
const isKept = (line: string, { lacks }: OfTheMachine): boolean =>
  lacks.some((name) => `${clientOf(line)} `.startsWith(`${name} `));

/** `text` with `lines` in place of the rows that it has for `file`. */
export function replaceRows(text: string, file: string, lines: readonly string[], machine?: OfTheMachine): string {
  const others = rowsOf(text).filter((line) => fileOf(line) !== file || (machine && isKept(line, machine)));
  return `${text.split(head)[0]}${head}${[...others, ...lines].sort().join('\n')}\n`;
}

/** What is stale in `text` about `file`, whose tests have seen `lines`. Versions that come with the machine may differ. */
export const staleRows = (text: string, file: string, lines: readonly string[], machine?: OfTheMachine): string[] => {
  const written = rowsOf(text).filter((line) => fileOf(line) === file && !(machine && isKept(line, machine)));
  const named = (line: string) => (machine ? line.replace(clientOf(line), unversioned) : line);
  const without = (from: readonly string[], what: readonly string[]) =>
    from.filter((line) => !what.map(named).includes(named(line)));
  return [
    ...without(lines, written).map((line) => `missing: ${line}`),
    ...without(written, lines).map((line) => `not seen: ${line}`),
  ];
};

/** Call it once in a test file. Returns the function by which its tests declare rows. */
export function conformance(url: string, machine?: OfTheMachine): (...rows: Row[]) => void {
  const file = relative(root, fileURLToPath(url));
  const lines = new Set<string>();
  let [started, passed] = [0, 0];
  beforeEach(() => {
    started += 1;
  });
  afterEach(({ task }) => {
    if (task.result?.state !== 'fail') passed += 1;
  });
  afterAll(() => {
    // A filtered or failed run has not seen everything; a failed one is red already.
    if (started === 0 || passed < started || process.argv.some((word) => /^(-t|--testNamePattern)/.test(word))) return;
    const text = readFileSync(documentPath, 'utf8');
    if (process.env.UPDATE_CONFORMANCE)
      return writeFileSync(documentPath, replaceRows(text, file, [...lines].sort(), machine));
    expect(staleRows(text, file, [...lines], machine), `docs/conformance.md is stale. Run: ${updateCommand}`).toEqual(
      [],
    );
  });
  return (...rows) => {
    for (const row of rows) lines.add(lineOf(row, file));
  };
}
