/** Answers requests with a method that the resource does not support (RFC 9110 §15.5.6). */
import type { Context } from 'koa';
import { Refusal } from './refusal.ts';

/**
 * Sets Allow, and answers OPTIONS (§9.3.7). A resource with GET also has HEAD.
 * @throws Refusal for other methods
 */
export function otherMethod(ctx: Context, known: readonly string[]): void {
  const methods = known.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : method));
  const allow = [...methods, 'OPTIONS'].join(', ');
  ctx.set('Allow', allow);
  if (ctx.method !== 'OPTIONS') throw new Refusal(405, 'VALIDATION_ERROR', `Method not allowed; use ${allow}`);
  ctx.status = 204;
}
