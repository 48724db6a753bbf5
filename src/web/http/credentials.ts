/** The sign-in form, on whichever page: it is read, checked and refused in one way. */
import type { Context } from 'koa';
import type { signInPage } from '../../../views/oauth/sign-in.ts';
import { authenticate } from '../../operations/authenticate.ts';
import { demo } from '../../policy/demo.ts';
import type { WebDeps } from '../deps.ts';
import { readCookie, removeCookie } from './cookies.ts';
import { knownDevice, rememberDevice } from './device.ts';
import { field } from './forms.ts';
import { sourceOf } from './sign-in-source.ts';

/** The account that the sign-in page may show: demo data exists only with a localhost issuer. */
export const demoAccount = (config: { demo: boolean }) => (config.demo ? demo : undefined);

export type CorrectPassword = Extract<Awaited<ReturnType<typeof authenticate>>, { verifiedAt: Date }>;

/** What a page shows again after a failure: the address, never the password. */
export type SignInAgain = Pick<Parameters<typeof signInPage>[0], 'email' | 'problem' | 'change'>;

/**
 * Checks the address and password of a form. If that is the whole sign-in, the browser is remembered as one of this account. A
 * failure is counted and the status is set (422, or 429 with Retry-After); `again` is what the page shows. `app` is what
 * to call the app that asks.
 */
export async function authenticateByForm(
  ctx: Context,
  deps: WebDeps,
  form: URLSearchParams,
  confirmationOf: Parameters<typeof authenticate>[1]['confirmationOf'],
  app?: string,
): Promise<{ person: CorrectPassword } | { again: SignInAgain }> {
  const email = field(form, 'email');
  const device = knownDevice(ctx, email);
  const result = await authenticate(deps, {
    ...(await sourceOf(ctx, email, app)),
    email,
    password: field(form, 'password'),
    newPassword: form.has('new_password') ? field(form, 'new_password') : undefined,
    device,
    confirmationOf,
  });
  if (!('problem' in result)) {
    if (result.done) {
      rememberDevice(ctx, email);
      deps.signIns.finished(['pwd']);
    }
    return { person: result };
  }
  if (result.problem === 'mismatch') {
    ctx.status = 422;
    return { again: { email, problem: { kind: 'mismatch' }, ...(form.has('new_password') && { change: {} }) } };
  }
  if (result.problem === 'change_required') {
    ctx.status = 422;
    return { again: { email, change: result.wrong ? { wrong: result.wrong } : {} } };
  }
  const { retryAfterSeconds } = result;
  ctx.status = 429;
  ctx.set('Retry-After', String(retryAfterSeconds));
  return { again: { email, problem: { kind: 'throttled', retryAfterSeconds } } };
}

/** What the first page says to somebody who waited too long at the second one. */
export function tookTooLong(ctx: Context): SignInAgain {
  if (readCookie(ctx, 'late') === undefined) return {};
  removeCookie(ctx, 'late');
  return { problem: { kind: 'late' } };
}
