/**
 * Where answers led. The second click of a double click often arrives when the first has ended its interaction, and
 * has called off the browser's way back to the app: on whichever node it arrives, it is led there again, with the same
 * code and the cookies that the browser may have missed. Kept for half a minute, sealed.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context, Next } from 'koa';
import { interactionKey } from '../../oidc/interaction-key.ts';
import { requestContext } from '../../oidc/request-context.ts';
import { removeArtifact } from '../../store/artifacts.ts';
import { answerInteraction, findAnswer, releaseInteraction } from '../../store/interactions.ts';
import type { WebDeps } from '../deps.ts';
import { seeOther } from '../http/see-other.ts';

export interface Answers {
  /**
   * Stands around the engine where it resumes the interaction `ctx.params.uid`: ends it and keeps where it led, releases it,
   * or leads where an earlier request led.
   */
  settle(ctx: Context, next: Next): Promise<void>;
  /** Leads the browser where the answer of this page's interaction led; waits for one that is under way. False: there is none. */
  lead(ctx: Context): Promise<boolean>;
}

interface Answer {
  readonly location: string;
  readonly cookies: readonly string[];
}

/** How often and how long one that is under way is waited for. Milliseconds. */
const wait = { between: 100, most: 5_000 };

export function createInteractionRedirects({ db, sealer }: Pick<WebDeps, 'db' | 'sealer'>): Answers {
  return {
    async settle(ctx, next) {
      await next();
      const { resumed } = requestContext().outcome;
      if (resumed) await end(ctx, resumed);
      else if (!isRedirect(ctx)) await leadOwner(ctx);
    },
    lead: leadOwner,
  };

  /** After the engine: what becomes of the interaction that this request took. */
  async function end(ctx: Context, { id, over }: { id: string; over: boolean }): Promise<void> {
    const idHash = interactionKey(id) as Buffer;
    if (!over) return releaseInteraction(db, idHash);
    const location = isRedirect(ctx) && ctx.response.get('Location');
    if (!location) return removeArtifact(db, 'Interaction', idHash);
    const answer: Answer = { location, cookies: [ctx.response.headers['set-cookie'] ?? []].flat() };
    // The way is found and must not be lost with the database: then a second click finds a page that has had its time.
    await answerInteraction(db, idHash, sealer.seal(JSON.stringify(answer), contextOf(id))).catch(() => {});
  }

  /** Only the browser that the interaction belongs to: no other finds its answer. */
  async function leadOwner(ctx: Context): Promise<boolean> {
    const uid = ctx.params.uid as string;
    const key = interactionKey(uid);
    const answer = key && (await answerOf(uid, key));
    if (!answer) return false;
    ctx.state.engineError = undefined;
    ctx.set('Set-Cookie', [...answer.cookies]);
    seeOther(ctx, answer.location);
    return true;
  }

  async function answerOf(uid: string, key: Buffer): Promise<Answer | undefined> {
    const until = performance.now() + wait.most;
    for (;;) {
      const sealed = await findAnswer(db, key);
      const opened = sealed && sealer.openIfKnown(sealed, contextOf(uid));
      if (opened) return JSON.parse(opened.toString());
      if (sealed !== null || performance.now() > until) return undefined;
      await sleep(wait.between);
    }
  }
}

function isRedirect({ status }: Context): boolean {
  return status >= 300 && status < 400;
}

function contextOf(uid: string): string {
  return `Answer ${uid}`;
}
