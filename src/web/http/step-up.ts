/**
 * Step-up: before something dangerous, the person shows again what the account has, unless that happened in the last ten
 * minutes. The page asks only for what is missing, and takes a passkey in place of it. It carries the form that waits, so nothing
 * typed is lost, but no password and no code from it.
 */
import type { Context } from 'koa';
import { type ConfirmProblem, confirmPage } from '../../../views/account/confirm.ts';
import { currentAddress } from '../../../views/site.ts';
import { authenticate } from '../../operations/authenticate.ts';
import { checkCode } from '../../operations/second-step.ts';
import { type Amr, assuranceOf, meets } from '../../policy/assurance.ts';
import { freshSeconds, type Missing, mayHaveShownNothing, missingFactors } from '../../policy/second-step.ts';
import { listPasskeyHandles } from '../../store/passkeys.ts';
import { findSessionStanding, noteConfirmation, type SessionStanding } from '../../store/session-standing.ts';
import type { WebDeps } from '../deps.ts';
import { actorOf } from './actor.ts';
import { knownDevice } from './device.ts';
import { field } from './forms.ts';
import { authenticateByPasskey } from './passkey-credentials.ts';
import { askForPasskey } from './passkey-page.ts';
import { seeOther } from './see-other.ts';
import { methodsNow, renewSession, rotateSession, type SignedIn } from './session.ts';

const passwordField = 'confirm_password';
const codeField = 'confirm_code';
const passkeyField = 'confirm_passkey';
const notCarried = ['csrf', 'password', 'new_password', passwordField, codeField, passkeyField];

/**
 * Whether a form of this person may do what it says. If not, the request has been answered: by a page that asks for what is
 * missing and then sends the same form again. The caller has checked the form’s anti-forgery value.
 */
export async function requireFresh(
  ctx: Context,
  deps: WebDeps,
  person: SignedIn,
  form: URLSearchParams,
  standing?: SessionStanding,
): Promise<boolean> {
  const standingNow = standing ?? (await findSessionStanding(deps.db, person.binding));
  const missing = missingOf(deps, person, standingNow);
  if (!missing) return true;
  const again = `/sign-in?again&next=${encodeURIComponent(currentAddress() ?? '/account/security')}`;
  if (!standingNow) return leave(ctx, again);
  const passkeyOf = async () => {
    if (!standingNow.factors.passkeys) return undefined;
    const allowed = await listPasskeyHandles(deps.db, person.account.id);
    return askForPasskey(ctx, deps, { binding: bindingOf(person), action: ctx.path + ctx.search, allowed });
  };
  const carried = [...form].filter(([name]) => !notCarried.includes(name));
  const ask = async (problem?: ConfirmProblem) =>
    confirmPage({
      csrf: deps.csrf.token(person.binding),
      email: person.account.email,
      action: ctx.path + ctx.search,
      again,
      missing,
      passkey: await passkeyOf(),
      carried,
      ...(problem && { problem }),
    });
  if (!hasAnswer(form, missing)) {
    ctx.body = await ask();
    return false;
  }
  const problem = form.has(passkeyField)
    ? await showPasskey(ctx, deps, person, form)
    : await showAgain(ctx, deps, person, missing, form);
  if (!problem) return true;
  if (problem === 'ended') return leave(ctx, again);
  ctx.status = problem.kind === 'throttled' ? 429 : 422;
  if (problem.kind === 'throttled') ctx.set('Retry-After', String(problem.retryAfterSeconds));
  ctx.body = await ask(problem);
  return false;
}

function leave(ctx: Context, address: string): false {
  seeOther(ctx, address);
  return false;
}

/** Whether a page may be shown to this person. If not, they are sent to a page that asks, and come back. */
export async function requireFreshVisit(
  ctx: Context,
  deps: WebDeps,
  person: SignedIn,
  standing?: SessionStanding,
): Promise<boolean> {
  if (!missingOf(deps, person, standing ?? (await findSessionStanding(deps.db, person.binding)))) return true;
  seeOther(ctx, confirmAddress(ctx.url));
  return false;
}

/** The page that asks a person for what is missing. */
export const confirmAddress = (next: string): string => `/account/confirm?next=${encodeURIComponent(next)}`;
/** The page on which a person sets up a second step. */
export const enrolAddress = (next: string): string => `/account/security/second-step?next=${encodeURIComponent(next)}`;

