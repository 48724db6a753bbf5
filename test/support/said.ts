import type { Page } from './person.ts';

/** What a page says, without its markup: each piece of text apart from the next by one space. */
export function said({ text }: Pick<Page, 'text'>): string {
  return text
    .replace(/<(svg|style|script)[\s\S]*?<\/\1>/g, ' ')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');
}
