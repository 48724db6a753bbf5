/**
 * Setting up a second step in the middle of a sign-in that demands one. That is possible only while the account does not have one,
 * so a thief with the password cannot replace the app of its owner.
 */
import type Router from '@koa/router';
import type { Context } from 'koa';
import { codesScript, enrolPage, recoveryCodesPage } from '../../../views/oauth/enrol.ts';
import { beginEnrolment, type Enrolment, enrol, openEnrolment } from '../../operations/second-step-setup.ts';
import { contentSecurityPolicy } from '../../policy/content-security.ts';
import type { WebDeps } from '../deps.ts';
import { actorOf } from '../http/actor.ts';
import { beginAttempt } from '../http/attempts.ts';
import { finishSignIn } from '../http/continue-sign-in.ts';
import { field } from '../http/forms.ts';
import { qrCode } from '../http/qr-code.ts';
import { seeOther } from '../http/see-other.ts';
import { createCurrentInteraction } from '../oauth/interaction/current.ts';
import { bases, type Here, type Pages } from './place.ts';

export const withCodesScript = contentSecurityPolicy(codesScript);

export function enrolmentPages(router: Router, pages: Pages, deps: WebDeps): void {
  const current = createCurrentInteraction(deps);
  for (const base of bases) {
    router.get(`${base}/enrol`, async (ctx) => {
      const here = await pages.open(ctx, 'enrol');
      if (here) ctx.body = await page(deps, here, await beginEnrolment(deps.sealer, here.attempt.account));
    });

    router.post(`${base}/enrol`, async (ctx) => {
      const here = await pages.submission(ctx, 'enrol');
      if (here) await submit(ctx, deps, here, here.form);
    });

    router.post(`${base}/enrol/saved`, async (ctx) => {
      const here = await pages.submission(ctx, 'done');
      if (here) await finishSignIn(ctx, deps, here.place, here.attempt);
    });
  }

  router.post(`${bases[0]}/enrol/decline`, async (ctx) => {
    const here = await pages.submission(ctx, 'enrol');
    if (!here) return;
    const why = 'The person has no second step and did not set one up';
    await current.finish(ctx, { error: 'unmet_authentication_requirements', error_description: why });
  });
}

async function submit(ctx: Context, deps: WebDeps, here: Here, form: URLSearchParams): Promise<void> {
  const { account, methods } = here.attempt;
  const begun = await openEnrolment(deps.sealer, account, field(form, 'enrolment'));
  if (!begun) return seeOther(ctx, here.at('enrol'));
  const asked = { secret: begun.secret, typed: field(form, 'otp'), replaces: false };
  const result = await enrol(deps, account.id, asked, actorOf(ctx, `account:${account.id}`));
  if ('problem' in result) {
    if (result.problem === 'has_one') return seeOther(ctx, here.at('second-step'));
    ctx.status = 422;
    ctx.body = await page(deps, here, begun, true);
    return;
  }
  const shown = { accountId: account.id, methods: [...methods, 'otp'] as const, verifiedAt: result.verifiedAt };
  await beginAttempt(ctx, deps.db, { ...shown, interaction: here.uid });
  ctx.set('Content-Security-Policy', withCodesScript);
  ctx.body = recoveryCodesPage({
    csrf: here.csrf,
    action: here.at('enrol/saved'),
    codes: result.codes,
    email: account.email,
    made: result.verifiedAt,
    enrolled: true,
  });
}

async function page({ config }: WebDeps, here: Here, begun: Enrolment, wrong = false): Promise<string> {
  const app = await here.app();
  const everyone = config.accountMfa === 'required';
  return enrolPage({
    csrf: here.csrf,
    action: here.at('enrol'),
    enrolment: begun.sealed,
    qr: await qrCode(begun.uri),
    secret: begun.secret,
    email: here.attempt.account.email,
    ...(app && { app }),
    why: everyone ? 'everyone' : app && 'app',
    ...(!everyone && app && { notNow: { action: here.at('enrol/decline') } }),
    wrong,
  });
}
