/** One log line and one id per request, and limits on the form of a request. */
import type { Context, Next } from 'koa';
import { AppError } from '../../errors.ts';
import type { Logger } from '../../log/index.ts';
import { redactUrl, safeLines } from '../../log/index.ts';
import type { EngineError } from '../../oidc/patches/events.ts';
import { isCallerGone } from '../../store/pool-shares.ts';
import { fewRandomBytes } from '../../store/random.ts';
import { type RequestMessage, requestChannel, traced } from '../../tracing/channels.ts';

/** No authorization request is longer. */
export const maxUrlChars = 12_000;

export interface RequestObservers {
  observeRequest(ctx: Context, seconds: number): void;
  /** The path as a label, of which there are few. */
  routeOf(path: string): string;
}

/** Gives each request an id, which its answer and every log line carry, and writes its log line. */
export function logRequests(log: Logger, { observeRequest, routeOf }: RequestObservers) {
  const safe = safeLines(log);
  return (ctx: Context, next: Next): Promise<void> => {
    const requestId = newRequestId();
    ctx.state.requestId = requestId;
    ctx.res.setHeader('X-Request-Id', requestId);
    const started = performance.now();
    const message: RequestMessage = { method: ctx.method, headers: ctx.headers, requestId };
    return traced(requestChannel, message, async () => {
      try {
        await next();
      } finally {
        const ms = performance.now() - started;
        observeRequest(ctx, ms / 1000);
        message.route = routeOf(ctx.path);
        message.status = ctx.status;
        writeLine(log, safe, ctx, ms);
      }
    });
  };
}

function writeLine(log: Logger, safe: Logger, ctx: Context, ms: number): void {
  const { requestId } = ctx.state;
  const refused = ctx.state.engineError as EngineError | undefined;
  const unavailable = ctx.state.unavailable as Error | undefined;
  const failedAt = ctx.state.upstreamError as Error | undefined;
  const line = {
    requestId,
    method: ctx.method,
    url: redactUrl(ctx.originalUrl),
    status: ctx.status,
    ms: Math.round(ms * 10) / 10,
    // A connection that was closed has no address any more.
    ip: ctx.req.socket ? ctx.ip : undefined,
  };
  if (refused) log.info({ ...line, ...reasonOf(refused) }, 'request');
  else if (unavailable) log.info({ ...line, detail: unavailable.message }, 'request');
  else if (failedAt) log.info({ ...line, detail: failedAt.message }, 'request');
  else safe.info(line, 'request');
  if (refused && refused.error === undefined && !isCallerGone(refused))
    log.error({ err: refused, requestId }, 'the engine failed');
}

const idBytes = 12;

export function newRequestId(): string {
  return `req_${fewRandomBytes(idBytes).toString('base64url')}`;
}

function reasonOf(refused: EngineError): object {
  return {
    error: refused.error ?? refused.name,
    description: refused.error_description,
    detail: refused.error_detail ?? (refused.error ? undefined : refused.message),
  };
}

/** Refuses what no client sends: NUL in an address, addresses that are too long, broken escapes. */
export function refuseHostileUrls(ctx: Context, next: Next): Promise<void> {
  if (ctx.url.length > maxUrlChars) throw new AppError('invalid', 'The address is too long');
  if (/[%\0]/.test(ctx.url)) checkEscapes(ctx);
  return next();
}

function checkEscapes({ url, path }: Context): void {
  if (/%00|\0/.test(url)) throw new AppError('invalid', 'The address contains a NUL character');
  try {
    decodeURIComponent(path);
  } catch {
    throw new AppError('invalid', 'The address has a broken escape');
  }
}
