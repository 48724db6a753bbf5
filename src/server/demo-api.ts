/**
 * The API that the playground calls: the reference gateway with its sample API, in this process, below `/playground/api`.
 * Its verifier follows the revocation feed of this server over HTTP, like that of any gateway.
 */
import type { Context, Middleware, Next } from 'koa';
import type { Config } from '../config/index.ts';
import { createGuard } from '../gateway/guard.ts';
import { createApiLimits } from '../gateway/limits.ts';
import { createGatewayHandler } from '../gateway/reference/handler.ts';
import { resourceMetadataUrl } from '../gateway/resource-metadata.ts';
import { createVerifier, type Verifier } from '../gateway/verifier.ts';
import type { Logger } from '../log/index.ts';
import { droppedLogLines } from '../log/output.ts';
import { demo } from '../operations/demo.ts';

export interface DemoApi {
  readonly middleware: Middleware;
  /** Starts to follow the feed. Call it when the server listens. */
  start(): void;
  stop(): Promise<void>;
}

const mount = '/playground/api';

export function createDemoApi({ issuer, apiResource }: Config, gatewaySecret: string, log: Logger): DemoApi {
  let verifier: Verifier | undefined;
  let handle: ReturnType<typeof createGatewayHandler> | undefined;
  return {
    async middleware(ctx: Context, next: Next) {
      if (!handle || !ctx.path.startsWith(`${mount}/`)) return next();
      // The gateway writes to Node's response itself.
      ctx.respond = false;
      ctx.req.url = ctx.req.url?.slice(mount.length);
      const answered = new Promise((resolve) => ctx.res.once('close', resolve));
      handle(ctx.req, ctx.res);
      await answered;
    },
    start() {
      verifier = createVerifier({
        issuer,
        audience: apiResource,
        credentials: { clientId: demo.gateway, clientSecret: gatewaySecret },
        onProblem: (error) => log.debug({ err: error }, 'the playground’s gateway'),
      });
      const { verify } = verifier;
      const origin = `${issuer}${mount}`;
      // The handler serves the metadata below the mount; the root of this host is the authorization server.
      const resourceMetadata = `${origin}${new URL(resourceMetadataUrl(apiResource)).pathname}`;
      handle = createGatewayHandler({
        issuer,
        resource: apiResource,
        guard: createGuard({ verifier: { verify, issuer, audience: apiResource }, origin, resourceMetadata }),
        limits: createApiLimits({ kind: 'memory' }),
        status: () => (verifier as Verifier).status,
        droppedLogLines,
        isTrustedProxy: () => false,
        onError: (err, requestId) => log.error({ err, requestId }, 'the playground’s gateway failed'),
      });
    },
    async stop() {
      await verifier?.close();
    },
  };
}
