/** The table of contents of HTTP: what runs first, our own pages, and the engine. */
import type { RequestListener } from 'node:http';
import type Keygrip from 'keygrip';
import Koa, { type Middleware } from 'koa';
import compose from 'koa-compose';
import type { Logger } from './log/index.ts';
import { jwtAccessTokens } from './oidc/jwt-access-tokens.ts';
import { acceptEmptyPasswords } from './oidc/patches/empty-password.ts';
import { takeBackWhenRefused } from './oidc/patches/spent.ts';
import { withRequestContext } from './oidc/request-context.ts';
import type { ClientActivity } from './operations/client-activity.ts';
import type { AdminApiDeps } from './web/admin-api/deps.ts';
import { adminApi } from './web/admin-api/index.ts';
import { createAdmission } from './web/http/admission.ts';
import { oneSpaceInCredentials } from './web/http/authorization-header.ts';
import { recogniseBrowser } from './web/http/browser.ts';
import { pinCaller } from './web/http/caller.ts';
import { exposeHeaders } from './web/http/cross-origin.ts';
import { door } from './web/http/door.ts';
import { emptyAnswers } from './web/http/empty-answers.ts';
import { renderErrors } from './web/http/errors.ts';
import { securityHeaders } from './web/http/headers.ts';
import { type HealthDeps, health } from './web/http/health.ts';
import { pinHost } from './web/http/host.ts';
import { otherMethods } from './web/http/methods.ts';
import { onePath } from './web/http/paths.ts';
import { logRequests, refuseHostileUrls } from './web/http/requests.ts';
import { siteLinks } from './web/http/site.ts';
import type { Metrics } from './web/metrics/index.ts';
import { observeClients } from './web/oauth/client-activity.ts';
import { publishMetadata } from './web/oauth/metadata.ts';
import { signOutAtOnce } from './web/oauth/sign-out-at-once.ts';
import { userInfo } from './web/oauth/user-info.ts';
import { pageRouters, type RouterDeps } from './web/routers.ts';

export interface AppDeps extends RouterDeps, AdminApiDeps, HealthDeps {
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly activity: ClientActivity;
  readonly cookieKeys: Keygrip;
}

export function createApp(deps: AppDeps): RequestListener {
  const { config, db, engine, log } = deps;
  // pinCaller and pinHost rewrite what `proxy` reads, so it can be on whether or not there is a proxy to trust.
  const app = new Koa({ proxy: true, maxIpsCount: 1 });
  app.keys = deps.cookieKeys;
  // Errors that renderErrors does not see: the connection broke and there is nobody to answer, or rendering itself
  // failed.
  app.on('error', (error: Error & { headerSent?: boolean }, ctx?: Koa.Context) => {
    const level = error.headerSent ? 'debug' : 'error';
    log[level]({ err: error, requestId: ctx?.state.requestId }, 'a request failed');
  });
  const use = (...middlewares: unknown[]) => {
    for (const middleware of middlewares) app.use(middleware as Middleware);
  };

  const admission = createAdmission(deps);
  const pages = pageRouters(deps);
  use(
    oneSpaceInCredentials,
    pinCaller(config.trustProxy),
    logRequests(log, deps.metrics.observeRequest),
    onePath(pages),
  );
  use(securityHeaders(config.issuer), emptyAnswers, health(deps), siteLinks(config));
  use(pinHost(config.issuer, config.trustProxy), exposeHeaders, admission.middleware, adminApi(deps));
  use(renderErrors(log), refuseHostileUrls, otherMethods(pages), publishMetadata(engine));
  use(withRequestContext, takeBackWhenRefused, observeClients(deps.activity, engine.clients));
  use(forPeople(recogniseBrowser, ...(deps.demoApi ? [deps.demoApi] : []), ...pages.map((router) => router.routes())));
  use(acceptEmptyPasswords(engine.clients), userInfo(deps));
  use(jwtAccessTokens(db, engine.clients, engine.verifyAccessToken), signOutAtOnce(engine.provider, engine.clients));
  use(engine.middleware);
  return door(app.callback(), { admission, issuer: config.issuer, log });
}

/** The requests that machines send most skip the routers of our pages. */
const machinePaths = new Set(['/oauth/token', '/oauth/introspect', '/oauth/revoke']);

function forPeople(...middlewares: unknown[]): Middleware {
  const run = compose(middlewares as Middleware[]);
  return (ctx, next) => (machinePaths.has(ctx.path) ? next() : run(ctx, next));
}
