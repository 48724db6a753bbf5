/**
 * The interaction that a page is about. It is found by its uid and the secret of this browser, its forms are bound to
 * both, and its answer leads back to the engine.
 */
import type { Context, Middleware } from 'koa';
import type { Client, InteractionResults, Provider } from 'oidc-provider';
import { AppError } from '../../../errors.ts';
import type { Engine } from '../../../oidc/engine.ts';
import { isStillShown, optionalOf } from '../../../oidc/hooks/prompts.ts';
import { isUnpushed, whatIsGone } from '../../../oidc/hooks/requests-under-way.ts';
import { isInteractionOver } from '../../../oidc/patches/events.ts';
import { type HeldBackInteraction, requestContext } from '../../../oidc/request-context.ts';
import type { WebDeps } from '../../deps.ts';
import { releaseHeldRequest } from '../../http/browser.ts';
import { keepsNoCookies } from '../../http/cookies.ts';
import { noCookies } from '../../http/csrf.ts';
import { readForm } from '../../http/forms.ts';
import { speakAsAccount, speakAsAsked } from '../../http/language.ts';
import { seeOther } from '../../http/see-other.ts';
import { createInteractionRedirects, overdue } from '../interaction-redirects.ts';

export type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;

export interface CurrentInteraction {
  /** The interaction of this page, if it belongs to this browser and is not over. @throws AppError expired */
  load(ctx: Context): Promise<Interaction>;
  /**
   * The interaction and the form of one of its pages. Undefined if it was answered a moment ago: the request has been
   * redirected.
   */
  submission(ctx: Context): Promise<{ interaction: Interaction; form: URLSearchParams } | undefined>;
  /** Seals the interaction with an answer, and stores nothing: another statement stores it, and then the browser may leave. */
  prepare(ctx: Context, result: InteractionResults, options: { mergeWithLastSubmission: boolean }): Promise<Prepared>;
  /** Hands the answer to the engine, and sends the browser there. */
  finish(ctx: Context, result: InteractionResults, options?: { mergeWithLastSubmission: boolean }): Promise<void>;
  /** Makes the interaction wait for somebody to sign in, with the same request. */
  askWhoElse(interaction: Interaction): Promise<void>;
  /** The app that asks. @throws AppError expired if it was deleted, or may no longer make this request */
  clientOf(interaction: Interaction): Promise<Client>;
  /** Like `clientOf`, but this node may not know of a change yet. */
  renewClient(interaction: Interaction): Promise<Client>;
  /** After an answer that was not saved: @throws AppError expired if the client has changed since */
  refuseAnotherRevision(interaction: Interaction, shown: Client): Promise<void>;
  /** The anti-forgery value of the interaction's forms. */
  csrfOf(interaction: Interaction): string;
  /** Names the interaction and the browser that it belongs to, for what is bound to both. */
  bindingOf(interaction: Interaction): string;
  /** Ends the interaction that the engine has resumed, and keeps its redirect. */
  readonly settleInteraction: Middleware;
}

/** An interaction with its answer; new if it is not stored yet, because the browser holds it. */
export type Prepared = HeldBackInteraction & {
  /** Sends the browser back to the engine. */
  leave(): void;
};

export function createCurrentInteraction(deps: WebDeps): CurrentInteraction {
  const { engine, csrf } = deps;
  const redirects = createInteractionRedirects(deps);

  const load = (ctx: Context) => interactionOf(engine, ctx);
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
    async prepare(ctx, result, options) {
      const { outcome } = requestContext();
      const heldBack: typeof outcome.heldBack = {};
      outcome.heldBack = heldBack;
      try {
        const back = await engine.provider().interactionResult(ctx.req, ctx.res, result, options);
        if (!heldBack.interaction) throw new Error('the engine has not saved the interaction');
        return { ...heldBack.interaction, leave: () => leave(ctx, back) };
      } finally {
        delete outcome.heldBack;
      }
    },
    async finish(ctx, result, options) {
      const { provider } = engine;
      const back = await provider()
        .interactionResult(ctx.req, ctx.res, result, options)
        .catch((error: Error) => {
          if (isInteractionOver(error)) return undefined;
          throw error;
        });
      if (back !== undefined) leave(ctx, back);
      // The other click of a double click has ended it since this request has read it.
      else if (!(await redirects.lead(ctx))) throw overdue();
    },
    async askWhoElse(interaction) {
      const prompt = { name: 'login', reasons: ['another_account'], details: {} };
      const nobody = { session: undefined, grantId: undefined, result: undefined, lastSubmission: undefined };
      await Object.assign(interaction, { prompt, ...nobody }).persist();
    },
    clientOf: (interaction) => clientOf(engine, interaction),
    renewClient: (interaction) => renewClient(engine, interaction),
    async refuseAnotherRevision(interaction, shown) {
      engine.clients.forget(shown.clientId);
      if ((await clientOf(engine, interaction)).revision !== shown.revision) throw changedMeanwhile();
    },
    csrfOf: ({ uid }) => csrf.token(binding(uid)),
    bindingOf: ({ uid }) => binding(uid),
    settleInteraction: redirects.settle as Middleware,
  };
}

async function interactionOf(engine: Engine, ctx: Context): Promise<Interaction> {
  const interaction = await engine
    .provider()
    .interactionDetails(ctx.req, ctx.res)
    .catch((error: Error) => {
      if (isInteractionOver(error)) throw keepsNoCookies(ctx) ? noCookies('expired') : overdue();
      throw error;
    });
  if (interaction.uid !== ctx.params.uid) throw overdue();
  await speakAsAsked(ctx, interaction.params.ui_locales);
  const person = requestContext().cache.accounts.get(interaction.session?.accountId ?? '');
  if (person) await speakAsAccount(ctx, person.locale);
  return interaction;
}

async function clientOf(engine: Engine, { params, prompt, parJti }: Interaction): Promise<Client> {
  const client = await engine.provider().Client.find(params.client_id as string);
  if (!client) throw new AppError('expired', 'This app is not registered any more', { page: 'removed' });
  if (whatIsGone(params, client, optionalOf(prompt)) || !isStillShown(prompt, client) || isUnpushed(client, parJti)) {
    throw changedMeanwhile();
  }
  return client;
}

const changedMeanwhile = () =>
  new AppError('expired', 'The registration of this app was changed meanwhile', { page: 'changed' });

async function renewClient(engine: Engine, interaction: Interaction): Promise<Client> {
  const clientId = interaction.params.client_id as string;
  const { clientRevision } = requestContext().cache;
  if (clientRevision === undefined) engine.clients.forget(clientId);
  else await engine.clients.current(clientId, clientRevision);
  return clientOf(engine, interaction);
}

function leave(ctx: Context, back: string): void {
  releaseHeldRequest(ctx, ctx.params.uid as string);
  seeOther(ctx, back);
}

/** A neighbouring host can plant the uid, but can neither plant nor learn the secret of this browser. */
function binding(uid: string): string {
  return `interaction ${uid} ${requestContext().cache.browser}`;
}
