/**
 * Remembers where answers led. The second click of a double click often arrives when the first has ended its
 * interaction and the browser has cancelled the first redirect to the app. On whichever node it arrives, it gets the
 * same redirect, with the same code and the cookies that the browser may have missed. Redirects are kept for half a
 * minute, sealed, by the statement that stores what the first click led to.
 */
import type { Context, Next } from 'koa';
import { AppError } from '../../errors.ts';
import { interactionKey } from '../../oidc/interaction-key.ts';
import { openRedirect, sealRedirect } from '../../oidc/kept-redirect.ts';
import { type RequestContext, requestContext } from '../../oidc/request-context.ts';
import { endInteraction, findAnswer, updateInteraction } from '../../store/interactions.ts';
import { saveSession } from '../../store/sessions.ts';
import { isUnavailable } from '../../store/unavailable.ts';
import type { WebDeps } from '../deps.ts';
import { seeOther } from '../http/see-other.ts';
import { setSessionCookie } from '../http/session.ts';

export interface InteractionRedirects {
  /**
   * Wraps the engine where it resumes the interaction `ctx.params.uid`: ends the interaction and keeps the redirect, or
   * repeats an earlier redirect.
   */
  settle(ctx: Context, next: Next): Promise<void>;
  /** Repeats the redirect of this page's interaction. Returns false if it has none. */
  lead(ctx: Context): Promise<boolean>;
}

export function createInteractionRedirects({ db, sealer, engine }: WebDeps): InteractionRedirects {
  return {
    async settle(ctx, next) {
      const { outcome } = requestContext();
      const heldBack: HeldBack = {};
      outcome.heldBack = heldBack;
      await next();
      const { resumed } = outcome;
      if (resumed?.over) {
        if (resumed.settled || (await end(ctx, resumed, heldBack)) || (await lead(ctx))) return;
        throw overdue();
      }
      if (heldBack.interaction?.isNew === false) await updateInteraction(db, heldBack.interaction.write);
      if (heldBack.session) await saveSession(db, heldBack.session);
      if (!resumed && !isRedirect(ctx)) await lead(ctx);
    },
    lead,
  };

  /**
   * Stores what came of an interaction. Returns false if another request has ended it. Unless it is stored, the engine's
   * answer must not leave.
   */
  async function end(ctx: Context, { id, key }: Resumed, { interaction, session }: HeldBack): Promise<boolean> {
    let stored = false;
    try {
      // The database could not do it now. Nothing is stored, so the same request may be sent again.
      if (isUnavailable(ctx.state.engineError)) return true;
      const location = isRedirect(ctx) && ctx.response.get('Location');
      const cookies = [ctx.response.headers['set-cookie'] ?? []].flat();
      const answer = location ? sealRedirect(sealer, id, { location, cookies }) : undefined;
      const next = interaction?.isNew ? interaction.write : undefined;
      stored = await endInteraction(db, { idHash: key, answer }, { next, session });
      return stored;
    } finally {
      if (!stored) {
        ctx.remove('Set-Cookie');
        ctx.remove('Location');
      }
    }
  }

  /** Only for the browser that the interaction belongs to: no other finds its redirect. */
  async function lead(ctx: Context): Promise<boolean> {
    const uid = ctx.params.uid as string;
    const key = interactionKey(uid);
    const sealed = key && (await findAnswer(db, key));
    const redirect = sealed && openRedirect(sealer, uid, sealed);
    if (!redirect) return false;
    ctx.state.engineError = undefined;
    ctx.set('Set-Cookie', [...redirect.cookies]);
    if (redirect.session) setSessionCookie(ctx, engine.provider(), redirect.session);
    seeOther(ctx, redirect.location);
    return true;
  }
}

type Resumed = NonNullable<RequestContext['outcome']['resumed']>;
type HeldBack = NonNullable<RequestContext['outcome']['heldBack']>;

export function overdue(): AppError {
  return new AppError('expired', 'This page has expired', { page: 'interaction' });
}

function isRedirect({ status }: Context): boolean {
  return status >= 300 && status < 400;
}
