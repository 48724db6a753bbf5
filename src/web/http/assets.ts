/** The stylesheet, the icon and the script of passkeys: read once, compared by hash, cached by browsers for an hour. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import Router from '@koa/router';
import { passkeyScript } from './passkey-script.ts';

const files = ['style.css', 'favicon.svg'] as const;
const read = (name: string) => readFileSync(new URL(`../../../views/assets/${name}`, import.meta.url));

export function assetRoutes(): Router {
  const router = new Router({ prefix: '/assets' });
  const bodies = [...files.map((name) => [name, read(name)] as const), ['passkeys.js', passkeyScript.body] as const];
  for (const [name, body] of bodies) {
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
    router.get(`/${name}`, (ctx) => {
      ctx.set('Cache-Control', 'public, max-age=3600');
      ctx.set('ETag', etag);
      ctx.type = extname(name);
      ctx.status = 200;
      if (ctx.fresh) ctx.status = 304;
      else ctx.body = body;
    });
  }
  return router;
}
