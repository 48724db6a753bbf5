/** Every page and endpoint of ours, as routers that list their addresses. The engine's and the admin API's are theirs. */
import type Router from '@koa/router';
import type { Middleware } from 'koa';
import { accountRoutes } from './account.ts';
import { adminRoutes } from './admin/index.ts';
import { assetRoutes } from './assets.ts';
import { authorizeByPostRoutes } from './authorize-by-post.ts';
import type { WebDeps } from './deps.ts';
import { interactionRoutes } from './interaction/index.ts';
import { landingRoutes } from './landing.ts';
import { logoRoutes } from './logos.ts';
import { playgroundRoutes } from './playground/index.ts';
import type { FeedHub } from './revocations/hub.ts';
import { revocationRoutes } from './revocations/index.ts';
import { signInRoutes } from './sign-in.ts';
import { sitePageRoutes } from './site-pages.ts';

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
