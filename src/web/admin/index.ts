/** The table of contents of the admin pages. */
import type Router from '@koa/router';
import type { WebDeps } from '../deps.ts';
import { accountPages } from './account.ts';
import { accountDetailsPages } from './account-details.ts';
import { accountListPages } from './accounts.ts';
import { auditPages } from './audit.ts';
import { clientPages } from './client.ts';
import { editClientPages } from './client-edit.ts';
import { clientErrorPages } from './client-errors.ts';
import { insightPages } from './client-insight.ts';
import { clientLogoPages } from './client-logo.ts';
import { newClientPages } from './client-new.ts';
import { secretRemovalPages } from './client-secret-removal.ts';
import { clientListPages } from './clients.ts';
import { keyPages } from './keys.ts';
import { adminPages } from './pages.ts';
import { deliveryPages } from './webhook-deliveries.ts';
import { webhookPages } from './webhooks.ts';

export function adminRoutes(deps: WebDeps): Router {
  const pages = adminPages(deps);
  clientListPages(pages, deps);
  newClientPages(pages, deps);
  clientPages(pages, deps);
  secretRemovalPages(pages, deps);
  editClientPages(pages, deps);
  insightPages(pages, deps);
  clientErrorPages(pages, deps);
  webhookPages(pages, deps);
  deliveryPages(pages, deps);
  clientLogoPages(pages, deps);
  accountListPages(pages, deps);
  accountPages(pages, deps);
  accountDetailsPages(pages, deps);
  auditPages(pages, deps);
  keyPages(pages, deps);
  return pages.router;
}
