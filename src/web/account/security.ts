/** How a person signs in: the password, which they change with the current one. */
import type Router from '@koa/router';
import type { Context } from 'koa';
import { accountSecurityPage, type PasswordProblem } from '../../../views/account/security.ts';
import { authenticate } from '../../operations/authenticate.ts';
import type { WebDeps } from '../deps.ts';
import { readCookie, removeCookie, writeCookie } from '../http/cookies.ts';
import { knownDevice, rememberDevice } from '../http/device.ts';
import { field, readForm } from '../http/forms.ts';
import { requireSignedIn } from '../http/guards.ts';
import { seeOther } from '../http/see-other.ts';
import { type SignedIn, startSession } from '../http/session.ts';
import { passkeysOf } from './passkeys.ts';

const changed = 'password_changed';

/** Adds the routes of this page to those of the account. */
export function securityPages(router: Router, deps: WebDeps): void {
  const { csrf, engine } = deps;
  const page = async (ctx: Context, person: SignedIn, added: { problem?: PasswordProblem; changed?: boolean }) => {
    const { account, binding } = person;
    const frame = { csrf: csrf.token(binding), email: account.email, admin: account.role === 'admin' };
    return accountSecurityPage({ ...frame, passkeys: await passkeysOf(ctx, deps, person), ...added });
  };

  router.get('/security', async (ctx) => {
    const person = await requireSignedIn(ctx, engine.provider());
    if (!person) return;
    const justChanged = readCookie(ctx, changed) !== undefined;
    if (justChanged) removeCookie(ctx, changed);
    ctx.body = await page(ctx, person, { changed: justChanged });
  });

  router.post('/security/password', async (ctx) => {
    const person = await requireSignedIn(ctx, engine.provider());
    if (!person) return;
    const form = await readForm(ctx);
    csrf.check(form, person.binding);
    const result = await change(ctx, deps, person.account.email, form);
    if ('problem' in result) {
      ctx.body = await page(ctx, person, { problem: refused(ctx, result) });
      return;
    }
    // Every session has ended, this one too. The person has just shown the new password, so a new session starts here.
    rememberDevice(ctx, result.account.email);
    await startSession(ctx, engine.provider(), result);
    writeCookie(ctx, changed, 'yes', { maxAgeMs: 60_000 });
    seeOther(ctx, '/account/security');
  });
}

function change(ctx: Context, deps: WebDeps, email: string, form: URLSearchParams) {
  return authenticate(deps, {
    email,
    password: field(form, 'password'),
    newPassword: field(form, 'new_password'),
    changes: true,
    ip: ctx.ip,
    device: knownDevice(ctx, email),
    requestId: ctx.state.requestId as string,
  });
}

function refused(
  ctx: Context,
  result: Extract<Awaited<ReturnType<typeof authenticate>>, { problem: string }>,
): PasswordProblem {
  if (result.problem === 'throttled') {
    const { retryAfterSeconds } = result;
    ctx.status = 429;
    ctx.set('Retry-After', String(retryAfterSeconds));
    return { kind: 'throttled', retryAfterSeconds };
  }
  ctx.status = 422;
  return result.problem === 'change_required' && result.wrong
    ? { kind: 'refused', wrong: result.wrong }
    : { kind: 'mismatch' };
}
