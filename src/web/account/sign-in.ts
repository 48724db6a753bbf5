/** Signing in to the account pages, and out of them. */
import Router from '@koa/router';
import type { Context } from 'koa';
import { signInPage } from '../../../views/oauth/sign-in.ts';
import { signedOutPage } from '../../../views/oauth/signed-out.ts';
import type { WebDeps } from '../deps.ts';
import { continueSignIn, stepAt } from '../http/continue-sign-in.ts';
import { authenticateByForm, demoAccount, tookTooLong } from '../http/credentials.ts';
import { readForm } from '../http/forms.ts';
import { localPath } from '../http/local-path.ts';
import { seeOther } from '../http/see-other.ts';
import { endSession, signedIn, startSession } from '../http/session.ts';

const methods = ['pwd'] as const;

export function signInRoutes(deps: WebDeps): Router {
  const { csrf, engine } = deps;
  const router = new Router();

  router.get('/sign-in', async (ctx) => {
    const next = localPath(ctx.query.next);
    if (!('again' in ctx.query) && (await signedIn(ctx, engine.provider()))) return ctx.redirect(next);
    ctx.body = page(ctx, next, tookTooLong(ctx));
  });

  router.post('/sign-in', async (ctx) => {
    const form = await readForm(ctx);
    csrf.check(form, binding(ctx));
    const next = localPath(ctx.query.next);
    const result = await authenticateByForm(ctx, deps, form, async ({ factors }) => ({
      done: stepAt(deps.config, { interaction: undefined }, { methods, factors }) === 'done',
    }));
    if ('again' in result) {
      ctx.body = page(ctx, next, result.again);
      return;
    }
    if (!result.person.done) return continueSignIn(ctx, deps, { ...result.person, methods, next });
    await startSession(ctx, engine.provider(), { ...result.person, methods });
    seeOther(ctx, next);
  });

  router.post('/sign-out', async (ctx) => {
    const form = await readForm(ctx);
    const person = await signedIn(ctx, engine.provider());
    if (person) {
      csrf.check(form, person.binding);
      await endSession(ctx, engine.provider());
    }
    seeOther(ctx, '/signed-out');
  });

  router.get('/signed-out', async (ctx) => {
    ctx.body = signedOutPage({ email: (await signedIn(ctx, engine.provider()))?.account.email });
  });

  return router;

  function binding(ctx: Context): string {
    return `sign-in ${csrf.anonymousBinding(ctx)}`;
  }

  function page(ctx: Context, next: string, again: Partial<Parameters<typeof signInPage>[0]> = {}): string {
    return signInPage({
      csrf: csrf.token(binding(ctx)),
      action: `/sign-in?next=${encodeURIComponent(next)}`,
      demo: demoAccount(deps.config),
      ...again,
    });
  }
}
