/** The three addresses that the foot of every page leads to. */
import Router from '@koa/router';
import { helpPage, privacyPage, termsPage } from '../../views/site-pages.ts';

export function siteRoutes(): Router {
  const router = new Router();
  for (const [path, page] of [
    ['/help', helpPage()],
    ['/privacy', privacyPage()],
    ['/terms', termsPage()],
  ] as const) {
    router.get(path, (ctx) => {
      ctx.body = page;
    });
  }
  return router;
}
