/** The sign-in page of an authorization request. */
import type Router from '@koa/router';
import { signInPage } from '../../../../views/oauth/sign-in.ts';
import { clientView } from '../../../oidc/hooks/client-view.ts';
import type { ConsentResult } from '../../../oidc/hooks/grants.ts';
import type { WebDeps } from '../../deps.ts';
import { authenticateByForm, demoAccount, type SignInAgain } from '../../http/credentials.ts';
import { seeOther } from '../../http/see-other.ts';
import type { CurrentInteraction, Interaction } from './current.ts';

export type SignInPage = (interaction: Interaction, again?: SignInAgain) => Promise<string>;

/** Adds the route of the form; returns the function that renders the page. */
export function signInStep(router: Router, page: string, current: CurrentInteraction, deps: WebDeps): SignInPage {
  router.post(`${page}/sign-in`, async (ctx) => {
    const sent = await current.submission(ctx);
    if (!sent) return;
    const { interaction, form } = sent;
    if (interaction.prompt.name !== 'login') return seeOther(ctx, `/interaction/${interaction.uid}`);
    await current.clientOf(interaction);
    const result = await authenticateByForm(ctx, deps, form);
    if ('again' in result) {
      ctx.body = await show(interaction, result.again);
      return;
    }
    const { person } = result;
    const verifiedAt = person.verifiedAt.getTime() / 1000;
    const login = { accountId: person.account.id, ts: Math.floor(verifiedAt), amr: ['pwd'], verifiedAt };
    // This person's decision stands: they sign in again because `max_age` ran out while they decided.
    const consent = interaction.lastSubmission?.consent as ConsentResult | undefined;
    const decided = consent?.accountId === person.account.id ? { consent } : {};
    await current.finish(ctx, { ...decided, login }, { mergeWithLastSubmission: false });
  });

  return show;

  async function show(interaction: Interaction, again: SignInAgain = {}): Promise<string> {
    const hint = interaction.params.login_hint;
    return signInPage({
      csrf: current.csrfOf(interaction),
      action: `/interaction/${interaction.uid}/sign-in`,
      app: clientView(await current.clientOf(interaction)),
      ...(typeof hint === 'string' ? { email: hint } : {}),
      demo: demoAccount(deps.config),
      ...again,
    });
  }
}
