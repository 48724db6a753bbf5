/**
 * Every page and endpoint of ours, as routers that list their addresses. The engine has its own. What sign-in and
 * authorization need is imported with the server; the rest are rooms that are imported when they are first asked.
 */
import { setImmediate as immediate } from 'node:timers/promises';
import type Router from '@koa/router';
import type { Middleware } from 'koa';
import { outboxOf } from '../outbound/outbox-folder.ts';
import type { Outbound } from '../outbound/request.ts';
import { adminPath, resourceMetadataPath } from '../policy/admin-api.ts';
import { statusListsPath } from '../policy/status-lists.ts';
import { signInRoutes } from './account/sign-in.ts';
import type { AdminApiDeps } from './admin-api/deps.ts';
import type { WebDeps } from './deps.ts';
import { assetRoutes } from './http/assets.ts';
import { landingRoutes } from './http/landing.ts';
import { createLazyRoom, type LazyRoom, roomOf } from './http/lazy-room.ts';
import { logoRoutes } from './http/logos.ts';
import { sitePageRoutes } from './http/site-pages.ts';
import type { SignalMetrics } from './metrics/signals.ts';
import type { KeyRouteDeps } from './oauth/api-keys/index.ts';
import { authorizeByPostRoutes } from './oauth/authorize-by-post.ts';
import { interactionRoutes } from './oauth/interaction/index.ts';
import type { FeedHub } from './oauth/revocations/hub.ts';
import { revocationRoutes } from './oauth/revocations/index.ts';

export interface RouterDeps extends WebDeps, KeyRouteDeps {
  readonly feed: FeedHub;
  /** With demo data: the API that the playground calls. */
  readonly demoApi: Middleware | undefined;
  /** Sends requests to other servers. */
  readonly outbound: Outbound;
  readonly metrics: { readonly signals: SignalMetrics };
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
    revocationRoutes({ engine: deps.engine, hub: deps.feed }),
  ];
}

const adminApiSteps: readonly (() => Promise<unknown>)[] = [
  () => import('zod'),
  () => import('../policy/client/schema.ts'),
  () => import('../operations/clients.ts'),
  () => import('./admin-api/clients.ts'),
  () => import('./admin-api/accounts.ts'),
  () => import('../store/admin-limits.ts'),
];

export function adminApiRoom(deps: AdminApiDeps): LazyRoom {
  return createLazyRoom([adminPath, resourceMetadataPath], async () => {
    // In steps: the event loop answers other requests between them.
    for (const step of adminApiSteps) {
      await step();
      await immediate();
    }
    const { adminApi } = await import('./admin-api/index.ts');
    const { adminApiPaths } = await import('./admin-api/paths.ts');
    return { addresses: adminApiPaths, routers: [], middleware: adminApi(deps) };
  });
}

/** The rooms of pages. The admin API, which is below `/admin` too, comes before them. */
export function pageRooms(deps: RouterDeps): readonly LazyRoom[] {
  const account = async () => roomOf((await import('./account/index.ts')).accountRoutes(deps));
  const admin = async () => roomOf((await import('./admin/index.ts')).adminRoutes(deps));
  const secondStep = async () => roomOf((await import('./second-step/index.ts')).secondStepRoutes(deps));
  const links = async () => roomOf((await import('./links/index.ts')).linkRoutes(deps));
  const playground = async () => roomOf((await import('./playground/index.ts')).playgroundRoutes(deps));
  const device = async () => roomOf((await import('./device/index.ts')).deviceRoutes(deps));
  const registration = async () => roomOf((await import('./oauth/registration/index.ts')).registrationRoutes(deps));
  const usage = async () => roomOf((await import('./oauth/usage/index.ts')).usageRoutes(deps));
  const apiKeys = async () => roomOf((await import('./oauth/api-keys/index.ts')).apiKeyRoutes(deps));
  const lists = async () => roomOf((await import('./oauth/status-lists/index.ts')).statusListRoutes(deps));
  const signals = async () => roomOf((await import('./oauth/shared-signals/index.ts')).signalRoutes(deps));
  const leaks = async (keysUrl: string) =>
    roomOf((await import('./oauth/leaked-secrets/index.ts')).leakRoutes(deps, keysUrl));
  const upstream = async () => roomOf((await import('./upstream/index.ts')).upstreamRoutes(deps));
  const docs = async () => roomOf((await import('./docs/index.ts')).docsRoutes(deps));
  const outbox = async () => roomOf((await import('./outbox/index.ts')).outboxRoutes(outboxOf(deps.config)));
  const { leakedSecretsKeysUrl: keysUrl, statusListResources } = deps.config;
  const hasOutbox = deps.config.demo && deps.config.smtpUrl === undefined;
  return [
    createLazyRoom([/^\/(sign-in|interaction\/[^/]+)\/(second-step|recovery-code|enrol)(\/|$)/], secondStep),
    createLazyRoom(['/account'], account),
    createLazyRoom(['/sign-in/with', '/sign-in/from'], upstream),
    createLazyRoom(['/device'], device),
    createLazyRoom(['/docs', '/llms.txt', '/auth.md'], docs),
    createLazyRoom(['/oauth/register'], registration),
    createLazyRoom(['/oauth/usage'], usage),
    createLazyRoom(['/oauth/ssf', '/.well-known/ssf-configuration'], signals),
    createLazyRoom(['/oauth/introspect/keys'], apiKeys),
    ...(statusListResources.length > 0 ? [createLazyRoom([statusListsPath], lists)] : []),
    ...(keysUrl === undefined ? [] : [createLazyRoom(['/oauth/leaked-secrets'], () => leaks(keysUrl))]),
    createLazyRoom(['/admin'], admin),
    createLazyRoom(['/reset', '/verify', '/address', '/undo', '/register', '/invitation'], links),
    ...(hasOutbox ? [createLazyRoom(['/outbox'], outbox)] : []),
    ...(deps.demoApi ? [createLazyRoom(['/playground'], playground)] : []),
  ];
}
