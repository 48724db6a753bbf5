/** The pages of mailed links: a new password, a confirmed address, a new account. Imported with their first request. */
import Router from '@koa/router';
import type { WebDeps } from '../deps.ts';
import { confirmPages } from './confirm.ts';
import { newAccountPages } from './new-account.ts';
import { registerPages } from './register.ts';
import { resetPages } from './reset.ts';

export function linkRoutes(deps: WebDeps): Router {
  const router = new Router();
  resetPages(router, deps);
  confirmPages(router, deps);
  registerPages(router, deps);
  newAccountPages(router, deps);
  return router;
}
