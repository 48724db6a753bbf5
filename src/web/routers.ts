/**
 * Every page and endpoint of ours, as routers that list their addresses. The engine and the admin API have their own.
 */
import type Router from '@koa/router';
import type { Middleware } from 'koa';
import { accountRoutes } from './account/index.ts';
import { signInRoutes } from './account/sign-in.ts';
import { adminRoutes } from './admin/index.ts';
import type { WebDeps } from './deps.ts';
import { assetRoutes } from './http/assets.ts';
import { landingRoutes } from './http/landing.ts';
import { logoRoutes } from './http/logos.ts';
import { sitePageRoutes } from './http/site-pages.ts';
import { authorizeByPostRoutes } from './oauth/authorize-by-post.ts';
import { interactionRoutes } from './oauth/interaction/index.ts';
import type { FeedHub } from './oauth/revocations/hub.ts';
import { revocationRoutes } from './oauth/revocations/index.ts';
import { playgroundRoutes } from './playground/index.ts';

export interface RouterDeps extends WebDeps {
  readonly feed: FeedHub;
  /** With demo data: the API that the playground calls. */
  readonly demoApi: Middleware | undefined;
}

export function pageRouters(deps: RouterDeps): readonly Router[] {
  return [
    assetRoutes(),
    logoRoutes(deps),
    landingRoutes(deps),
    sitePageRoutes(),
    authorizeByPostRoutes(),
    interactionRoutes(deps),
    signInRoutes(deps),
    accountRoutes(deps),
    adminRoutes(deps),
    revocationRoutes({ engine: deps.engine, hub: deps.feed }),
    ...(deps.demoApi ? [playgroundRoutes(deps)] : []),
  ];
}
