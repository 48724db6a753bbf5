/**
 * Authorization requests by POST (OpenID Connect Core §3.1.2.1) are sent on as GET. The engine takes them only when its
 * cookies have SameSite=None; a browser sends ours, Lax, with the GET.
 */
import Router from '@koa/router';
import { AppError } from '../errors.ts';
import { readForm } from './forms.ts';
import { longestUrl } from './requests.ts';

export function authorizeByPostRoutes(): Router {
  const router = new Router();
  router.post('/oauth/authorize', async (ctx) => {
    const url = `/oauth/authorize?${await readForm(ctx)}`;
    if (url.length > longestUrl) throw new AppError('invalid', 'The request is too long');
    ctx.status = 303;
    ctx.redirect(url);
  });
  return router;
}
