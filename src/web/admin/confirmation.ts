/**
 * Asks for the password again before a change, if the sign-in is more than 15 minutes old. The page that asks carries
 * the submitted form, so that nothing typed is lost, but no password from it.
 */
import type { Context } from 'koa';
import { confirmPage } from '../../../views/admin/confirm.ts';
import { authenticate } from '../../operations/authenticate.ts';
import { confirmSession } from '../../store/admin-sessions.ts';
import type { WebDeps } from '../deps.ts';
import { knownDevice } from '../http/device.ts';
import { field } from '../http/forms.ts';
import type { Admin } from './guard.ts';

const freshForSeconds = 15 * 60;
const passwordField = 'confirm_password';
const notCarried = ['csrf', 'new_password', passwordField];

/** Whether the form may do what it says. If not, the request has been answered. */
export async function isConfirmed(ctx: Context, deps: WebDeps, admin: Admin, form: URLSearchParams): Promise<boolean> {
  if (admin.ageSeconds <= freshForSeconds) return true;
  const carried = [...form].filter(([name]) => !notCarried.includes(name));
  const ask = (problem?: Parameters<typeof confirmPage>[0]['problem']) =>
    confirmPage({ csrf: admin.csrf, email: admin.email, action: ctx.path, carried, ...(problem && { problem }) });
  if (!form.has(passwordField)) {
    ctx.body = ask();
    return false;
  }
  const { email } = admin;
  const credentials = {
    email,
    password: field(form, passwordField),
    ip: ctx.ip,
    device: knownDevice(ctx, email),
    requestId: ctx.state.requestId as string,
  };
  const result = await authenticate(deps, credentials);
  if ('verifiedAt' in result) {
    await confirmSession(deps.db, admin.session, admin.id, result.verifiedAt);
    return true;
  }
  if (result.problem === 'throttled') {
    const { problem: kind, retryAfterSeconds } = result;
    ctx.status = 429;
    ctx.set('Retry-After', String(retryAfterSeconds));
    ctx.body = ask({ kind, retryAfterSeconds });
    return false;
  }
  // An account that must change its password has no session any more.
  ctx.status = 422;
  ctx.body = ask({ kind: 'mismatch' });
  return false;
}
