/**
 * Answers a method that a known address does not support with 405 and `Allow` (RFC 9110 §15.5.6), and OPTIONS with
 * `Allow` alone (§9.3.7), without CORS headers. Acts only if nothing else has answered.
 */
import type Router from '@koa/router';
import type { Context, Next } from 'koa';
import { AppError } from '../../errors.ts';
import { engineMethods } from '../../oidc/patches/methods.ts';
import { healthPaths } from './health.ts';
import type { LazyRoom } from './lazy-room.ts';

/** Whether a path of these has a page. Forms have addresses without one. */
export function pagesOf(routers: readonly Router[], rooms: readonly LazyRoom[]) {
  // onePath has opened the room of the path that was asked.
  return (path: string): boolean =>
    [...routers, ...rooms.flatMap(({ opened }) => opened?.routers ?? [])].some(
      (router) => router.match(path, 'GET').route,
    );
}

export function otherMethods(routers: readonly Router[], rooms: readonly LazyRoom[]) {
  return async (ctx: Context, next: Next): Promise<void> => {
    await next();
    if (ctx.status !== 404 || ctx.body != null) return;
    const known = methodsAt(ctx);
    const asks = ctx.method === 'OPTIONS';
    if (known.size === 0 || (known.has(ctx.method) && !asks)) return;
    const allow = [...known.add('OPTIONS')].join(', ');
    ctx.set('Allow', allow);
    if (!asks) throw new AppError('method', `Method not allowed; use ${allow}`);
    ctx.status = 204;
  };

  function methodsAt({ path, method }: Context): Set<string> {
    // A room that has not answered yet is imported by now: its middleware ran.
    const all = [...routers, ...rooms.flatMap(({ opened }) => opened?.routers ?? [])];
    const pages = all.flatMap((router) => router.match(path, method).path.flatMap((layer) => layer.methods));
    const health = (healthPaths as readonly string[]).includes(path) ? ['HEAD', 'GET'] : [];
    return new Set([...pages, ...engineMethods(path), ...health]);
  }
}
