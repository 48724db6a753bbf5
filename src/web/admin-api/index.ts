/** The admin API: handles every request at and below /admin/v1, and answers in the API's envelope. */
import type { Context, Middleware, Next } from 'koa';
import { actorWithReason } from '../../operations/client-record.ts';
import { adminLimit, adminPath, adminResource, resourceMetadataPath } from '../../policy/admin-api.ts';
import { machineOf } from '../../policy/lockout.ts';
import { adminScopes } from '../../policy/scopes.ts';
import { type AdminLimits, createAdminLimits } from '../../store/admin-limits.ts';
import { isUnavailable } from '../../store/unavailable.ts';
import { actorOf } from '../http/actor.ts';
import { shared } from '../http/lazy-room.ts';
import { refuseHostileUrls } from '../http/requests.ts';
import { readFile, readJson, readQuery } from './body.ts';
import { type Presented, presentedToken, requireCaller } from './caller.ts';
import type { AdminApiDeps } from './deps.ts';
import { meta, pagination, refuse } from './envelope.ts';
import { once, type Work } from './idempotency.ts';
import { otherMethod } from './methods.ts';
import { type Answer, nothing, type Operation, reasonGiven } from './operation.ts';
import { asRefusal, Refusal } from './refusal.ts';
import { type Route, routesAt } from './table.ts';
import { validate } from './validate.ts';

export function adminApi(deps: AdminApiDeps): Middleware {
  const { issuer, rateLimits } = deps.config;
  const limits = createAdminLimits(deps.db, { off: !rateLimits });
  // The library that makes the document is imported with the first request for it.
  const described = shared(async () => (await import('./description.ts')).describe(issuer));
  const documents: Readonly<Record<string, () => unknown>> = {
    [`${adminPath}/openapi.json`]: async () => (await described()).document,
    [`${adminPath}/docs`]: async () => (await described()).page,
    [resourceMetadataPath]: () => resourceMetadata(issuer),
  };
  return async (ctx: Context, next: Next) => {
    const open = documents[ctx.path];
    if (!open && ctx.path !== adminPath && !ctx.path.startsWith(`${adminPath}/`)) return next();
    try {
      await refuseHostileUrls(ctx, async () => {
        const presented = open ? {} : await presentedToken(ctx, deps);
        await count(ctx, presented, limits);
        if (open) await publish(ctx, open);
        else await answer(ctx, presented, deps);
      });
    } catch (error) {
      const known = asRefusal(error);
      if (isUnavailable(error)) ctx.state.unavailable = error;
      if (!known) deps.log.error({ err: error, requestId: ctx.state.requestId }, 'unexpected error');
      refuse(ctx, known ?? new Refusal(500, 'SERVER_ERROR', 'Something here failed'));
    }
  };
}

async function publish(ctx: Context, document: () => unknown): Promise<void> {
  if (ctx.method === 'GET' || ctx.method === 'HEAD') ctx.body = await document();
  else otherMethod(ctx, ['GET']);
}

async function answer(ctx: Context, presented: Presented, deps: AdminApiDeps): Promise<void> {
  const here = routesAt(ctx.path.slice(adminPath.length));
  const asked = ctx.method === 'HEAD' ? 'GET' : ctx.method;
  const route = here.find(({ operation }) => operation.method === asked);
  if (route) return perform(ctx, route, presented, deps);
  const known = here.map(({ operation }) => operation.method);
  otherMethod(ctx, known);
}

async function perform(
  ctx: Context,
  { operation, params }: Route,
  presented: Presented,
  deps: AdminApiDeps,
): Promise<void> {
  const caller = await requireCaller(presented, operation, deps);
  const actor = { ...actorOf(ctx, `client:${caller.clientId}`), powers: caller.scopes };
  const sent = {
    params: validate(operation.params, params),
    query: validate(operation.query, readQuery(ctx)),
    file: operation.upload ? await readFile(ctx, operation.upload) : Buffer.alloc(0),
    body: validate(operation.body ?? nothing, operation.upload ? {} : await readJson(ctx)),
  };
  const reason = reasonGiven(operation, sent);
  const call = {
    ...sent,
    caller,
    actor: reason === undefined ? actor : actorWithReason(actor, reason),
    deps,
    ifMatch: ctx.get('If-Match') || undefined,
  };
  const work: Work = {
    prepare: operation.prepare && (() => operation.prepare?.({ ...call, db: deps.db } as never) as Promise<unknown>),
    run: (db, prepared) => operation.run({ ...call, db, prepared } as never),
  };
  const result =
    operation.method === 'POST'
      ? await once(ctx, deps, { clientId: caller.clientId, body: call.body }, work)
      : await work.run(deps.db, await work.prepare?.());
  send(ctx, operation, call.query, result);
}

function send(ctx: Context, { status, list }: Operation, query: unknown, { data, etag, total = 0 }: Answer): void {
  // A list that takes no page parameter is one page.
  const page = { page: 1, per_page: Math.max(1, total), ...(query as object) };
  ctx.status = status;
  if (etag) ctx.set('ETag', etag);
  ctx.body = { success: true, data, ...(list && { pagination: pagination(page, total) }), meta: meta(ctx) };
}

/**
 * Counts the request by client, or by machine if it has no valid token.
 * @throws Refusal above the limit
 */
async function count(ctx: Context, { claims }: Presented, limits: AdminLimits): Promise<void> {
  const who = claims ? `client ${claims.client_id}` : `machine ${machineOf(ctx.ip)}`;
  const { used, resetsInMs } = await limits.count(who);
  ctx.set({
    'X-RateLimit-Limit': String(adminLimit.requests),
    'X-RateLimit-Remaining': String(Math.max(0, adminLimit.requests - used)),
    'X-RateLimit-Reset': String(Math.ceil((Date.now() + resetsInMs) / 1000)),
  });
  if (used <= adminLimit.requests) return;
  const headers = { 'Retry-After': String(Math.max(1, Math.ceil(resetsInMs / 1000))) };
  throw new Refusal(429, 'RATE_LIMITED', `At most ${adminLimit.requests} requests per minute`, { headers });
}

/** RFC 9728. */
function resourceMetadata(issuer: string): object {
  return {
    resource: adminResource(issuer),
    authorization_servers: [issuer],
    scopes_supported: adminScopes,
    bearer_methods_supported: ['header'],
    resource_name: 'VibeCaaS admin API',
    resource_documentation: `${issuer}${adminPath}/docs`,
  };
}
