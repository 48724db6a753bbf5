import { html } from 'hono/html';
import { m } from '../messages/index.ts';
import { number as digits, type Html } from '../text.ts';

const words = () => m().adminFrame;

export type PagerLinks = {
  previous?: string;
  next?: string;
  /** Pages by number; a gap has no number. */
  numbers: { page: number | undefined; href?: string }[];
  /** This page. */
  number: number;
  /** Its first and its last row, counted from 1. */
  from: number;
  to: number;
  total: number;
  /** Whether there are more than `total`, where counting stopped. */
  more: boolean;
};

/** A total at which counting stopped gets a plus sign. */
export const counted = ({ total, more }: Pick<PagerLinks, 'total' | 'more'>): string =>
  `${digits(total)}${more ? '+' : ''}`;

/**
 * The line above a list: how many rows match, what was asked for, and the order in words. Without a search or a filter
 * it says how many rows there are.
 */
export function countLine(props: {
  links: Pick<PagerLinks, 'total' | 'more'>;
  /** What the rows are: "clients". */
  noun: string;
  /** What was asked for, in words; undefined when nothing was. */
  asked?: Html | undefined;
  clear: string;
  order: string;
}): Html {
  const { links, noun, asked, clear, order } = props;
  const said = asked
    ? html`${words().match(html`<b>${counted(links)}</b>`, links.total, asked)} <a href="${clear}">${words().clear}</a>`
    : html`<b>${counted(links)}</b> ${noun}`;
  return html`<p class="count"><span>${said}</span>${links.total > 0 && html`<span>${order}</span>`}</p>`;
}

/** Below a list that has more than one page. */
export function pager(links: PagerLinks): Html | undefined {
  const { previous, next, numbers, number, from, to } = links;
  if (!previous && !next) return undefined;
  const words = m().ownPages.pager;
  const pages = numbers.map(({ page, href }) =>
    page === undefined || href === undefined
      ? html`<span class="off" aria-hidden="true">…</span>`
      : html`<a href="${href}"${page === number && html` aria-current="page"`} aria-label="${words.page(digits(page))}">${digits(page)}</a>`,
  );
  return html`<nav class="pager" aria-label="${words.pages}"><span>${words.range(digits(from), digits(to), counted(links))}</span><span class="pages">${way(words.previous, previous)}${pages}${way(words.next, next)}</span></nav>`;
}

const way = (label: string, href: string | undefined): Html =>
  href ? html`<a href="${href}">${label}</a>` : html`<span class="off">${label}</span>`;
