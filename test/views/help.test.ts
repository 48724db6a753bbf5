/** docs/help.md and the page at /help say the same. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { helpPage } from '../../views/site-pages.ts';

/** Headings and paragraphs of the document, with links as the page has them; without its introduction. */
function documented(): [heading: string, text: string][] {
  const document = readFileSync(new URL('../../docs/help.md', import.meta.url), 'utf8');
  return document
    .split('\n## ')
    .slice(1)
    .map((section) => {
      const [heading = '', ...lines] = section.trim().split('\n');
      return [heading, linked(lines.join(' ').trim())];
    });
}

const linked = (text: string): string => text.replace(/\[([^\]]+)\]\(([^)]+)\)/g, '<a href="$2">$1</a>');

/** The same of the page. */
function shown(): [heading: string, text: string][] {
  return [...helpPage().matchAll(/<h2>(.*?)<\/h2><\/header><div><p>([\s\S]*?)<\/p>/g)].map(
    ([, heading = '', text = '']) => [heading, text.trim()],
  );
}

it('the page for people says what its document says, with the same links', () => {
  expect(shown().length).toBeGreaterThan(5);
  expect(shown()).toEqual(documented());
});
