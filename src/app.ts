/** The table of contents of HTTP: what stands in front, our own pages, and the engine. */
import type Keygrip from 'keygrip';
import Koa, { type Middleware } from 'koa';
import compose from 'koa-compose';
import type { Logger } from './log.ts';
import { acceptEmptyPasswords } from './oidc/empty-password.ts';
import { withMemo } from './oidc/memo.ts';
import { takeBackWhenRefused } from './oidc/spent.ts';
import { structuredTokens } from './oidc/structured-tokens.ts';
import type { Insight } from './operations/insight.ts';
import type { AdminApiDeps } from './web/admin-api/deps.ts';
import { adminApi } from './web/admin-api/index.ts';
import { oneSpaceInCredentials } from './web/authorization-header.ts';
import { recogniseBrowser } from './web/browser.ts';
import { readCaller } from './web/caller.ts';
import { exposeHeaders } from './web/cross-origin.ts';
import { emptyAnswers } from './web/empty-answers.ts';
import { renderErrors } from './web/errors.ts';
import { securityHeaders } from './web/headers.ts';
import { health } from './web/health.ts';
import { pinHost } from './web/host.ts';
import { observeClients } from './web/insight.ts';
import { publishMetadata } from './web/metadata.ts';
import { otherMethods } from './web/methods.ts';
import type { Metrics } from './web/metrics.ts';
import { onePath } from './web/paths.ts';
import { logRequests, refuseHostileUrls } from './web/requests.ts';
import { pageRouters, type RouterDeps } from './web/routers.ts';
import { signOutAtOnce } from './web/sign-out-at-once.ts';
import { siteLinks } from './web/site.ts';
import { userInfo } from './web/user-info.ts';

export interface AppDeps extends RouterDeps, AdminApiDeps {
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly insight: Insight;
  readonly cookieKeys: Keygrip;
  /** True from the moment the server is asked to stop. */
  readonly draining: () => boolean;
}

export function createApp(deps: AppDeps): Koa {
  const { config, db, engine, log } = deps;
  // readCaller and pinHost rewrite what `proxy` reads, so it can be on whether or not there is a proxy to trust.
  const app = new Koa({ proxy: true, maxIpsCount: 1, keys: deps.cookieKeys as never });
  // What renderErrors did not see: the connection broke and nobody is left to answer, or rendering itself failed.
  app.on('error', (error: Error & { headerSent?: boolean }, ctx?: Koa.Context) => {
    const level = error.headerSent ? 'debug' : 'error';
    log[level]({ err: error, requestId: ctx?.state.requestId }, 'a request failed');
  });
  const use = (...middlewares: unknown[]) => {
    for (const middleware of middlewares) app.use(middleware as Middleware);
  };

  const pages = pageRouters(deps);
  use(
    oneSpaceInCredentials,
    readCaller(config.trustProxy),
    logRequests(log, deps.metrics.observeRequest),
    onePath(pages),
  );
  use(securityHeaders(config.issuer), emptyAnswers, health(deps), siteLinks(config));
  use(pinHost(config.issuer, config.trustProxy), adminApi(deps));
  use(exposeHeaders, renderErrors(log), refuseHostileUrls, otherMethods(pages), publishMetadata(engine));
  use(withMemo, takeBackWhenRefused, observeClients(deps.insight, engine.clients));
  use(forPeople(recogniseBrowser, ...(deps.demoApi ? [deps.demoApi] : []), ...pages.map((router) => router.routes())));
  use(acceptEmptyPasswords(engine.clients), userInfo(deps));
  use(structuredTokens(db, engine.clients, engine.verifyAccessToken), signOutAtOnce(engine.provider, engine.clients));
  use(engine.middleware);
  return app;
}

/** What machines ask most goes straight to the engine, past the routers of everything else. */
const busiest = new Set(['/oauth/token', '/oauth/introspect', '/oauth/revoke']);

function forPeople(...middlewares: unknown[]): Middleware {
  const run = compose(middlewares as Middleware[]);
  return (ctx, next) => (busiest.has(ctx.path) ? next() : run(ctx, next));
}
