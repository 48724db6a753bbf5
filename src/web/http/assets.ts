/** The stylesheet and the icon: read once, compared by hash, cached by browsers for an hour. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import Router from '@koa/router';

const files = { 'style.css': 'text/css; charset=utf-8', 'favicon.svg': 'image/svg+xml' } as const;

export function assetRoutes(): Router {
  const router = new Router({ prefix: '/assets' });
  for (const [name, type] of Object.entries(files)) {
    const body = readFileSync(new URL(`../../../views/assets/${name}`, import.meta.url));
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
    router.get(`/${name}`, (ctx) => {
      ctx.set('Cache-Control', 'public, max-age=3600');
      ctx.set('ETag', etag);
      ctx.type = type;
      ctx.status = 200;
      if (ctx.fresh) ctx.status = 304;
      else ctx.body = body;
    });
  }
  return router;
}
