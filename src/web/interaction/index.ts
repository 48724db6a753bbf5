/**
 * The pages of an authorization request, the only way in from the engine and back to it: sign-in, consent, and "Not
 * you?". Each page is bound to its interaction by a cookie that only this path sees; each form carries its own
 * anti-forgery value.
 */
import Router from '@koa/router';
import type { WebDeps } from '../deps.ts';
import { seeOther } from '../see-other.ts';
import { endSession } from '../session.ts';
import { consentStep } from './consent.ts';
import { createCurrentInteraction } from './current.ts';
import { signInStep } from './sign-in.ts';

export function interactionRoutes(deps: WebDeps): Router {
  const router = new Router();
  const page = '/interaction/:uid';
  const current = createCurrentInteraction(deps);
  const signIn = signInStep(router, page, current, deps);
  const showConsent = consentStep(router, page, current, deps);

  router.get('/oauth/authorize/:uid', current.watchAnswers);

  router.get(page, async (ctx) => {
    const interaction = await current.load(ctx);
    if (interaction.prompt.name === 'login') ctx.body = await signIn(interaction);
    else await showConsent(ctx, interaction);
  });

  /** "Not you?": ends this session and asks the same request again. */
  router.post(`${page}/switch`, async (ctx) => {
    const sent = await current.submission(ctx);
    if (!sent) return;
    const { interaction } = sent;
    await endSession(ctx, deps.engine.provider());
    await interaction.destroy();
    const request = new URLSearchParams();
    for (const [name, value] of Object.entries(interaction.params)) {
      if (typeof value === 'string' && name !== 'id_token_hint') request.set(name, value);
    }
    seeOther(ctx, `/oauth/authorize?${request}`);
  });

  return router;
}
