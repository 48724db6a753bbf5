/** The table of contents of HTTP: what runs first, our own pages, and the engine. */
import type { RequestListener } from 'node:http';
import type Keygrip from 'keygrip';
import Koa, { type Context, type Middleware } from 'koa';
import compose from 'koa-compose';
import type { Logger } from './log/index.ts';
import { acceptEmptyPasswords } from './oidc/patches/empty-password.ts';
import { takeBackWhenRefused } from './oidc/patches/spent.ts';
import { withRequestContext } from './oidc/request-context.ts';
import type { ClientActivity } from './operations/client-activity.ts';
import type { AdminApiDeps } from './web/admin-api/deps.ts';
import { openAdminApi } from './web/admin-api/opening.ts';
import { type Admission, type AdmissionDeps, createAdmission } from './web/http/admission.ts';
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
import { keepLanguage } from './web/http/keep-language.ts';
import { speakLanguages } from './web/http/language.ts';
import { answerIn } from './web/http/lazy-room.ts';
import { otherMethods, pagesOf } from './web/http/methods.ts';
import { onePath } from './web/http/paths.ts';
import { logRequests, refuseHostileUrls } from './web/http/requests.ts';
import { siteLinks } from './web/http/site.ts';
import type { Metrics } from './web/metrics/index.ts';
import { observeClients } from './web/oauth/client-activity.ts';
import { metadataPaths, publishMetadata } from './web/oauth/metadata.ts';
import { signOutAtOnce } from './web/oauth/sign-out-at-once.ts';
import { userInfo } from './web/oauth/user-info.ts';
import { adminApiRoom, pageRooms, pageRouters, type RouterDeps } from './web/routers.ts';

export interface AppDeps extends RouterDeps, AdminApiDeps, HealthDeps, Pick<AdmissionDeps, 'loopWatch'> {
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly activity: ClientActivity;
  readonly cookieKeys: Keygrip;
}

export function createApp(deps: AppDeps): RequestListener {
  const { config, log } = deps;
  // pinCaller and pinHost rewrite what `proxy` reads, so it can be on whether or not there is a proxy to trust.
  const app = new Koa({ proxy: true, maxIpsCount: 1 });
  app.keys = deps.cookieKeys;
  // Errors that renderErrors does not see: the connection broke and there is nobody to answer, or rendering itself
  // failed.
  app.on('error', (error: Error & { headerSent?: boolean }, ctx?: Koa.Context) => {
    const level = error.headerSent ? 'debug' : 'error';
    log[level]({ err: error, requestId: ctx?.state.requestId }, 'a request failed');
  });
  const admission = createAdmission(deps);
  for (const middleware of wayOf(deps, admission)) app.use(middleware);
  return door(app.callback(), { admission, issuer: config.issuer, log });
}

/** What requests pass through, in order. */
function wayOf(deps: AppDeps, admission: Admission): Middleware[] {
  const { config, engine, log } = deps;
  const pages = pageRouters(deps);
  const api = adminApiRoom(deps);
  const rooms = pageRooms(deps);
  // Both ways share these, because one counts and the other keeps what it has read.
  const observe = observeClients(deps.activity, engine.clients);
  const metadata = publishMetadata(engine);

  const allRequests = inOrder(
    oneSpaceInCredentials,
    pinCaller(config.trustProxy),
    logRequests(log, deps.metrics),
    onePath(pages, [api, ...rooms]),
    securityHeaders(config.issuer),
    emptyAnswers,
  );
  const ofPrograms = inOrder(
    pinHost(config.issuer, config.trustProxy),
    exposeHeaders,
    admission.middleware,
    renderErrors(log),
    refuseHostileUrls,
    metadata,
    withRequestContext,
    takeBackWhenRefused,
    observe,
    acceptEmptyPasswords(engine.clients),
    engine.middleware,
  );
  const otherRequests = inOrder(
    health(deps),
    siteLinks(config),
    speakLanguages(config.issuer, pagesOf(pages, rooms)),
    pinHost(config.issuer, config.trustProxy),
    exposeHeaders,
    admission.middleware,
    openAdminApi(api, log),
    renderErrors(log),
    refuseHostileUrls,
    otherMethods(pages, rooms),
    metadata,
    withRequestContext,
    takeBackWhenRefused,
    observe,
    recogniseBrowser,
    keepLanguage(deps),
    ...(deps.demoApi ? [deps.demoApi] : []),
    ...pages.map((router) => router.routes()),
    answerIn(rooms),
    acceptEmptyPasswords(engine.clients),
    userInfo(deps),
    signOutAtOnce(engine.provider, engine.clients),
    engine.middleware,
  );
  return [...allRequests, eitherWay(isOfProgram, compose(ofPrograms), compose(otherRequests))];
}

/** What programs ask for most, by method. It needs nothing that is there for pages. */
const programPaths: Readonly<Record<string, ReadonlySet<string>>> = {
  POST: new Set(['/oauth/token', '/oauth/introspect', '/oauth/revoke']),
  GET: metadataPaths,
};

const isOfProgram = ({ method, path }: Context): boolean => programPaths[method]?.has(path) === true;

/** The types of many middlewares are narrower than Koa's own. */
const inOrder = (...middlewares: unknown[]): Middleware[] => middlewares as Middleware[];

function eitherWay(matches: (ctx: Context) => boolean, way: Middleware, other: Middleware): Middleware {
  return (ctx, next) => (matches(ctx) ? way : other)(ctx, next);
}
