/**
 * The API that the playground calls: the reference gateway with its sample API, in this process, below `/playground/api`. It
 * is imported and started with the first call, because it follows the revocation feed from then on.
 */
import { once } from 'node:events';
import type { Context, Middleware, Next } from 'koa';
import type { Config } from '../config/index.ts';
import type { Logger } from '../log/index.ts';
import { demo } from '../policy/demo.ts';
import { shared } from '../web/http/lazy-room.ts';
import type { DemoGateway } from './demo-gateway.ts';

export interface DemoApi {
  readonly middleware: Middleware;
  stop(): Promise<void>;
}

const mount = demo.api;

export function createDemoApi(config: Config, gatewaySecret: string, log: Logger): DemoApi {
  let starting: Promise<DemoGateway> | undefined;
  let stopped = false;
  const start = shared(() => {
    starting = startGateway();
    return starting;
  });
  async function startGateway(): Promise<DemoGateway> {
    const { startDemoGateway } = await import('./demo-gateway.ts');
    return startDemoGateway(config, { mount, gatewaySecret, log });
  }
  return {
    async middleware(ctx: Context, next: Next) {
      if (stopped || !ctx.path.startsWith(`${mount}/`)) return next();
      const { handle } = await start();
      // A client that hung up meanwhile has closed already, and would be waited for for ever.
      if (ctx.res.closed || ctx.res.destroyed) return;
      // The gateway writes to Node's response itself.
      ctx.respond = false;
      ctx.req.url = ctx.req.url?.slice(mount.length);
      const answered = once(ctx.res, 'close');
      handle(ctx.req, ctx.res);
      await answered;
    },
    async stop() {
      stopped = true;
      // One that could not be started has nothing to close, and its callers were told.
      const gateway = await starting?.catch(() => undefined);
      await gateway?.close();
    },
  };
}
