/** Signing in with another provider, on our own pages, and the answers of all sign-ins and connections. */
import Router from '@koa/router';
import type { Context } from 'koa';
import { speech } from '../../../views/messages/index.ts';
import { AppError } from '../../errors.ts';
import { connectIdentity, signInWithIdentity } from '../../operations/account-identities.ts';
import { returnFromUpstream, type UpstreamReturn } from '../../operations/upstream-sign-in.ts';
import { isOpen } from '../../policy/registration.ts';
import { mayHaveShownNothing } from '../../policy/second-step.ts';
import { type UpstreamIdentity, upstreamMethods, wasAskedAgain } from '../../policy/upstreams.ts';
import type { WebDeps } from '../deps.ts';
import { actorOf } from '../http/actor.ts';
import { browserSecret } from '../http/browser.ts';
import { keepsNoCookies } from '../http/cookies.ts';
import { noCookies } from '../http/csrf.ts';
import { readForm } from '../http/forms.ts';
import { localPath } from '../http/local-path.ts';
import { signedIn } from '../http/session.ts';
import { continueSignIn, stepAt } from '../sign-in/continue.ts';
import { beginVisit } from './begin.ts';
import { sayOnSecurityPage } from './notice.ts';
import { problemPage, showProblem, showUpstreamProblem } from './problem.ts';

export function upstreamRoutes(deps: WebDeps): Router {
  const router = new Router();
  problemPage(router, deps);

  router.post('/sign-in/with/:name', async (ctx) => {
    const form = await readForm(ctx);
    deps.csrf.check(form, `sign-in ${deps.csrf.anonymousBinding(ctx)}`);
    const next = localPath(ctx.query.next);
    await beginVisit(ctx, deps, ctx.params.name as string, { next, askAgain: 'again' in ctx.query });
  });

  router.get('/sign-in/from/:name', async (ctx) => {
    const name = ctx.params.name as string;
    const client = deps.upstreams.get(name);
    if (!client) throw new AppError('not_found', 'This server has no such provider');
    const secret = browserSecret(ctx);
    if (secret === undefined && keepsNoCookies(ctx)) throw noCookies('expired');
    const back = secret && (await returnFromUpstream(deps, name, secret, ctx.search));
    if (!back) return showProblem(ctx, client.upstream, undefined, 'over');
    const identity = await identityOf(ctx, deps, back);
    if (identity) await (back.accountId === undefined ? signIn : connect)(ctx, deps, back, identity);
  });

  return router;
}

/**
 * Undefined if the request was answered, because the provider did not say who it is. Only that counts as its error: what fails
 * later is ours, and who it is has an outcome of its own.
 */
async function identityOf(ctx: Context, deps: WebDeps, back: UpstreamReturn): Promise<UpstreamIdentity | undefined> {
  try {
    return await back.identity();
  } catch (error) {
    deps.signIns.shown('provider', 'error');
    showUpstreamProblem(ctx, back.upstream, back, error);
    return undefined;
  }
}

async function signIn(ctx: Context, deps: WebDeps, back: UpstreamReturn, identity: UpstreamIdentity): Promise<void> {
  const { upstream, interaction, next } = back;
  if (back.askAgain && !wasAskedAgain(identity, back.began)) {
    deps.signIns.shown('provider', 'not_asked');
    return showProblem(ctx, upstream, back, 'not-asked');
  }
  const { accountsUpstream, registration } = deps.config;
  const makesAccounts = accountsUpstream === upstream.name || isOpen(registration);
  const request = { requestId: ctx.state.requestId as string, ip: ctx.ip, language: speech().code };
  const found = await signInWithIdentity(deps.db, upstream, identity, { makesAccounts }, request);
  // One page whether there is no account, an account of that address or a suspended one.
  deps.signIns.shown('provider', found ? 'ok' : 'unknown');
  if (!found) return showProblem(ctx, upstream, back, 'unknown');
  const { accountId, verifiedAt, factors } = found;
  const methods = upstreamMethods(upstream, identity, back);
  // A session that was found there must not be enough to set up a second step here.
  if (
    mayHaveShownNothing(methods) &&
    stepAt(deps.config, { interaction: undefined }, { methods, factors }) === 'enrol'
  ) {
    return beginVisit(ctx, deps, upstream.name, { interaction, next, askAgain: true });
  }
  await continueSignIn(ctx, deps, { account: { id: accountId }, methods, verifiedAt, factors, interaction, next });
}

/** Only for the person who began it, and who is still signed in. */
async function connect(ctx: Context, deps: WebDeps, back: UpstreamReturn, identity: UpstreamIdentity): Promise<void> {
  const person = await signedIn(ctx, deps.engine.provider());
  if (!person || person.account.id !== back.accountId) return showProblem(ctx, back.upstream, undefined, 'over');
  const actor = actorOf(ctx, `account:${person.account.id}`);
  const result = await connectIdentity(deps.db, back.upstream, identity, person.account.id, actor);
  if (result === 'connected') {
    return sayOnSecurityPage(ctx, 'connected');
  }
  showProblem(ctx, back.upstream, back, result === 'taken' ? 'taken' : 'has-another');
}
