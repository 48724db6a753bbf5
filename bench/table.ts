/** Tables and notes for people, as plain text or as Markdown for the documentation. */

export type Style = 'text' | 'markdown';

/** Formats columns of equal width. A column with numbers is aligned right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[], style: Style = 'text'): string {
  const widths = head.map((title, column) =>
    Math.max(...[head, ...rows].map((row) => row[column]?.length ?? title.length)),
  );
  const isNumeric = head.map((_, column) => /^[(–\d]/.test(rows[0]?.[column] ?? ''));
  const pad = (cell: string, column: number) => {
    const width = widths[column] as number;
    return isNumeric[column] ? cell.padStart(width) : cell.padEnd(width);
  };
  if (style === 'text') return [head, ...rows].map((cells) => cells.map(pad).join('  ').trimEnd()).join('\n');
  const line = (cells: readonly string[]) => `| ${cells.map(pad).join(' | ')} |`;
  const rule = widths.map((width, column) => (isNumeric[column] ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)));
  return [line(head), `| ${rule.join(' | ')} |`, ...rows.map(line)].join('\n');
}

/** Formats one note a line; as Markdown a list, and broken like the rest of the documentation. */
export function notes(lines: readonly string[], style: Style = 'text'): string {
  if (style === 'text') return lines.join('\n');
  return lines.map((line) => `- ${wrapped(line, '  ')}`).join('\n');
}

/** Formats a paragraph. */
export function paragraph(text: string, style: Style = 'text'): string {
  return style === 'text' ? text : wrapped(text, '');
}

const maxColumns = 126;

function wrapped(text: string, indent: string): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) as string;
    if (line === '') lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= maxColumns) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines.join(`\n${indent}`);
}