/** What this person has to show again; undefined if nothing. */
export function missingOf(
  { config }: Pick<WebDeps, 'config'>,
  { methods }: SignedIn,
  standing: SessionStanding | undefined,
): Missing | undefined {
  // Without a standing the session has just ended.
  if (!standing) return { password: false, code: false, passkey: false, signIn: true };
  const demandsTwo = standing.role === 'admin' || config.accountMfa === 'required';
  return missingFactors({ ...standing, methods, demandsTwo });
}

function hasAnswer(form: URLSearchParams, missing: Missing): boolean {
  if (form.has(passkeyField)) return true;
  if (missing.passkey || missing.signIn) return false;
  return (!missing.password || form.has(passwordField)) && (!missing.code || form.has(codeField));
}

const bindingOf = ({ binding }: SignedIn): string => `confirm ${binding}`;

/** What is wrong with an answer; `ended` if the session has ended meanwhile. */
type Wrong = ConfirmProblem | 'ended';

/** Checks a passkey of the account, which is both factors, and notes it in the session. */
async function showPasskey(
  ctx: Context,
  deps: WebDeps,
  person: SignedIn,
  form: URLSearchParams,
): Promise<Wrong | undefined> {
  const answer = new URLSearchParams({ passkey: field(form, passkeyField) });
  const asked = { binding: bindingOf(person), accountId: person.account.id };
  const result = await authenticateByPasskey(ctx, deps, answer, asked);
  if ('again' in result) return result.again;
  return (await renewSession(ctx, deps.engine.provider(), person, result.person)) ? undefined : 'ended';
}

/** Checks what was sent, and notes it in the session. */
async function showAgain(
  ctx: Context,
  deps: WebDeps,
  person: SignedIn,
  missing: Missing,
  form: URLSearchParams,
): Promise<Wrong | undefined> {
  const { account, methods } = person;
  let verifiedAt: Date | undefined;
  const password = missing.password ? await checkPassword(ctx, deps, account.email, form) : undefined;
  if (password) {
    // An account that must change its password has no session any more.
    if ('problem' in password) return password.problem === 'throttled' ? tooMany(password) : { kind: 'password' };
    verifiedAt = password.verifiedAt;
  }
  const guesser = { accountId: account.id, device: knownDevice(ctx, account.email) };
  const code = missing.code
    ? await checkCode(deps, guesser, field(form, codeField), actorOf(ctx, `account:${account.id}`))
    : undefined;
  if (code) {
    if ('problem' in code) return code.problem === 'throttled' ? tooMany(code) : { kind: 'code' };
    verifiedAt = code.verifiedAt;
  }
  if (!verifiedAt) return { kind: 'password' };
  const shown = [...(password ? (['pwd'] as const) : methods), ...(code ? [code.method] : [])];
  return (await noteShown(ctx, deps, person, { verifiedAt, methods: shown })) ? undefined : 'ended';
}

/**
 * A session of two factors stays one when its person shows one of them again, and so does the time of its sign-in: apps are told
 * both. Returns false if the session has ended.
 */
async function noteShown(
  ctx: Context,
  { db, engine }: WebDeps,
  person: SignedIn,
  shown: { verifiedAt: Date; methods: readonly Amr[] },
): Promise<boolean> {
  const provider = engine.provider();
  if (meets(assuranceOf(shown.methods).acr, assuranceOf(person.methods).acr)) {
    return renewSession(ctx, provider, person, shown);
  }
  return (await noteConfirmation(db, person.binding, shown.verifiedAt)) && rotateSession(ctx, provider, person);
}

/** What the person has shown in the last ten minutes. Call it after `requireFresh`. Undefined if the session has ended. */
export async function freshMethods(
  { db, engine }: Pick<WebDeps, 'db' | 'engine'>,
  person: SignedIn,
): Promise<readonly Amr[] | undefined> {
  const methods = await methodsNow(engine.provider(), person);
  const standing = methods && (await findSessionStanding(db, person.binding));
  if (!standing) return undefined;
  // Nothing but the password confirms a sign-in without making it new.
  return standing.ageSeconds > freshSeconds || mayHaveShownNothing(methods) ? ['pwd'] : methods;
}

/** The password alone, so that no sign-in is recorded. */
function checkPassword(ctx: Context, deps: WebDeps, email: string, form: URLSearchParams) {
  return authenticate(deps, {
    email,
    password: field(form, passwordField),
    ip: ctx.ip,
    device: knownDevice(ctx, email),
    requestId: ctx.state.requestId as string,
    confirmationOf: async () => ({ done: false }),
  });
}

function tooMany({ retryAfterSeconds }: { retryAfterSeconds: number }): ConfirmProblem {
  return { kind: 'throttled', retryAfterSeconds };
}
