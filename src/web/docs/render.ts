/** Makes HTML of Markdown (GitHub's dialect), in the forms of our pages. */
import { Marked, type Tokens } from 'marked';

export interface Rendered {
  /** The heading of the first level, which is not in `html`. */
  readonly heading: string;
  readonly html: string;
  /** The headings of the second level, in order. */
  readonly contents: readonly { readonly id: string; readonly text: string }[];
}

/** HTML in a file is shown as text, links between files lead to their pages, and headings have the ids of GitHub. */
export function render(markdown: string): Rendered {
  let heading = '';
  const contents: { id: string; text: string }[] = [];
  const ids = new Map<string, number>();
  const marked = new Marked({
    gfm: true,
    renderer: {
      heading({ tokens, depth }: Tokens.Heading) {
        const inner = this.parser.parseInline(tokens);
        const text = plainText(inner);
        if (depth === 1) {
          heading = text;
          return '';
        }
        const id = uniqueId(slug(text), ids);
        if (depth === 2) contents.push({ id, text });
        return `<h${depth} id="${id}">${inner}</h${depth}>\n`;
      },
      code({ text }: Tokens.Code) {
        return `<pre class="block">${escaped(text)}</pre>\n`;
      },
      // On a narrow screen each cell is below the name of its column.
      table({ header, rows }: Tokens.Table) {
        const columns = header.map(({ text }) => escaped(text));
        const head = header.map(({ tokens }) => `<th>${this.parser.parseInline(tokens)}</th>`).join('');
        const row = (cells: readonly Tokens.TableCell[]) =>
          cells
            .map(({ tokens }, at) => `<td data-column="${columns[at]}">${this.parser.parseInline(tokens)}</td>`)
            .join('');
        const body = rows.map((cells) => `<tr>${row(cells)}</tr>`).join('\n');
        return `<div class="table panel"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>\n`;
      },
      link({ href, tokens }: Tokens.Link) {
        return `<a href="${escaped(addressOf(href))}">${this.parser.parseInline(tokens)}</a>`;
      },
      image: ({ text }: Tokens.Image) => escaped(text),
      html: ({ text }: Tokens.HTML | Tokens.Tag) => escaped(text),
    },
  });
  const html = marked.parse(markdown, { async: false });
  return { heading, html, contents };
}

const addressOf = (href: string): string => {
  const file = /^([\w-]+)\.md(#.*)?$/.exec(href);
  if (file) return `/docs/${file[1]}${file[2] ?? ''}`;
  return /^(https?:|mailto:|#|\/)/.test(href) ? href : '#';
};

/** The id that GitHub gives a heading, so that links within the files hold in both places. */
const slug = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-');

function uniqueId(base: string, ids: Map<string, number>): string {
  const before = ids.get(base) ?? 0;
  ids.set(base, before + 1);
  return before === 0 ? base : `${base}-${before}`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);

const plainText = (html: string): string =>
  html
    .replaceAll(/<[^>]+>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
