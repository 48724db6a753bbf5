/**
 * The interaction that a page is about. It is found by its uid and the secret of this browser, its forms are bound to
 * both, and its answer leads back to the engine.
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
  /** The interaction of this page, if it belongs to this browser and is not over. @throws AppError expired */
  load(ctx: Context): Promise<Interaction>;
  /**
   * The interaction and the form of one of its pages. Undefined if it was answered a moment ago: the request has been
   * redirected.
   */
  submission(ctx: Context): Promise<{ interaction: Interaction; form: URLSearchParams } | undefined>;
  /** Hands the answer to the engine, and sends the browser there. */
  finish(ctx: Context, result: InteractionResults, options?: { mergeWithLastSubmission: boolean }): Promise<void>;
  /** Makes the interaction wait for somebody to sign in, with the same request. */
  askWhoElse(interaction: Interaction): Promise<void>;
  /** The app that asks. @throws AppError expired if it was deleted, or may no longer make this request */
  clientOf(interaction: Interaction): Promise<Client>;
  /** The anti-forgery value of the interaction's forms. */
  csrfOf(interaction: Interaction): string;
  /** Ends the interaction that the engine has resumed, and keeps its redirect. */
  readonly settleInteraction: Middleware;
}

export function createCurrentInteraction({ engine, csrf, ...deps }: WebDeps): CurrentInteraction {
  const redirects = createInteractionRedirects(deps);

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
        if (error instanceof AppError && (await redirects.lead(ctx))) return undefined;
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
    settleInteraction: redirects.settle as Middleware,
  };
}

export function overdue(): AppError {
  return new AppError('expired', 'This page has expired', { page: 'interaction' });
}

/** A neighbouring host can plant the uid, but can neither plant nor learn the secret of this browser. */
function binding(uid: string): string {
  return `interaction ${uid} ${requestContext().cache.browser}`;
}
