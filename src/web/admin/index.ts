/** The table of contents of the admin pages. */
import type Router from '@koa/router';
import type { WebDeps } from '../deps.ts';
import { accountPages } from './account.ts';
import { accountListPages } from './accounts.ts';
import { auditPages } from './audit.ts';
import { clientPages } from './client.ts';
import { editClientPages } from './client-edit.ts';
import { clientLogoPages } from './client-logo.ts';
import { newClientPages } from './client-new.ts';
import { clientListPages } from './clients.ts';
import { adminPages } from './pages.ts';

export function adminRoutes(deps: WebDeps): Router {
  const pages = adminPages(deps);
  clientListPages(pages, deps);
  newClientPages(pages, deps);
  clientPages(pages, deps);
  editClientPages(pages, deps);
  clientLogoPages(pages, deps);
  accountListPages(pages, deps);
  accountPages(pages, deps);
  auditPages(pages, deps);
  return pages.router;
}
