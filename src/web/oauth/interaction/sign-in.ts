/** The sign-in page of an authorization request. */
import type Router from '@koa/router';
import type { Context } from 'koa';
import { callText } from '../../../../views/app-identity.ts';
import { signInPage } from '../../../../views/oauth/sign-in.ts';
import { clientView } from '../../../oidc/hooks/client-view.ts';
import { asksAgain } from '../../../oidc/hooks/prompts.ts';
import { requestContext } from '../../../oidc/request-context.ts';
import type { UpstreamVisit } from '../../../operations/upstream-sign-in.ts';
import type { WebDeps } from '../../deps.ts';
import { keepWayBack } from '../../http/after-reset.ts';
import { authenticateByForm, demoAccount, type SignInAgain } from '../../http/credentials.ts';
import { authenticateByPasskey } from '../../http/passkey-credentials.ts';
import { askForPasskey } from '../../http/passkey-page.ts';
import { seeOther } from '../../http/see-other.ts';
import { continueSignIn, stepAt } from '../../sign-in/continue.ts';
import { upstreamButtons, visitUpstream } from '../../upstream/buttons.ts';
import type { CurrentInteraction, Interaction, Prepared } from './current.ts';
import { asksForMore } from './go-on.ts';
import { loginResult, notMerged } from './login.ts';

export type SignInPage = (ctx: Context, interaction: Interaction, again?: SignInAgain) => Promise<string>;

const methods = ['pwd'] as const;

/** Adds the route of the form; returns the function that renders the page. */
export function signInStep(router: Router, page: string, current: CurrentInteraction, deps: WebDeps): SignInPage {
  router.post(`${page}/sign-in`, async (ctx) => {
    const sent = await current.submission(ctx);
    if (!sent) return;
    const { interaction, form } = sent;
    if (interaction.prompt.name !== 'login') return seeOther(ctx, `/interaction/${interaction.uid}`);
    const app = callText(clientView(await current.clientOf(interaction)));
    let prepared: Prepared | undefined;
    // If the browser holds the interaction, the statement that confirms the sign-in stores it and says when that was.
    const result = await authenticateByForm(
      ctx,
      deps,
      form,
      async ({ id, factors }) => {
        if (stepAt(deps.config, { interaction }, { methods, factors }) !== 'done') return { done: false };
        prepared = await current.prepare(ctx, loginResult(interaction, id, methods), notMerged);
        return { done: true, interaction: prepared.isNew ? prepared.write : undefined };
      },
      app,
    );
    if ('again' in result) {
      ctx.body = await show(ctx, interaction, result.again);
      return;
    }
    const { person } = result;
    if (!person.done) return continueSignIn(ctx, deps, { ...person, methods, interaction: interaction.uid });
    if (prepared?.isNew) return prepared.leave();
    await current.finish(ctx, loginResult(interaction, person.account.id, methods, person.verifiedAt), notMerged);
  });

  passkeyForm(router, page, current, deps, show);
  resetLink(router, page, current);
  upstreamButton(router, page, current, deps);
  return show;

  async function show(ctx: Context, interaction: Interaction, again: SignInAgain = {}): Promise<string> {
    const { params, session } = interaction;
    const signedIn = asksAgain(interaction)
      ? requestContext().cache.accounts.get(session?.accountId as string)
      : undefined;
    const email = typeof params.login_hint === 'string' ? params.login_hint : signedIn?.email;
    return signInPage({
      csrf: current.csrfOf(interaction),
      action: `/interaction/${interaction.uid}/sign-in`,
      app: clientView(await current.clientOf(interaction)),
      ...(email === undefined ? {} : { email }),
      isSignedIn: signedIn !== undefined,
      reset: `/interaction/${interaction.uid}/reset`,
      demo: demoAccount(deps.config),
      upstreams: upstreamButtons(deps, (name) => `/interaction/${interaction.uid}/with/${name}`),
      passkey: askForPasskey(ctx, deps, {
        binding: current.bindingOf(interaction),
        action: `/interaction/${interaction.uid}/passkey`,
      }),
      ...again,
    });
  }
}

/** Adds the route of the passkey button on that page. */
function passkeyForm(router: Router, page: string, current: CurrentInteraction, deps: WebDeps, show: SignInPage): void {
  router.post(`${page}/passkey`, async (ctx) => {
    const sent = await current.submission(ctx);
    if (!sent) return;
    const { interaction, form } = sent;
    if (interaction.prompt.name !== 'login') return seeOther(ctx, `/interaction/${interaction.uid}`);
    const app = callText(clientView(await current.clientOf(interaction)));
    const result = await authenticateByPasskey(ctx, deps, form, { binding: current.bindingOf(interaction), app });
    if ('again' in result) {
      ctx.body = await show(ctx, interaction, { problem: result.again });
      return;
    }
    // A passkey is both factors, so nothing else follows.
    const { account, methods: shown, verifiedAt } = result.person;
    await current.finish(ctx, loginResult(interaction, account.id, shown, verifiedAt), notMerged);
  });
}

/** Adds the route of the link of somebody who forgot the password. They come back here with a new one. */
function resetLink(router: Router, page: string, current: CurrentInteraction): void {
  router.get(`${page}/reset`, async (ctx) => {
    keepWayBack(ctx, await current.load(ctx));
    seeOther(ctx, '/reset');
  });
}

/** Adds the route of the buttons of other providers. */
function upstreamButton(router: Router, page: string, current: CurrentInteraction, deps: WebDeps): void {
  router.post(`${page}/with/:name`, async (ctx) => {
    const sent = await current.submission(ctx);
    if (!sent) return;
    const { interaction } = sent;
    if (interaction.prompt.name !== 'login') return seeOther(ctx, `/interaction/${interaction.uid}`);
    await visitUpstream(ctx, deps, ctx.params.name as string, visitOf(interaction));
  });
}

/** For these the person must show who they are, although they may have a session at the provider. */
const needNewSignIn = ['login_prompt', 'max_age', 'another_account'];

/** What an authorization wants of another provider. */
export function visitOf(interaction: Interaction): UpstreamVisit {
  const { uid, prompt, params } = interaction;
  const isNewSignIn = params.max_age !== undefined || prompt.reasons.some((reason) => needNewSignIn.includes(reason));
  return { interaction: uid, askAgain: isNewSignIn || asksForMore(interaction) };
}
