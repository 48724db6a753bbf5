/** The pages between the first factor of a sign-in and its end. */
import Router from '@koa/router';
import type { WebDeps } from '../deps.ts';
import { codePages } from './codes.ts';
import { enrolmentPages } from './enrolment.ts';
import { passkeyPages } from './passkey.ts';
import { secondStepPages } from './place.ts';

export function secondStepRoutes(deps: WebDeps): Router {
  const router = new Router();
  const pages = secondStepPages(deps);
  codePages(router, pages, deps);
  passkeyPages(router, pages, deps);
  enrolmentPages(router, pages, deps);
  return router;
}
