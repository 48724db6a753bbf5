/**
 * Signed requests (JAR, RFC 9101) and signed answers (JARM) are for clients of the profile fapi2. The engine has them on or off
 * for everybody. So a step before the one that reads a signed request refuses both to every other client, as if they were off.
 */
import { createRequire } from 'node:module';
import type { Next } from 'koa';
import { errors, type KoaContextWithOIDC } from 'oidc-provider';
import { keepsProfile } from '../../policy/client/profiles.ts';

type Step = (ctx: KoaContextWithOIDC, next: Next) => Promise<void>;

const load = createRequire(import.meta.url);
const defaultOf = <T>(path: string): T =>
  (load(`oidc-provider/lib/actions/authorization/${path}`) as { default: T }).default;

const read = defaultOf<Step>('process_request_object.js');

const readOfOneProfile: Step = (ctx, next) => {
  const { params = {}, client, entities } = ctx.oidc;
  if (keepsProfile(client) || entities.PushedAuthorizationRequest) {
    // The engine copies what was signed into the parameters one by one. Assigned again, they pass the checks of every request.
    return read(ctx, () => {
      Object.assign(ctx.oidc, { params });
      if (entities.PushedAuthorizationRequest) separatePrompts(params);
      return next();
    });
  }
  if (params.request !== undefined) {
    throw new errors.RequestNotSupported('signed requests are for clients of the profile fapi2');
  }
  if (/(^|\.)jwt$/.test(String(params.response_mode ?? ''))) {
    params.response_mode = undefined;
    throw new errors.UnsupportedResponseMode('signed answers are for clients of the profile fapi2');
  }
  return read(ctx, next);
};

/**
 * For `max_age=0` the engine adds `login` to the prompts of the request, and pushes it so. Beside `none`, which must be alone, it
 * then refuses its own addition. No request can be pushed with both.
 */
function separatePrompts(params: Record<string, unknown>): void {
  if (params.prompt === 'none login') Object.assign(params, { prompt: 'none', max_age: '0' });
}

/** Call it before a Provider is built. */
export function signForOneProfile(): void {
  const stepsOf = defaultOf<(endpoint: string) => Step[]>('index.js');
  for (const endpoint of ['authorization', 'pushed_authorization_request', 'device_authorization']) {
    const steps = stepsOf(endpoint);
    const index = steps.indexOf(read);
    if (index >= 0) steps[index] = readOfOneProfile;
    else if (!steps.includes(readOfOneProfile))
      throw new Error('the engine does not read signed requests where it did');
  }
}
