/**
 * Writes the tables of a run into docs/performance.md, so that its figures come from runs and not from people. Each benchmark
 * has a block there, between two comments that Markdown does not show.
 */
import { readFile, writeFile } from 'node:fs/promises';

/** The benchmarks that have a block. */
export type Block = 'operations' | 'start' | 'growth' | 'load';

const performance = new URL('../docs/performance.md', import.meta.url);
const begin = (block: Block) => `<!-- tables of ${block}: written by a run -->`;
const end = '<!-- end of tables -->';

/** Returns the document with other tables in this block. Throws if it has no such block. */
export function withTables(document: string, block: Block, tables: string): string {
  const from = document.indexOf(begin(block));
  const to = document.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`docs/performance.md has no block for the tables of ${block}`);
  return `${document.slice(0, from)}${begin(block)}\n\n${tables.trim()}\n\n${document.slice(to)}`;
}

/** Writes the tables of this run into their block, with the day on which they were measured. */
export async function writeTables(block: Block, tables: string): Promise<void> {
  const day = new Date().toISOString().slice(0, 10);
  const document = await readFile(performance, 'utf8');
  await writeFile(performance, withTables(document, block, `Measured on ${day}.\n\n${tables}`));
}
