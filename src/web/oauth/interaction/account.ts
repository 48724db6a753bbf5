/** The account that an authorization is for: the page that asks, and "Not you?", whose form is on another page. */
import type Router from '@koa/router';
import type { Context } from 'koa';
import { AppError } from '../../../errors.ts';
import { clientView } from '../../../oidc/hooks/client-view.ts';
import type { AccountChoice } from '../../../oidc/hooks/prompts.ts';
import { requestContext } from '../../../oidc/request-context.ts';
import { normaliseEmail } from '../../../policy/emails.ts';
import { namesAnother } from '../../../policy/hints.ts';
import type { AccountFacts } from '../../../store/account-facts.ts';
import type { WebDeps } from '../../deps.ts';
import { field } from '../../http/forms.ts';
import { seeOther } from '../../http/see-other.ts';
import { endSession } from '../../http/session.ts';
import { overdue } from '../interaction-redirects.ts';
import type { CurrentInteraction, Interaction } from './current.ts';

export type AccountPage = (ctx: Context, interaction: Interaction) => Promise<void>;

/** Adds the routes of both forms; returns the function that shows the page. */
export function accountStep(router: Router, page: string, current: CurrentInteraction, deps: WebDeps): AccountPage {
  router.post(`${page}/account`, async (ctx) => {
    const sent = await current.submission(ctx);
    if (!sent) return;
    const { interaction, form } = sent;
    if (interaction.prompt.name !== 'select_account') return seeOther(ctx, `/interaction/${interaction.uid}`);
    if (field(form, 'account') !== 'current') throw new AppError('invalid', 'Choose an account');
    const choice: AccountChoice = { accountId: signedIn(interaction).id };
    await current.finish(ctx, { select_account: choice }, { mergeWithLastSubmission: true });
  });

  /**
   * Ends this session and starts the same request again in place: an address might have no room for all its parameters.
   */
  router.post(`${page}/switch`, async (ctx) => {
    const sent = await current.submission(ctx);
    if (!sent) return;
    const { interaction } = sent;
    await endSession(ctx, deps.engine.provider());
    await current.askWhoElse(interaction);
    seeOther(ctx, `/interaction/${interaction.uid}`);
  });

  return async (ctx, interaction) => {
    const { chooseAccountPage } = await import('../../../../views/oauth/choose-account.ts');
    const { uid, params } = interaction;
    const account = signedIn(interaction);
    const hint = String(params.login_hint ?? '');
    const asksForAnother = namesAnother(hint, account) ? normaliseEmail(hint) : undefined;
    ctx.body = chooseAccountPage({
      csrf: current.csrfOf(interaction),
      action: `/interaction/${uid}/account`,
      switchAction: `/interaction/${uid}/switch`,
      app: clientView(await current.clientOf(interaction)),
      account,
      ...(asksForAnother && { hint: asksForAnother }),
    });
  };
}

/** @throws AppError expired if nobody is signed in any more */
function signedIn({ session }: Interaction): AccountFacts {
  const account = requestContext().cache.accounts.get(session?.accountId as string);
  if (!account) throw overdue();
  return account;
}
