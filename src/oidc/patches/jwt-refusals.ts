/**
 * Puts our own answer where the engine refuses JWTs at introspection and revocation. By then it has authenticated the
 * client and checked the parameters, so these requests are checked by the same functions as every other one. The engine
 * offers no hook there: its steps for these endpoints are two lists, which every Provider copies when it is built.
 */
import { createRequire } from 'node:module';
import type { Next } from 'koa';
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';

type Step = (ctx: KoaContextWithOIDC, next: Next) => Promise<void>;

const load = createRequire(import.meta.url);
const defaultOf = <T>(path: string): T => (load(`oidc-provider/lib/${path}`) as { default: T }).default;

const refuse = defaultOf<Step>('shared/reject_structured_tokens.js');
const answers = new WeakMap<Provider, Step>();

/** A Provider without an answer refuses JWTs, as it would without this patch. */
const answerOrRefuse: Step = (ctx, next) => (answers.get(ctx.oidc.provider) ?? refuse)(ctx, next);

for (const endpoint of ['introspection', 'revocation']) {
  const steps = defaultOf<Step[]>(`actions/${endpoint}.js`);
  const index = steps.indexOf(refuse);
  if (index === -1) throw new Error(`the engine does not refuse JWTs at ${endpoint}`);
  steps[index] = answerOrRefuse;
}

/** @param answer must call `next` for a token that the engine is to judge; it is called for every presented token */
export function answerInsteadOfRefusing(provider: Provider, answer: Step): void {
  answers.set(provider, answer);
}
