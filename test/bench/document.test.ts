/** Figures get into the documentation by runs: their block is replaced, and nothing else. */
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { withTables } from '../../bench/document.ts';
import { notes, paragraph } from '../../bench/table.ts';

const document = [
  '# Title\n\n<!-- tables of start: written by a run -->\n\nold\n\n<!-- end of tables -->\n\nBetween\n',
  '\n<!-- tables of load: written by a run -->\n\nother\n\n<!-- end of tables -->\n\nAfter\n',
].join('');

describe('Figures in the documentation', () => {
  it('A run replaces its own block, and leaves the text and the other blocks alone', () => {
    expect(withTables(document, 'start', '| new |\n')).toBe(document.replace('\nold\n', '\n| new |\n'));
    expect(withTables(document, 'load', '| new |\n')).toBe(document.replace('\nother\n', '\n| new |\n'));
  });

  it('A run fails if the document has no block for it, instead of losing its figures', () => {
    expect(() => withTables(document, 'growth', 'new')).toThrow('no block for the tables of growth');
    expect(() => withTables(document.slice(0, 60), 'start', 'new')).toThrow('no block');
  });

  it('docs/performance.md has a block for each benchmark', async () => {
    const real = await readFile(new URL('../../docs/performance.md', import.meta.url), 'utf8');
    for (const block of ['operations', 'start', 'growth', 'load'] as const)
      expect(withTables(real, block, 'a new figure')).toContain('a new figure');
  });

  it('Notes become a list whose lines fit the documentation, and stay lines of a terminal otherwise', () => {
    const note = `refresh: ${'word '.repeat(60).trim()}`;
    expect(notes([note, 'second'], 'text')).toBe(`${note}\nsecond`);
    const lines = notes([note, 'second'], 'markdown').split('\n');
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(128);
    expect(lines.filter((line) => line.startsWith('- '))).toEqual([expect.stringMatching(/^- refresh: /), '- second']);
    expect(lines.map((line) => line.replace(/^(- | {2})/, '')).join(' ')).toBe(`${note} second`);
    expect(paragraph(note, 'markdown').replaceAll('\n', ' ')).toBe(note);
  });
});
