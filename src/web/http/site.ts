/** Lets every page below this middleware link to the operator's own pages. */
import type { Context, Next } from 'koa';
import { type SiteLinks, withSiteLinks } from '../../../views/site.ts';

export function siteLinks(links: SiteLinks) {
  return (_ctx: Context, next: Next): Promise<void> => withSiteLinks(links, next);
}
