/** Whether the process is alive, and whether it can serve: for orchestrators, whatever host name they use. */
import type { Context, Next } from 'koa';
import packageJson from '../../../package.json' with { type: 'json' };
import type { Engine } from '../../oidc/engine.ts';
import type { questionHeader as header } from '../../policy/seen-request.ts';
import type { Heartbeat } from '../../store/heartbeat.ts';
import type { SeenRequestDeps } from './seen-request.ts';

export const healthPaths = ['/healthz', '/readyz'] as const;

export interface HealthDeps extends SeenRequestDeps {
  readonly engine: Engine;
  readonly heartbeat: Pick<Heartbeat, 'state' | 'trustsClock'>;
  readonly draining: () => boolean;
}

/** Of policy/seen-request.ts, which is imported with the first question. */
const questionHeader: typeof header = 'x-vcauth-doctor';

async function seen(ctx: Context, deps: SeenRequestDeps) {
  return (await import('./seen-request.ts')).seenRequest(ctx, deps);
}

/** Sends no statement, so the answer is quick, however many callers there are and however busy the database is. */
export function health({ engine, heartbeat, draining, ...seeing }: HealthDeps) {
  return async (ctx: Context, next: Next): Promise<void> => {
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD') return next();
    if (ctx.path === '/healthz') {
      const request = ctx.get(questionHeader) === '' ? undefined : await seen(ctx, seeing);
      ctx.body = { status: 'ok', version: packageJson.version, ...(request && { request }) };
    } else if (ctx.path === '/readyz') {
      const { answers, writable } = heartbeat.state();
      const checks = {
        database: answers,
        database_writable: writable,
        signing_keys: engine.keys().some((key) => key.state === 'current'),
        clock: heartbeat.trustsClock(),
        accepting: !draining(),
      };
      const ready = Object.values(checks).every(Boolean);
      ctx.status = ready ? 200 : 503;
      ctx.body = { status: ready ? 'ready' : 'not_ready', checks };
    } else {
      return next();
    }
    ctx.set('Cache-Control', 'no-store');
  };
}
