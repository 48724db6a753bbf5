/**
 * Logos of apps, addressed by a hash of their content: the answer to an address never changes, so it may be cached
 * forever.
 */
import Router from '@koa/router';
import { findLogo } from '../../store/client-logos.ts';
import type { Db } from '../../store/database.ts';

export function logoRoutes({ db }: { db: Db }): Router {
  const router = new Router({ prefix: '/logos' });
  router.get('/:file', async (ctx) => {
    const hash = /^([\w-]{43})\.webp$/.exec(ctx.params.file as string)?.[1];
    const image = hash && (await findLogo(db, hash));
    // Without an answer the request ends in 404.
    if (!image) return;
    ctx.set('Cache-Control', 'public, max-age=31536000, immutable');
    ctx.type = 'image/webp';
    ctx.body = image;
  });
  return router;
}
