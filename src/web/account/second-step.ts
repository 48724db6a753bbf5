/** The second step of somebody who is signed in: turning it on and off, another app, new recovery codes. */
import type Router from '@koa/router';
import type { Context } from 'koa';
import type { SecondStepState } from '../../../views/account/second-step.ts';
import { enrolPage, recoveryCodesPage } from '../../../views/oauth/enrol.ts';
import { AppError } from '../../errors.ts';
import {
  beginEnrolment,
  type Enrolment,
  openEnrolment,
  openNewCodes,
  sealNewCodes,
} from '../../operations/enrolments.ts';
import {
  enrol,
  enrolledAt,
  enrolmentUri,
  renewRecoveryCodes,
  turnOffSecondStep,
} from '../../operations/second-step-setup.ts';
import { fewRecoveryCodes } from '../../policy/second-step.ts';
import { findFactors, findTotp } from '../../store/second-step.ts';
import type { WebDeps } from '../deps.ts';
import { actorOf } from '../http/actor.ts';
import { writeCookie } from '../http/cookies.ts';
import { field, readForm } from '../http/forms.ts';
import { requireSignedIn } from '../http/guards.ts';
import { localPath } from '../http/local-path.ts';
import { qrCode } from '../http/qr-code.ts';
import { seeOther } from '../http/see-other.ts';
import { renewSession, type SignedIn } from '../http/session.ts';
import { freshMethods, requireFresh, requireFreshVisit } from '../http/step-up.ts';
import { withCodesScript } from '../second-step/enrolment.ts';

const home = '/account/security';

/** Adds the routes of this section to those of the account. */
export function secondStepPages(router: Router, deps: WebDeps): void {
  const { db, engine, sealer } = deps;

  router.get('/security/second-step', async (ctx) => {
    const person = await requireSignedIn(ctx, engine.provider());
    if (!person || !(await requireFreshVisit(ctx, deps, person))) return;
    const before = await findTotp(db, person.account.id);
    ctx.body = await page(ctx, deps, person, await beginEnrolment(sealer, formOwnerOf(person), before?.created_at));
  });

  router.post('/security/second-step', async (ctx) => {
    const sent = await freshForm(ctx, deps);
    if (sent) await submit(ctx, deps, sent.person, sent.form);
  });

  router.post('/security/second-step/saved', async (ctx) => {
    const person = await requireSignedIn(ctx, engine.provider());
    if (!person) return;
    deps.csrf.check(await readForm(ctx), person.binding);
    seeOther(ctx, localPath(ctx.query.next, home));
  });

  router.post('/security/second-step/off', async (ctx) => {
    const sent = await freshForm(ctx, deps);
    if (!sent) return;
    const { account } = sent.person;
    if (isRequired(deps, sent.person)) throw new AppError('forbidden', 'This account needs a second step');
    await turnOffSecondStep(db, account, actorOfPerson(ctx, sent.person));
    done(ctx, 'second-step-off');
  });

  router.post('/security/recovery-codes', async (ctx) => {
    const sent = await freshForm(ctx, deps);
    if (!sent) return;
    const { person, form } = sent;
    const made = openNewCodes(sealer, formOwnerOf(person), field(form, 'renewal'));
    const at = made && (await renewRecoveryCodes(deps, person.account, made, actorOfPerson(ctx, person)));
    if (at) showCodes(ctx, deps, person, { codes: made.codes, made: at, enrolled: false });
    else seeOther(ctx, home);
  });
}

/** What the security page shows. */
export async function secondStepOf(deps: WebDeps, person: SignedIn): Promise<SecondStepState> {
  const { id } = person.account;
  const [totp, factors] = [await findTotp(deps.db, id), await findFactors(deps.db, id)];
  const recoveryCodes = factors?.recoveryCodes ?? 0;
  return {
    few: recoveryCodes <= fewRecoveryCodes,
    app: totp && {
      added: totp.created_at,
      lastUsed: totp.last_used_at,
      renewal: sealNewCodes(deps.sealer, formOwnerOf(person), totp.codes_made ?? undefined),
    },
    recoveryCodes,
    required: isRequired(deps, person),
  };
}

function isRequired({ config }: WebDeps, { account }: SignedIn): boolean {
  return account.role === 'admin' || config.accountMfa === 'required';
}

/** The form of a person whose sign-in is recent. Undefined if the request has been answered. */
async function freshForm(
  ctx: Context,
  deps: WebDeps,
): Promise<{ person: SignedIn; form: URLSearchParams } | undefined> {
  const person = await requireSignedIn(ctx, deps.engine.provider());
  if (!person) return undefined;
  const form = await readForm(ctx);
  deps.csrf.check(form, person.binding);
  return (await requireFresh(ctx, deps, person, form)) ? { person, form } : undefined;
}

async function submit(ctx: Context, deps: WebDeps, person: SignedIn, form: URLSearchParams): Promise<void> {
  const { account } = person;
  const begun = openEnrolment(deps.sealer, formOwnerOf(person), field(form, 'enrolment'));
  if (!begun) return seeOther(ctx, ctx.url);
  const { codes } = begun;
  // The page with the codes was loaded again, or the form was sent twice.
  const made = await enrolledAt(deps, account.id, begun);
  if (made) return showCodes(ctx, deps, person, { codes, made, enrolled: true });
  const result = await enrol(deps, account, begun, field(form, 'otp'), actorOfPerson(ctx, person));
  if ('problem' in result) {
    if (result.problem === 'overtaken') return seeOther(ctx, ctx.url);
    ctx.status = 422;
    ctx.body = await page(ctx, deps, person, begun, true);
    return;
  }
  const { verifiedAt } = result;
  const methods = await freshMethods(deps, person);
  if (methods) {
    await renewSession(ctx, deps.engine.provider(), person, { verifiedAt, methods: [...methods, 'otp'] });
  }
  showCodes(ctx, deps, person, { codes, made: verifiedAt, enrolled: true });
}

async function page(ctx: Context, deps: WebDeps, person: SignedIn, begun: Enrolment, wrong = false): Promise<string> {
  const { account, binding } = person;
  const next = localPath(ctx.query.next, home);
  const forAdmin = account.role === 'admin' && next.startsWith('/admin');
  return enrolPage({
    csrf: deps.csrf.token(binding),
    action: `/account/security/second-step?next=${encodeURIComponent(next)}`,
    enrolment: begun.sealed,
    qr: await qrCode(await enrolmentUri(account, begun.secret)),
    secret: begun.secret,
    email: account.email,
    why: forAdmin ? 'admin' : undefined,
    notNow: { href: forAdmin ? '/account/apps' : next },
    wrong,
  });
}

function showCodes(
  ctx: Context,
  deps: WebDeps,
  { account, binding }: SignedIn,
  shown: { codes: readonly string[]; made: Date; enrolled: boolean },
): void {
  const next = localPath(ctx.query.next, home);
  ctx.set('Content-Security-Policy', withCodesScript);
  ctx.body = recoveryCodesPage({
    csrf: deps.csrf.token(binding),
    action: `/account/security/second-step/saved?next=${encodeURIComponent(next)}`,
    email: account.email,
    ...shown,
  });
}

const formOwnerOf = ({ account, binding }: SignedIn) => ({ accountId: account.id, binding });

const actorOfPerson = (ctx: Context, { account }: SignedIn) => actorOf(ctx, `account:${account.id}`);

/** The notice that the security page shows once. */
function done(ctx: Context, notice: string): void {
  writeCookie(ctx, 'security', notice, { maxAgeMs: 60_000 });
  seeOther(ctx, home);
}
