/** The sign-in form, on whichever page: it is read, checked and refused in one way. */
import type { Context } from 'koa';
import type { signInPage } from '../../../views/oauth/sign-in.ts';
import { authenticate } from '../../operations/authenticate.ts';
import { demo } from '../../policy/demo.ts';
import type { WebDeps } from '../deps.ts';
import { knownDevice, rememberDevice } from './device.ts';
import { field } from './forms.ts';

/** The account that the sign-in page may show: demo data exists only with a localhost issuer. */
export const demoAccount = (config: { demo: boolean }) => (config.demo ? demo : undefined);

type Success = Extract<Awaited<ReturnType<typeof authenticate>>, { verifiedAt: Date }>;

/** What a page shows again after a failure: the address, never the password. */
export type SignInAgain = Pick<Parameters<typeof signInPage>[0], 'email' | 'problem' | 'change'>;

/**
 * Signs in with the address and password of a form, and remembers the browser as one of this account. A failure is
 * counted and the status is set (422, or 429 with Retry-After); `again` is what the page shows. The interaction that
 * `interactionOf` returns is stored with the sign-in.
 */
export async function authenticateByForm(
  ctx: Context,
  deps: WebDeps,
  form: URLSearchParams,
  interactionOf?: Parameters<typeof authenticate>[1]['interactionOf'],
): Promise<{ person: Success } | { again: SignInAgain }> {
  const email = field(form, 'email');
  const device = knownDevice(ctx, email);
  const requestId = ctx.state.requestId as string;
  const result = await authenticate(deps, {
    email,
    password: field(form, 'password'),
    newPassword: form.has('new_password') ? field(form, 'new_password') : undefined,
    ip: ctx.ip,
    device,
    requestId,
    interactionOf,
  });
  if (!('problem' in result)) {
    rememberDevice(ctx, email);
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
