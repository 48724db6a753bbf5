/**
 * A refused request spends nothing: anything that works once (a client's assertion, a DPoP proof, a code)
 * works again if the request that presented it was refused. It is marked as used as soon as it is examined, so that
 * only one of several simultaneous requests succeeds; if that one is refused, the mark is removed.
 */
import type { Context, Next } from 'koa';
import { requestContext } from '../request-context.ts';

/** Koa middleware for every endpoint that spends something. */
export async function takeBackWhenRefused(ctx: Context, next: Next): Promise<void> {
  let answered = false;
  try {
    await next();
    // An error may also be sent as a redirect or a form, so the status is not enough: the engine notes it on the
    // context.
    answered = ctx.status < 400 && ctx.state.engineError === undefined;
    if (answered && requestContext().outcome.codeToSpend) throw new Error('a code was exchanged and not used up');
  } finally {
    // If the database is lost, the mark stays. It is safe to refuse once too often.
    if (!answered)
      await Promise.allSettled(
        requestContext()
          .outcome.spent.splice(0)
          .map((takeBack) => takeBack()),
      );
  }
}
