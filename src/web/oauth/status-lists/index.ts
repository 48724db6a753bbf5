/** Serves Token Status Lists (draft-ietf-oauth-status-list-21 §8 and §9). Anybody may read them: they name nobody. */
import Router from '@koa/router';
import type { Context, Next } from 'koa';
import { statusListsPath } from '../../../policy/status-lists.ts';
import type { WebDeps } from '../../deps.ts';
import { refuse } from '../gateway-client.ts';
import { createStatusLists } from './lists.ts';
import { createRevokedReader } from './revoked.ts';

const mediaType = 'application/statuslist+jwt';
/** A cache on the way adds this to what a revocation takes to arrive. */
const cacheControl = 'public, max-age=10';

export function statusListRoutes({ db, engine, config }: Pick<WebDeps, 'db' | 'engine' | 'config'>): Router {
  const router = new Router();
  const address = `${config.issuer}${statusListsPath}`;
  const { issuer } = config;
  const lists = createStatusLists({ revoked: createRevokedReader(db), keys: engine.keys, address, issuer });

  router.get(statusListsPath, answerScripts, async (ctx) => {
    const count = await lists.count();
    ctx.set('Cache-Control', cacheControl);
    ctx.body = { status_lists: Array.from({ length: count }, (_, list) => `${address}/${list}`) };
  });

  router.get(`${statusListsPath}/:list`, answerScripts, async (ctx) => {
    if (!ctx.accepts(mediaType)) return refuse(ctx, 406, 'invalid_request', `A list is available as ${mediaType}`);
    if (ctx.query.time !== undefined) {
      return refuse(ctx, 501, 'invalid_request', 'Lists of the past are not kept: leave out time');
    }
    const number = String(ctx.params.list);
    const list = /^(0|[1-9]\d{0,11})$/.test(number) ? await lists.find(Number(number)) : undefined;
    if (!list) return refuse(ctx, 404, 'not_found', 'There is no such list');
    ctx.set('Cache-Control', cacheControl);
    ctx.status = 200;
    ctx.set('ETag', list.etag);
    ctx.type = mediaType;
    if (knows(ctx, list.etag)) ctx.status = 304;
    else ctx.body = Buffer.from(list.token);
  });

  return router;
}

/** Koa's own check answers in full whenever the caller sends `Cache-Control: no-cache`, as `fetch` does with this header. */
const knows = (ctx: Context, etag: string): boolean =>
  ctx
    .get('If-None-Match')
    .split(',')
    .some((one) => one.trim().replace(/^W\//, '') === etag);

/** Scripts of every origin may read lists and refusals: without this header, 404 and 503 look like a broken connection. */
function answerScripts(ctx: Context, next: Next): Promise<void> {
  ctx.set('Access-Control-Allow-Origin', '*');
  return next();
}
