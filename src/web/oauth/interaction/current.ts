/**
 * The interaction that a page is about: found by its uid and the secret of this browser, its forms bound to both, and
 * the way back to the engine when it is answered.
 */
import type { Context, Middleware } from 'koa';
import type { Client, InteractionResults, Provider } from 'oidc-provider';
import { AppError } from '../../../errors.ts';
import { optionalOf } from '../../../oidc/hooks/prompts.ts';
import { whatIsGone } from '../../../oidc/hooks/requests-under-way.ts';
import { isInteractionOver } from '../../../oidc/patches/events.ts';
import { requestContext } from '../../../oidc/request-context.ts';
import type { WebDeps } from '../../deps.ts';
import { releaseHeldRequest } from '../../http/browser.ts';
import { keepsNoCookies } from '../../http/cookies.ts';
import { noCookies } from '../../http/csrf.ts';
import { readForm } from '../../http/forms.ts';
import { seeOther } from '../../http/see-other.ts';
import { createInteractionRedirects } from '../interaction-redirects.ts';

export type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;

export interface CurrentInteraction {
  /** This page's, if it is this browser's and not over. @throws AppError expired */
  load(ctx: Context): Promise<Interaction>;
  /** With the form of one of its pages. One that was answered a moment ago is led where that answer led: undefined. */
  submission(ctx: Context): Promise<{ interaction: Interaction; form: URLSearchParams } | undefined>;
  /** Hands the answer to the engine, and the browser with it. */
  finish(ctx: Context, result: InteractionResults, options?: { mergeWithLastSubmission: boolean }): Promise<void>;
  /** Turns it into one that waits for somebody to sign in, with the same request. */
  askWhoElse(interaction: Interaction): Promise<void>;
  /** The app that asks. @throws AppError expired when it is gone, or may not ask like this any more */
  clientOf(interaction: Interaction): Promise<Client>;
  /** The anti-forgery value of its forms. */
  csrfOf(interaction: Interaction): string;
  /** Ends the one that the engine has resumed, and keeps where that led. */
  readonly settleInteraction: Middleware;
}

export function createCurrentInteraction({ engine, csrf, ...deps }: WebDeps): CurrentInteraction {
  const answers = createInteractionRedirects(deps);

  async function load(ctx: Context): Promise<Interaction> {
    const { provider } = engine;
    const interaction = await provider()
      .interactionDetails(ctx.req, ctx.res)
      .catch((error: Error) => {
        if (isInteractionOver(error)) throw keepsNoCookies(ctx) ? noCookies('expired') : overdue();
        throw error;
      });
    if (interaction.uid !== ctx.params.uid) throw overdue();
    return interaction;
  }

  return {
    load,
    async submission(ctx) {
      const uid = ctx.params.uid as string;
      const form = await readForm(ctx);
      if (keepsNoCookies(ctx)) throw noCookies('forbidden');
      csrf.check(form, binding(uid));
      try {
        return { interaction: await load(ctx), form };
      } catch (error) {
        if (error instanceof AppError && (await answers.lead(ctx))) return undefined;
        throw error;
      }
    },
    async finish(ctx, result, options) {
      const back = await engine.provider().interactionResult(ctx.req, ctx.res, result, options);
      releaseHeldRequest(ctx, ctx.params.uid as string);
      seeOther(ctx, back);
    },
    async askWhoElse(interaction) {
      const prompt = { name: 'login', reasons: ['another_account'], details: {} };
      const nobody = { session: undefined, grantId: undefined, result: undefined, lastSubmission: undefined };
      await Object.assign(interaction, { prompt, ...nobody }).persist();
    },
    async clientOf({ params, prompt }) {
      const client = await engine.provider().Client.find(params.client_id as string);
      if (!client) throw new AppError('expired', 'This app is not registered any more', { page: 'removed' });
      if (whatIsGone(params, client, optionalOf(prompt))) {
        throw new AppError('expired', 'The registration of this app was changed meanwhile', { page: 'changed' });
      }
      return client;
    },
    csrfOf: ({ uid }) => csrf.token(binding(uid)),
    settleInteraction: answers.settle as Middleware,
  };
}

export function overdue(): AppError {
  return new AppError('expired', 'This page has had its time', { page: 'interaction' });
}

/** A neighbouring host can plant the uid; what it can't plant, or know, is the secret of this browser. */
function binding(uid: string): string {
  return `interaction ${uid} ${requestContext().cache.browser}`;
}
