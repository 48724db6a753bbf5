/** How a person signs in: the page, and the password, which they change with the current one. */
import type Router from '@koa/router';
import type { Context } from 'koa';
import { afterResetNote } from '../../../views/account/after-reset.ts';
import { otherWayNote, otherWaysSection } from '../../../views/account/other-ways.ts';
import { passkeyNote, passkeySection } from '../../../views/account/passkeys.ts';
import { fewCodesNote, secondStepSection } from '../../../views/account/second-step.ts';
import {
  accountSecurityPage,
  isSecurityNotice,
  type PasswordProblem,
  type SecurityNotice,
} from '../../../views/account/security.ts';
import { speech } from '../../../views/messages/index.ts';
import type { Html } from '../../../views/text.ts';
import { authenticate } from '../../operations/authenticate.ts';
import type { Amr } from '../../policy/assurance.ts';
import { freshSeconds } from '../../policy/second-step.ts';
import { findSessionStanding } from '../../store/session-standing.ts';
import type { WebDeps } from '../deps.ts';
import { takeSecurityIsReset } from '../http/after-reset.ts';
import { readCookie, removeCookie, writeCookie } from '../http/cookies.ts';
import { knownDevice, rememberDevice } from '../http/device.ts';
import { field, readForm } from '../http/forms.ts';
import { requireSignedIn } from '../http/guards.ts';
import { seeOther } from '../http/see-other.ts';
import { type SignedIn, startSession } from '../http/session.ts';
import { confirmAddress, missingOf } from '../http/step-up.ts';
import { addressOf } from './address-section.ts';
import { otherWaysOf } from './other-ways.ts';
import { passkeysOf } from './passkeys.ts';
import { secondStepOf } from './second-step.ts';

/** Adds the routes of this page to those of the account. */
export function securityPages(router: Router, deps: WebDeps): void {
  const { csrf, engine } = deps;

  router.get('/security', async (ctx) => {
    const person = await requireSignedIn(ctx, engine.provider());
    if (!person) return;
    const said = readCookie(ctx, 'security');
    if (said !== undefined) removeCookie(ctx, 'security');
    const notice = isSecurityNotice(said) ? said : undefined;
    ctx.body = await securityPage(ctx, deps, person, { notice, reset: takeSecurityIsReset(ctx) });
  });

  router.post('/security/password', async (ctx) => {
    const person = await requireSignedIn(ctx, engine.provider());
    if (!person) return;
    const form = await readForm(ctx);
    csrf.check(form, person.binding);
    const standing = await findSessionStanding(deps.db, person.binding);
    const missing = standing && missingOf(deps, person, standing);
    if (missing?.code || missing?.passkey) return seeOther(ctx, confirmAddress('/account/security'));
    const result = await change(ctx, deps, person.account.email, form);
    if ('problem' in result) {
      ctx.body = await securityPage(ctx, deps, person, { problem: refused(ctx, result) });
      return;
    }
    // Every session has ended, this one too. The person has just shown the new password, so a new session starts here.
    rememberDevice(ctx, result.account.email);
    const isRecent = standing !== undefined && !missing && standing.ageSeconds <= freshSeconds;
    const methods: Amr[] = isRecent ? ['pwd', ...person.methods] : ['pwd'];
    await startSession(ctx, engine.provider(), { ...result, methods });
    writeCookie(ctx, 'security', 'password-changed', { maxAgeMs: 60_000 });
    seeOther(ctx, '/account/security');
  });
}

interface Added {
  readonly problem?: PasswordProblem;
  readonly notice?: SecurityNotice | undefined;
  readonly address?: Html;
  readonly reset?: { readonly back: string | undefined } | undefined;
}

/** The page, with what was done or what was wrong. */
export async function securityPage(
  ctx: Context,
  deps: WebDeps,
  person: SignedIn,
  { address, reset, ...added }: Added,
): Promise<string> {
  const { account, binding } = person;
  const csrf = deps.csrf.token(binding);
  const standing = await findSessionStanding(deps.db, binding);
  const missing = standing && missingOf(deps, person, standing);
  const secondStep = await secondStepOf(deps, person);
  const otherWays = await otherWaysOf(ctx, deps, person);
  const passkeys = await passkeysOf(ctx, deps, person);
  return accountSecurityPage({
    csrf,
    email: account.email,
    admin: account.role === 'admin',
    confirm: missing?.code || missing?.passkey ? confirmAddress('/account/security') : undefined,
    noPassword:
      standing && !standing.hasPassword
        ? { byMail: !otherWays.list.some(({ name, connected }) => connected && name === deps.config.accountsUpstream) }
        : undefined,
    script: passkeys?.script,
    warnings: [
      reset && afterResetNote(reset),
      otherWays.notice && otherWayNote(otherWays.notice),
      passkeys?.notice && passkeyNote(passkeys.notice),
      secondStep.app && secondStep.few ? fewCodesNote(secondStep.recoveryCodes) : undefined,
    ],
    before: [address ?? addressOf(deps, person), ...(passkeys ? [passkeySection({ ...passkeys, csrf })] : [])],
    after: [
      secondStepSection({ ...secondStep, csrf, now: new Date() }),
      otherWaysSection(otherWays.list, csrf, new Date()),
    ],
    ...added,
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
    language: speech().code,
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
