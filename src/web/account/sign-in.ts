/** Signing in to the account pages, and out of them. */
import Router from '@koa/router';
import type { Context } from 'koa';
import { signInPage } from '../../../views/oauth/sign-in.ts';
import { isOpen } from '../../policy/registration.ts';
import type { WebDeps } from '../deps.ts';
import { authenticateByForm, demoAccount, tookTooLong } from '../http/credentials.ts';
import { readForm } from '../http/forms.ts';
import { localPath } from '../http/local-path.ts';
import { authenticateByPasskey } from '../http/passkey-credentials.ts';
import { askForPasskey } from '../http/passkey-page.ts';
import { seeOther } from '../http/see-other.ts';
import { endSession, signedIn, startSession } from '../http/session.ts';
import { continueSignIn, stepAt } from '../sign-in/continue.ts';
import { homeOf, upstreamButtons, visitUpstream } from '../upstream/buttons.ts';

const methods = ['pwd'] as const;

export function signInRoutes(deps: WebDeps): Router {
  const { csrf, engine } = deps;
  const router = new Router();

  router.get('/sign-in', async (ctx) => {
    const next = localPath(ctx.query.next);
    if (!('again' in ctx.query) && (await signedIn(ctx, engine.provider()))) return ctx.redirect(next);
    const home = homeOf(ctx, deps);
    if (home) return visitUpstream(ctx, deps, home, { next, askAgain: 'again' in ctx.query });
    ctx.body = page(ctx, next, tookTooLong(ctx));
  });

  router.post('/sign-in', async (ctx) => {
    const form = await readForm(ctx);
    csrf.check(form, bindingOf(deps, ctx));
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

  passkeyForm(router, deps, page);
  signOutPages(router, deps);
  return router;

  function page(ctx: Context, next: string, again: Partial<Parameters<typeof signInPage>[0]> = {}): string {
    const query = `?${'again' in ctx.query ? 'again&' : ''}next=${encodeURIComponent(next)}`;
    const bound = bindingOf(deps, ctx);
    return signInPage({
      csrf: csrf.token(bound),
      action: `/sign-in${query}`,
      demo: demoAccount(deps.config),
      upstreams: upstreamButtons(deps, (name) => `/sign-in/with/${name}${query}`),
      passkey: askForPasskey(ctx, deps, { binding: bound, action: `/sign-in/passkey${query}` }),
      ...(isOpen(deps.config.registration) && { register: `/register?next=${encodeURIComponent(next)}` }),
      ...again,
    });
  }
}

/** Names the browser and the purpose, for what is bound to both. */
function bindingOf({ csrf }: WebDeps, ctx: Context): string {
  return `sign-in ${csrf.anonymousBinding(ctx)}`;
}

type SignInPage = (ctx: Context, next: string, again?: Partial<Parameters<typeof signInPage>[0]>) => string;

/** Adds the route of the passkey button on that page. */
function passkeyForm(router: Router, deps: WebDeps, page: SignInPage): void {
  const { csrf, engine } = deps;

  router.post('/sign-in/passkey', async (ctx) => {
    const form = await readForm(ctx);
    csrf.check(form, bindingOf(deps, ctx));
    const next = localPath(ctx.query.next);
    const result = await authenticateByPasskey(ctx, deps, form, { binding: bindingOf(deps, ctx) });
    if ('again' in result) {
      ctx.body = page(ctx, next, { problem: result.again });
      return;
    }
    // A passkey is both factors, so nothing else follows.
    await startSession(ctx, engine.provider(), result.person);
    seeOther(ctx, next);
  });
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
    const { signedOutPage } = await import('../../../views/oauth/signed-out.ts');
    ctx.body = signedOutPage({ email: (await signedIn(ctx, engine.provider()))?.account.email });
  });
}
