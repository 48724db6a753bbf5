/**
 * Redirects requests that may come by POST (authorization, OpenID Connect Core §3.1.2.1; sign-out, RP-Initiated Logout
 * §2) to GET. The engine supports POST only if its cookies have SameSite=None; a browser sends ours, which are Lax,
 * with the GET. So a sign-out by POST from another site meets the same question as one by GET.
 */
import Router from '@koa/router';
import type { Context } from 'koa';
import { AppError } from '../../errors.ts';
import { readForm } from '../http/forms.ts';
import { maxUrlChars } from '../http/requests.ts';

export function authorizeByPostRoutes(): Router {
  const router = new Router();
  for (const path of ['/oauth/authorize', '/oauth/logout']) {
    router.post(path, async (ctx) => {
      const url = `${path}?${await readParameters(ctx)}`;
      if (url.length > maxUrlChars) throw new AppError('invalid', 'The request is too long');
      ctx.status = 303;
      ctx.redirect(url);
    });
  }
  return router;
}

/** Sign-out requires no parameter, so it may have no body at all. */
async function readParameters(ctx: Context): Promise<URLSearchParams> {
  const { 'content-type': type, 'transfer-encoding': coding } = ctx.req.headers;
  const empty = type === undefined && coding === undefined && !ctx.request.length;
  return empty ? new URLSearchParams() : readForm(ctx);
}
