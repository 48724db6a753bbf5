/** The passkey form, on whichever page: it is read, checked and refused in one way. */
import type { Context } from 'koa';
import type { PasskeyProblem } from '../../../views/passkey-button.ts';
import { AppError } from '../../errors.ts';
import { type PasskeySignIn, signInWithPasskey } from '../../operations/passkey-sign-in.ts';
import { relyingPartyOf } from '../../policy/passkeys.ts';
import type { WebDeps } from '../deps.ts';
import { rememberDevice } from './device.ts';
import { field } from './forms.ts';
import { sourceOf } from './sign-in-source.ts';

type Success = Extract<PasskeySignIn, { verifiedAt: Date }>;

/** What a page says about it. */
export type PasskeyFailure = { kind: PasskeyProblem } | { kind: 'throttled'; retryAfterSeconds: number };

/**
 * Signs in with the passkey of a form, and remembers the browser as one of this account. If it fails, the status is set (422,
 * or 429 with Retry-After); `again` is what the page says, and `used` whether this answer was sent before.
 * @param asked what the challenge was bound to; for a second step, whose passkey it has to be; and what to call the app that asks
 */
export async function authenticateByPasskey(
  ctx: Context,
  deps: WebDeps,
  form: URLSearchParams,
  asked: { binding: string; accountId?: string; app?: string | undefined },
): Promise<{ person: Success } | { again: PasskeyFailure; used: boolean }> {
  const { db, sealer, limits, signIns, config } = deps;
  const rp = relyingPartyOf(config.issuer);
  if (!rp) throw new AppError('not_found', 'This server has no passkeys');
  const requestId = ctx.state.requestId as string;
  const { binding, accountId, app } = asked;
  const sourceOfSignIn = (email: string) => sourceOf(ctx, email, app);
  const result = await signInWithPasskey(
    { db, sealer, limits, signIns, rp },
    { answer: field(form, 'passkey'), binding, accountId, ip: ctx.ip, requestId, sourceOf: sourceOfSignIn },
  );
  if (!('problem' in result)) {
    rememberDevice(ctx, result.account.email);
    if (accountId === undefined) signIns.finished(result.methods);
    return { person: result };
  }
  if (result.problem === 'throttled') {
    const { retryAfterSeconds } = result;
    ctx.status = 429;
    ctx.set('Retry-After', String(retryAfterSeconds));
    return { again: { kind: 'throttled', retryAfterSeconds }, used: false };
  }
  ctx.status = 422;
  if (result.problem === 'used') return { again: { kind: 'expired' }, used: true };
  return { again: { kind: result.problem }, used: false };
}
