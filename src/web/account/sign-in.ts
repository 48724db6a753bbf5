/** Signing in to the account pages, and out of them. */
import Router from '@koa/router';
import type { Context } from 'koa';
import { signInPage } from '../../../views/oauth/sign-in.ts';
import { signedOutPage } from '../../../views/oauth/signed-out.ts';
import type { WebDeps } from '../deps.ts';
import { authenticateByForm, demoAccount } from '../http/credentials.ts';
import { readForm } from '../http/forms.ts';
import { authenticateByPasskey } from '../http/passkey-credentials.ts';
import { askForPasskey } from '../http/passkey-page.ts';
import { seeOther } from '../http/see-other.ts';
import { endSession, signedIn, startSession } from '../http/session.ts';

const home = '/account/apps';

export function signInRoutes(deps: WebDeps): Router {
  const { csrf, engine } = deps;
  const router = new Router();

  router.get('/sign-in', async (ctx) => {
    const next = localPath(ctx.query.next);
    if (await signedIn(ctx, engine.provider())) return ctx.redirect(next);
    ctx.body = page(ctx, next);
  });

  router.post('/sign-in', async (ctx) => {
    const form = await readForm(ctx);
    csrf.check(form, binding(ctx));
    const next = localPath(ctx.query.next);
    const result = await authenticateByForm(ctx, deps, form);
    if ('again' in result) {
      ctx.body = page(ctx, next, result.again);
      return;
    }
    await startSession(ctx, engine.provider(), result.person);
    seeOther(ctx, next);
  });

  router.post('/sign-in/passkey', async (ctx) => {
    const form = await readForm(ctx);
    csrf.check(form, binding(ctx));
    const next = localPath(ctx.query.next);
    const result = await authenticateByPasskey(ctx, deps, form, { binding: binding(ctx) });
    if ('again' in result) {
      ctx.body = page(ctx, next, result.again);
      return;
    }
    await startSession(ctx, engine.provider(), result.person);
    seeOther(ctx, next);
  });

  signOutPages(router, deps);
  return router;

  function binding(ctx: Context): string {
    return `sign-in ${csrf.anonymousBinding(ctx)}`;
  }

  function page(ctx: Context, next: string, again: Partial<Parameters<typeof signInPage>[0]> = {}): string {
    const query = `?next=${encodeURIComponent(next)}`;
    const bound = binding(ctx);
    return signInPage({
      csrf: csrf.token(bound),
      action: `/sign-in${query}`,
      demo: demoAccount(deps.config),
      passkey: askForPasskey(ctx, deps, { binding: bound, action: `/sign-in/passkey${query}` }),
      ...again,
    });
  }
}

function signOutPages(router: Router, { csrf, engine }: WebDeps): void {
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
}

/** Where to go after signing in: only a path of ours, whatever a link says. */
function localPath(next: unknown): string {
  if (typeof next !== 'string' || !/^\/(?![/\\])[\x21-\x7e]*$/.test(next) || next.includes('\\')) return home;
  return next;
}
