/**
 * A refused request spends nothing: what works once (a client's assertion, a DPoP proof, a pushed request) works again when
 * the request that presented it was refused. Each is marked as used when it is looked at, so that of many at the same moment
 * one wins; the mark is taken back when that one is refused.
 */
import type { Context, Next } from 'koa';
import { requestContext } from '../request-context.ts';

/** Koa middleware around everything that spends. */
export async function takeBackWhenRefused(ctx: Context, next: Next): Promise<void> {
  let answered = false;
  try {
    await next();
    // An error may also leave as a redirect or as a form: the engine notes it on the context.
    answered = ctx.status < 400 && ctx.state.engineError === undefined;
  } finally {
    // When the database is lost the mark stays: refused once too often is safe.
    if (!answered)
      await Promise.allSettled(
        requestContext()
          .outcome.spent.splice(0)
          .map((takeBack) => takeBack()),
      );
  }
}
