import Router from '@koa/router';
import type { WebDeps } from '../deps.ts';
import { confirmPages } from './confirm.ts';
import { resetPages } from './reset.ts';

export function linkRoutes(deps: WebDeps): Router {
  const router = new Router();
  resetPages(router, deps);
  confirmPages(router, deps);
  return router;
}
