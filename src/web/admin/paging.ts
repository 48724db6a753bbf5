/** Positions in long lists, as links name them: by number near the beginning, and by the last row anywhere. */
import type { Context } from 'koa';
import type { PagerLinks } from '../../../views/admin/pager.ts';
import { maxCounted } from '../../store/counts.ts';
import type { Cursor, PageRequest } from '../../store/keyset.ts';
import { chosenPage, queried } from './pages.ts';

export const rowsPerPage = 25;
/** The last page that links name by number. Beyond it, pages continue from the last row. */
const maxNumber = maxCounted / rowsPerPage;

export interface AskedPage extends PageRequest {
  /** Counted from 1. With a cursor it is only the label of the page; without one it is its position. */
  readonly number: number;
}

/** Where the page that was asked for begins. A malformed cursor leads to the beginning. */
export function pageAsked(ctx: Context): AskedPage {
  const [after, before, number] = [placeOf(queried(ctx, 'after')), placeOf(queried(ctx, 'before')), chosenPage(ctx)];
  if (after) return { limit: rowsPerPage, number, after };
  if (before) return { limit: rowsPerPage, number, before };
  const near = Math.min(number, maxNumber);
  return { limit: rowsPerPage, number: near, offset: (near - 1) * rowsPerPage };
}

/**
 * The rows of a page, and the parameters of the pages beside it if they exist; empty parameters if the number is
 * enough.
 */
export interface Ways {
  readonly rows: readonly unknown[];
  readonly previous?: Readonly<Record<string, string>> | undefined;
  readonly next?: Readonly<Record<string, string>> | undefined;
}

/** The links to the pages beside this one. `params` are the filters that stay; `total` stops at `maxCounted`. */
export function pagerLinks(
  params: Readonly<Record<string, string | undefined>>,
  { number }: Pick<AskedPage, 'number'>,
  { rows, previous, next }: Ways,
  total: number,
): PagerLinks {
  const to = (page: number) => link({ ...params, ...(page > 1 && { page: String(page) }) });
  const last = Math.ceil(total / rowsPerPage);
  const first = (number - 1) * rowsPerPage;
  return {
    ...(previous && { previous: link({ ...params, ...previous, page: String(Math.max(1, number - 1)) }) }),
    ...(next && { next: link({ ...params, ...next, page: String(number + 1) }) }),
    numbers: numbersAround(number, last).map((page) => ({ page, ...(page !== undefined && { href: to(page) }) })),
    number,
    from: first + 1,
    to: first + rows.length,
    total,
    more: total >= maxCounted,
  };
}

/** The first page, the last one, and those around this one; a gap is undefined. */
function numbersAround(number: number, last: number): (number | undefined)[] {
  const shown = [1, number - 2, number - 1, number, number + 1, number + 2, last]
    .filter((page, index, all) => page >= 1 && (page <= last || page === number) && all.indexOf(page) === index)
    .toSorted((one, other) => one - other);
  return shown.flatMap((page, index) => {
    const before = shown[index - 1];
    return before !== undefined && page > before + 1 ? [undefined, page] : [page];
  });
}

/** A query string of the parameters that are set. */
export function link(params: Readonly<Record<string, string | undefined>>): string {
  const set = Object.entries(params).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return `?${new URLSearchParams(set)}`;
}

const placeText = ({ key, id }: Cursor): string => Buffer.from(JSON.stringify([key, id])).toString('base64url');

/**
 * The links of a list that is paged by number alone. `found` holds the rows of the page, and one more if there is a
 * next page.
 */
export function numberedWays<Row>(found: readonly Row[], number: number): { rows: Row[] } & Ways {
  const more = found.length > rowsPerPage;
  return { rows: found.slice(0, rowsPerPage), ...(number > 1 && { previous: {} }), ...(more && { next: {} }) };
}

function placeOf(value: string | undefined): Cursor | undefined {
  try {
    const [key, id] = JSON.parse(Buffer.from(value ?? '', 'base64url').toString()) as unknown[];
    const isText = (part: unknown): part is string => typeof part === 'string' && !part.includes('\0');
    return isText(key) && isText(id) ? { key, id } : undefined;
  } catch {
    return undefined;
  }
}

/** The links of a list that is paged by cursor. */
export function keysetLinks(
  params: Readonly<Record<string, string | undefined>>,
  asked: AskedPage,
  page: { rows: readonly unknown[]; previous?: Cursor; next?: Cursor },
  total: number,
): PagerLinks {
  const { rows, previous, next } = page;
  const ways = {
    rows,
    previous: previous && { before: placeText(previous) },
    next: next && { after: placeText(next) },
  };
  return pagerLinks(params, asked, ways, total);
}
