/**
 * Remembers where answers led. The second click of a double click often arrives when the first has ended its
 * interaction and the browser has cancelled the first redirect to the app. On whichever node it arrives, it gets the
 * same redirect, with the same code and the cookies that the browser may have missed. Redirects are kept for half a
 * minute, sealed.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context, Next } from 'koa';
import { interactionKey } from '../../oidc/interaction-key.ts';
import { requestContext } from '../../oidc/request-context.ts';
import { removeArtifact } from '../../store/artifacts.ts';
import { answerInteraction, findAnswer, releaseInteraction } from '../../store/interactions.ts';
import { isUnavailable } from '../../store/unavailable.ts';
import type { WebDeps } from '../deps.ts';
import { seeOther } from '../http/see-other.ts';

export interface InteractionRedirects {
  /**
   * Wraps the engine where it resumes the interaction `ctx.params.uid`: ends the interaction and keeps the redirect,
   * releases it, or repeats an earlier redirect.
   */
  settle(ctx: Context, next: Next): Promise<void>;
  /** Repeats the redirect of this page's interaction, and waits for one in progress. Returns false if it has no redirect. */
  lead(ctx: Context): Promise<boolean>;
}

interface Redirect {
  readonly location: string;
  readonly cookies: readonly string[];
}

/** How often, and for how long, a redirect in progress is looked for. */
const [pollIntervalMs, pollTimeoutMs] = [100, 5_000];

export function createInteractionRedirects({ db, sealer }: Pick<WebDeps, 'db' | 'sealer'>): InteractionRedirects {
  return {
    async settle(ctx, next) {
      await next();
      const { resumed } = requestContext().outcome;
      if (resumed) await end(ctx, resumed);
      else if (!isRedirect(ctx)) await leadOwner(ctx);
    },
    lead: leadOwner,
  };

  /** Runs after the engine: ends or releases the interaction that this request took. */
  async function end(ctx: Context, { id, over }: { id: string; over: boolean }): Promise<void> {
    const idHash = interactionKey(id) as Buffer;
    // The database could not do it now: the same request may be sent again.
    const unavailable = isUnavailable(ctx.state.engineError);
    if (unavailable) keepInteractionCookie(ctx);
    if (!over || unavailable) return releaseInteraction(db, idHash);
    const location = isRedirect(ctx) && ctx.response.get('Location');
    if (!location) return removeArtifact(db, 'Interaction', idHash);
    const redirect: Redirect = { location, cookies: [ctx.response.headers['set-cookie'] ?? []].flat() };
    // The redirect must not fail with the database. If it is not stored, a second click gets the page for an expired
    // interaction.
    await answerInteraction(db, idHash, sealer.seal(JSON.stringify(redirect), contextOf(id))).catch(() => {});
  }

  /** Only for the browser that the interaction belongs to: no other finds its redirect. */
  async function leadOwner(ctx: Context): Promise<boolean> {
    const uid = ctx.params.uid as string;
    const key = interactionKey(uid);
    const redirect = key && (await redirectOf(uid, key));
    if (!redirect) return false;
    ctx.state.engineError = undefined;
    ctx.set('Set-Cookie', [...redirect.cookies]);
    seeOther(ctx, redirect.location);
    return true;
  }

  async function redirectOf(uid: string, key: Buffer): Promise<Redirect | undefined> {
    const until = performance.now() + pollTimeoutMs;
    for (;;) {
      const sealed = await findAnswer(db, key);
      const opened = sealed && sealer.openIfKnown(sealed, contextOf(uid));
      if (opened) return JSON.parse(opened.toString());
      if (sealed !== null || performance.now() > until) return undefined;
      await sleep(pollIntervalMs);
    }
  }
}

/** Takes back that the engine has deleted the cookie which names the interaction. */
function keepInteractionCookie(ctx: Context): void {
  const cookies = [ctx.response.headers['set-cookie'] ?? []].flat();
  const others = cookies.filter((cookie) => !(cookie.includes(`path=${ctx.path};`) && cookie.includes('01 Jan 1970')));
  if (others.length > 0) ctx.set('Set-Cookie', others);
  else ctx.remove('Set-Cookie');
}

function isRedirect({ status }: Context): boolean {
  return status >= 300 && status < 400;
}

function contextOf(uid: string): string {
  return `Answer ${uid}`;
}
