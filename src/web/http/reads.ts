/**
 * Reads of a page that may be a few seconds old. A person who has just sent a form sees what it changed: a cookie marks the browser
 * for longer than a replica may lag, and until it ends the primary answers. It decides nothing else.
 */
import type { Context, Middleware } from 'koa';
import type { Db } from '../../store/database.ts';
import type { Reads } from '../../store/reads.ts';
import { readCookie, writeCookie } from './cookies.ts';

const cookie = 'changed';
/** Twice as long as a replica that is read may be behind. */
const maxAgeMs = 10_000;

/** Runs work that only reads and may run twice. Requests that change something always read the primary. */
export function readFor<T>(
  ctx: Context,
  { reads }: { readonly reads: Reads },
  work: (db: Db) => Promise<T>,
): Promise<T> {
  const mayBeOld = ctx.method === 'GET' && reads.facts() !== undefined && readCookie(ctx, cookie) === undefined;
  return reads.run(mayBeOld, work);
}

/** Marks browsers that send forms, if there is a replica. Programs send no cookies, and get none. */
export function markChanges(reads: Reads): Middleware[] {
  if (reads.facts() === undefined) return [];
  return [
    (ctx, next) => {
      if (ctx.method === 'POST' && ctx.get('Cookie') !== '') writeCookie(ctx, cookie, '1', { maxAgeMs });
      return next();
    },
  ];
}
