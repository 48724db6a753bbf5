/** Protects Koa routes: `router.get('/projects', requireScopes(guard, 'projects:read'), handler)`. */
import type { Context, Next } from 'koa';
import type { CallerClaims } from './claims.ts';
import type { Guard, RouteRequirements } from './guard.ts';
import { guardedRequest } from './node-request.ts';
import { scopesOfRoute } from './route-requirements.ts';

/** Puts the caller's claims into `ctx.state.token`. */
export function requireScopes(guard: Guard, scopes: string | readonly string[], required: RouteRequirements = {}) {
  const needed = scopesOfRoute(scopes, required);
  return async (ctx: Context, next: Next): Promise<void> => {
    const verdict = await guard.check(
      guardedRequest(ctx.req, ctx.res, { target: ctx.originalUrl, address: ctx.ip }),
      needed,
      required.project === undefined ? required : { ...required, project: ctx.params?.[required.project] },
    );
    if ('refusal' in verdict) {
      ctx.status = verdict.refusal.status;
      ctx.set({ ...verdict.refusal.headers });
      ctx.body = verdict.refusal.body;
      return;
    }
    ctx.state.token = verdict.claims satisfies CallerClaims;
    await next();
  };
}

/**
 * Serves the document that the guard's challenges name: `app.use(serveMetadata(guard))`, before the routes that need a
 * token.
 */
export function serveMetadata(guard: Guard) {
  return async (ctx: Context, next: Next): Promise<void> => {
    const answer = guard.describe(ctx.method, ctx.originalUrl);
    if (!answer) return void (await next());
    ctx.status = answer.status;
    ctx.set({ ...answer.headers });
    ctx.body = answer.body || null;
  };
}
