/**
 * Lets every app ask for a stronger or more recent sign-in (RFC 9470 §4). The engine knows `acr_values` and `max_age` from
 * OpenID Connect, and refuses them without the scope `openid`; and it turns `max_age=0` into a `prompt`, which a device does not
 * have. It offers no hook there: its steps for these endpoints are lists, which it builds once and every Provider copies.
 */
import { createRequire } from 'node:module';
import type { Next } from 'koa';
import type { KoaContextWithOIDC } from 'oidc-provider';

type Step = (ctx: KoaContextWithOIDC, next: Next) => unknown;

const load = createRequire(import.meta.url);
const { default: stepsOf } = load('oidc-provider/lib/actions/authorization/index.js') as {
  default: (endpoint: string) => Step[];
};
const { checkOpenidScope } = load('oidc-provider/lib/actions/authorization/scopes.js') as { checkOpenidScope: Step };

/** The engine's check does not see the two parameters. It sees the others, such as `nonce`. */
const checkTheOthers: Step = (ctx, next) => {
  const params = ctx.oidc.params as Record<string, unknown>;
  const { acr_values, max_age } = params;
  Object.assign(params, { acr_values: undefined, max_age: undefined });
  return checkOpenidScope(ctx, () => {
    Object.assign(params, { acr_values, max_age });
    return next();
  });
};

const { checkMaxAge } = load('oidc-provider/lib/actions/authorization/request_parameters.js') as { checkMaxAge: Step };

const keepMaxAge: Step = (ctx, next) => {
  const params = ctx.oidc.params as Record<string, unknown>;
  const { max_age } = params;
  return checkMaxAge(ctx, () => {
    Object.assign(params, { max_age });
    return next();
  });
};

/** Call it before a Provider is built. */
export function allowStepUpWithoutOpenid(): void {
  for (const endpoint of ['authorization', 'pushed_authorization_request', 'device_authorization']) {
    replace(endpoint, checkOpenidScope, checkTheOthers);
  }
  replace('device_authorization', checkMaxAge, keepMaxAge);
}

function replace(endpoint: string, theirs: Step, ours: Step): void {
  const steps = stepsOf(endpoint);
  const index = steps.indexOf(theirs);
  if (index >= 0) steps[index] = ours;
  else if (!steps.includes(ours)) throw new Error(`the engine does not take the step ${theirs.name} at ${endpoint}`);
}
