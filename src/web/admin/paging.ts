/** Places in long lists, as they stand in links. */
import type { Context } from 'koa';
import type { Page, PageRequest, Place } from '../../store/keyset.ts';
import { queried } from './pages.ts';

export const rowsPerPage = 25;

/** Where the link that was followed begins; the beginning for what is no place. */
export function pageAsked(ctx: Context): PageRequest {
  const [after, before] = [placeOf(queried(ctx, 'after')), placeOf(queried(ctx, 'before'))];
  if (after) return { limit: rowsPerPage, after };
  return before ? { limit: rowsPerPage, before } : { limit: rowsPerPage };
}

/** The ways to the pages beside this one. `params` are the filters that stay. */
export function pagerLinks(
  params: Readonly<Record<string, string | undefined>>,
  { previous, next }: Pick<Page<unknown>, 'previous' | 'next'>,
): { previous?: string; next?: string } {
  return {
    ...(previous && { previous: link({ ...params, before: text(previous) }) }),
    ...(next && { next: link({ ...params, after: text(next) }) }),
  };
}

/** A query with what is set. */
export function link(params: Readonly<Record<string, string | undefined>>): string {
  const set = Object.entries(params).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return `?${new URLSearchParams(set)}`;
}

const text = ({ key, id }: Place) => Buffer.from(JSON.stringify([key, id])).toString('base64url');

function placeOf(value: string | undefined): Place | undefined {
  try {
    const [key, id] = JSON.parse(Buffer.from(value ?? '', 'base64url').toString()) as unknown[];
    const isText = (part: unknown): part is string => typeof part === 'string' && !part.includes('\0');
    return isText(key) && isText(id) ? { key, id } : undefined;
  } catch {
    return undefined;
  }
}
