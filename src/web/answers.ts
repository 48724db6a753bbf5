/**
 * Where answers led. The second click of a double click often arrives when the first has ended its interaction, and
 * has called off the browser's way back to the app: it is led there again, with the same code. Kept in this process
 * for half a minute.
 */
import type { Context, Next } from 'koa';
import { LRUCache } from 'lru-cache';

export interface Answers {
  /** Stands before the engine where it resumes the interaction `ctx.params.uid`. */
  watch(ctx: Context, next: Next): Promise<void>;
  /** Where the answer of an interaction led, if it was given a moment ago; waits for one that is under way. */
  of(uid: string): Promise<string | undefined>;
}

export function createAnswers(): Answers {
  const recent = new LRUCache<string, Promise<string | undefined>>({ max: 10_000, ttl: 30_000 });
  return {
    async watch(ctx, next) {
      const uid = ctx.params.uid as string;
      const led = next().then(() => ctx.response.get('Location') || undefined);
      const mine = led.catch(() => undefined);
      recent.set(uid, mine);
      if (!(await led) && recent.get(uid) === mine) recent.delete(uid);
    },
    of: async (uid) => recent.get(uid),
  };
}
