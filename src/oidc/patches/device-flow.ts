/**
 * Puts our own steps into the engine's device flow. Its form for codes counts no guesses, keeps an anti-forgery value in the
 * session, and confirms a code by find and save, which two people can do at the same moment. Its answer to a device names no
 * interval, and fails if the code for people is taken. It offers no hook for these: its steps are lists, which it builds once and
 * every Provider copies.
 */
import { createRequire } from 'node:module';
import type { Next } from 'koa';
import type { AdapterPayload, DeviceCode, KoaContextWithOIDC } from 'oidc-provider';
import { pollSeconds } from '../../policy/device-codes.ts';
import { requestContext } from '../request-context.ts';

type DeviceCodeProperties = ConstructorParameters<typeof DeviceCode>[0];
type Step = (ctx: KoaContextWithOIDC, next: Next) => unknown;

const load = createRequire(import.meta.url);
const stepsOf = (load('oidc-provider/lib/actions/authorization/index.js') as { default: (name: string) => Step[] })
  .default;
const { deviceAuthorizationResponse: answerOnce } = load('oidc-provider/lib/actions/authorization/device.js') as {
  deviceAuthorizationResponse: (ctx: KoaContextWithOIDC) => Promise<void>;
};
const { post: formSteps } = load('oidc-provider/lib/actions/code_verification.js') as { post: Step[] };
const { default: readSession } = load('oidc-provider/lib/shared/session.js') as { default: Step };
const { ExpiredError, AlreadyUsedError, AbortedError, ReRenderError } = load(
  'oidc-provider/lib/helpers/re_render_errors.js',
) as Record<'ExpiredError' | 'AlreadyUsedError' | 'AbortedError' | 'ReRenderError', new () => Error>;

/** Thrown by the adapter if another authorization has the code for people. */
export class UserCodeTaken extends Error {}

const maxAttempts = 5;

const answerDevice: Step = async (ctx) => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await answerOnce(ctx);
      break;
    } catch (error) {
      if (!(error instanceof UserCodeTaken) || attempt === maxAttempts) throw error;
    }
  }
  ctx.body = { ...(ctx.body as object), interval: pollSeconds };
};

/** Begins the interaction of an authorization that this browser has just confirmed on our own page. */
const goOn: Step = (ctx, next) => {
  const confirmed = requestContext().outcome.confirmedDevice;
  if (!confirmed) throw new Error('the engine begins with a device that nobody has confirmed');
  ctx.oidc.entity('DeviceCode', new ctx.oidc.provider.DeviceCode(confirmed as DeviceCodeProperties));
  return next();
};

/** Makes the engine begin the interaction of this authorization, when the request goes on to it. */
export function confirmDeviceInEngine(payload: AdapterPayload): void {
  requestContext().outcome.confirmedDevice = payload;
}

/** Call it before a Provider is built. */
export function useOwnDeviceSteps(): void {
  formSteps.splice(0, formSteps.length, readSession, goOn);
  const steps = stepsOf('device_authorization');
  const index = steps.indexOf(answerOnce as Step);
  if (index >= 0) steps[index] = answerDevice;
  else if (!steps.includes(answerDevice)) throw new Error('the engine does not answer devices');
}

/** The engine's error for a code that nobody can decide about any more. It leaves the code as it is. */
export function deviceIsOver(how: 'expired' | 'used'): Error {
  return how === 'expired' ? new ExpiredError() : new AlreadyUsedError();
}

/**
 * Before it asks for its form of codes, the engine puts an anti-forgery value into the session, and saves the session once more.
 * Our form has a value of its own. A session that exists was saved by then; one that is new must not be.
 */
export function leaveSessionAsItWas({ oidc }: KoaContextWithOIDC): void {
  if (oidc.session) Object.assign(oidc.session, { state: undefined, touched: false });
}

/**
 * What the engine's pages would say instead of an error: the person said no, or the code is over. Undefined for any other
 * error.
 */
export function deviceEnd(error: unknown): 'denied' | 'expired' | 'used' | undefined {
  if (error instanceof AbortedError) return 'denied';
  if (error instanceof ExpiredError) return 'expired';
  return error instanceof ReRenderError ? 'used' : undefined;
}
