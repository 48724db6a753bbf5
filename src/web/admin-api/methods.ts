/** An address of the admin API that is asked by a method that it has not (RFC 9110 §15.5.6). */
import type { Context } from 'koa';
import { Refusal } from './refusal.ts';

/** Says what it does know: where there is GET there is HEAD. OPTIONS is answered by that alone (§9.3.7). Throws a Refusal. */
export function otherMethod(ctx: Context, known: readonly string[]): void {
  const methods = known.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : method));
  const allow = [...methods, 'OPTIONS'].join(', ');
  ctx.set('Allow', allow);
  if (ctx.method !== 'OPTIONS') throw new Refusal(405, 'VALIDATION_ERROR', `Method not allowed; use ${allow}`);
  ctx.status = 204;
}
