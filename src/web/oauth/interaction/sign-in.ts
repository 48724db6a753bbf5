/** The sign-in page of an authorization request. */
import type Router from '@koa/router';
import type { Context } from 'koa';
import { signInPage } from '../../../../views/oauth/sign-in.ts';
import { clientView } from '../../../oidc/hooks/client-view.ts';
import type { ConsentResult } from '../../../oidc/hooks/grants.ts';
import { assuranceOf } from '../../../policy/assurance.ts';
import type { WebDeps } from '../../deps.ts';
import { authenticateByForm, demoAccount, type SignInAgain } from '../../http/credentials.ts';
import { authenticateByPasskey } from '../../http/passkey-credentials.ts';
import { askForPasskey } from '../../http/passkey-page.ts';
import { seeOther } from '../../http/see-other.ts';
import type { CurrentInteraction, Interaction, Prepared } from './current.ts';

export type SignInPage = (ctx: Context, interaction: Interaction, again?: SignInAgain) => Promise<string>;

const notMerged = { mergeWithLastSubmission: false };

/** This person's decision stands: they sign in again because `max_age` ran out while they decided. */
function decidedBy(accountId: string, { lastSubmission }: Interaction): { consent?: ConsentResult } {
  const consent = lastSubmission?.consent as ConsentResult | undefined;
  return consent?.accountId === accountId ? { consent } : {};
}

/** Adds the route of the form; returns the function that renders the page. */
export function signInStep(router: Router, page: string, current: CurrentInteraction, deps: WebDeps): SignInPage {
  router.post(`${page}/sign-in`, async (ctx) => {
    const sent = await current.submission(ctx);
    if (!sent) return;
    const { interaction, form } = sent;
    if (interaction.prompt.name !== 'login') return seeOther(ctx, `/interaction/${interaction.uid}`);
    await current.clientOf(interaction);
    let prepared: Prepared | undefined;
    // If the browser holds the interaction, the statement that confirms the sign-in stores it and says when that was.
    const interactionOf = async (accountId: string) => {
      const login = { accountId, amr: ['pwd'] };
      prepared = await current.prepare(ctx, { ...decidedBy(accountId, interaction), login }, notMerged);
      return prepared.isNew ? prepared.write : undefined;
    };
    const result = await authenticateByForm(ctx, deps, form, interactionOf);
    if ('again' in result) {
      ctx.body = await show(ctx, interaction, result.again);
      return;
    }
    if (prepared?.isNew) return prepared.leave();
    const { account, verifiedAt: at } = result.person;
    const verifiedAt = at.getTime() / 1000;
    const login = { accountId: account.id, ts: Math.floor(verifiedAt), amr: ['pwd'], verifiedAt };
    await current.finish(ctx, { ...decidedBy(account.id, interaction), login }, notMerged);
  });

  passkeyForm(router, page, current, deps, show);
  return show;

  async function show(ctx: Context, interaction: Interaction, again: SignInAgain = {}): Promise<string> {
    const hint = interaction.params.login_hint;
    return signInPage({
      csrf: current.csrfOf(interaction),
      action: `/interaction/${interaction.uid}/sign-in`,
      app: clientView(await current.clientOf(interaction)),
      ...(typeof hint === 'string' ? { email: hint } : {}),
      demo: demoAccount(deps.config),
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
    await current.clientOf(interaction);
    const result = await authenticateByPasskey(ctx, deps, form, { binding: current.bindingOf(interaction) });
    if ('again' in result) {
      ctx.body = await show(ctx, interaction, result.again);
      return;
    }
    const { account, verifiedAt: at, methods } = result.person;
    const verifiedAt = at.getTime() / 1000;
    const { amr, acr } = assuranceOf(methods);
    const login = { accountId: account.id, ts: Math.floor(verifiedAt), amr: [...amr], acr, verifiedAt };
    await current.finish(ctx, { ...decidedBy(account.id, interaction), login }, notMerged);
  });
}
