/** Our own pages that the foot links to if the operator has named none. */
import Router from '@koa/router';
import { helpPage, privacyPage, termsPage } from '../../../views/site-pages.ts';

const pages = { '/help': helpPage, '/privacy': privacyPage, '/terms': termsPage };

export function sitePageRoutes(): Router {
  const router = new Router();
  for (const [path, page] of Object.entries(pages)) {
    router.get(path, (ctx) => {
      ctx.body = page();
    });
  }
  return router;
}
