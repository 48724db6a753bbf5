/**
 * The pages of an authorization request, the only way in from the engine and back to it: sign-in, the choice of an
 * account, consent. Each belongs to the browser that began it; each form has its own anti-forgery value.
 */
import Router from '@koa/router';
import type { WebDeps } from '../../deps.ts';
import { tookTooLong } from '../../http/credentials.ts';
import { homeOf, visitUpstream } from '../../upstream/buttons.ts';
import { accountStep } from './account.ts';
import { consentStep } from './consent.ts';
import { createCurrentInteraction } from './current.ts';
import { goOnFromSession } from './go-on.ts';
import { signInStep, visitOf } from './sign-in.ts';

export function interactionRoutes(deps: WebDeps): Router {
  const router = new Router();
  const page = '/interaction/:uid';
  const current = createCurrentInteraction(deps);
  const signIn = signInStep(router, page, current, deps);
  const showAccounts = accountStep(router, page, current, deps);
  const showConsent = consentStep(router, page, current, deps);

  router.get('/oauth/authorize/:uid', current.settleInteraction);

  router.get(page, async (ctx) => {
    const interaction = await current.load(ctx);
    const { name } = interaction.prompt;
    if (name === 'login') {
      const late = tookTooLong(ctx);
      // Somebody who took too long is not sent around again.
      if (!late.problem && (await goOnFromSession(ctx, deps, interaction))) return;
      const home = homeOf(ctx, deps);
      if (home) await visitUpstream(ctx, deps, home, visitOf(interaction));
      else ctx.body = await signIn(ctx, interaction, late);
    } else if (name === 'select_account') await showAccounts(ctx, interaction);
    else await showConsent(ctx, interaction);
  });

  return router;
}
