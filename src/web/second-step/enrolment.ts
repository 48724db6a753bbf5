/**
 * Setting up a second step in the middle of a sign-in that demands one. That is possible only while the account does not have one,
 * so a thief with the password cannot replace the app of its owner.
 */
import type Router from '@koa/router';
import type { Context } from 'koa';
import { codesScript, enrolPage, recoveryCodesPage } from '../../../views/oauth/enrol.ts';
import {
  beginEnrolment,
  type Enrolment,
  openEnrolment,
  sealUnsavedCodes,
  type UnsavedCodes,
} from '../../operations/enrolments.ts';
import { enrol, enrolmentUri } from '../../operations/second-step-setup.ts';
import { contentSecurityPolicy } from '../../policy/content-security.ts';
import { noteEnrolment } from '../../store/sign-in-attempts.ts';
import type { WebDeps } from '../deps.ts';
import { actorOf } from '../http/actor.ts';
import { field } from '../http/forms.ts';
import { qrCode } from '../http/qr-code.ts';
import { seeOther } from '../http/see-other.ts';
import { createCurrentInteraction } from '../oauth/interaction/current.ts';
import { finishSignIn } from '../sign-in/continue.ts';
import { bases, codesStep, formOwnerOf, type Here, type Pages, unsavedCodesOf } from './place.ts';

export const withCodesScript = contentSecurityPolicy(codesScript);

export function enrolmentPages(router: Router, pages: Pages, deps: WebDeps): void {
  const current = createCurrentInteraction(deps);
  for (const base of bases) {
    router.get(`${base}/enrol`, async (ctx) => {
      const here = await pages.open(ctx, 'enrol');
      if (here) ctx.body = await page(deps, here, await beginEnrolment(deps.sealer, formOwnerOf(here)));
    });

    router.post(`${base}/enrol`, async (ctx) => {
      const here = await pages.submission(ctx, 'enrol');
      if (here) await submit(ctx, deps, here, here.form);
    });

    router.get(`${base}/${codesStep}`, async (ctx) => {
      const here = await pages.open(ctx, 'done');
      if (!here) return;
      const unsaved = unsavedCodesOf(deps, here.attempt);
      if (unsaved) showCodes(ctx, here, unsaved);
      else await finishSignIn(ctx, deps, here.place, here.attempt);
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
  const owner = formOwnerOf(here);
  const begun = openEnrolment(deps.sealer, owner, field(form, 'enrolment'));
  if (!begun) return seeOther(ctx, here.at('enrol'));
  const result = await enrol(deps, account, begun, field(form, 'otp'), actorOf(ctx, `account:${account.id}`));
  if ('problem' in result) {
    if (result.problem === 'overtaken') return seeOther(ctx, here.at('second-step'));
    ctx.status = 422;
    ctx.body = await page(deps, here, begun, true);
    return;
  }
  const { verifiedAt } = result;
  const unsavedCodes = sealUnsavedCodes(deps.sealer, owner, { codes: begun.codes, made: verifiedAt });
  const enrolled = { idHash: here.attempt.idHash, accountId: account.id, methods: [...methods, 'otp'] as const };
  await noteEnrolment(deps.db, { ...enrolled, verifiedAt, unsavedCodes });
  seeOther(ctx, here.at(codesStep));
}

function showCodes(ctx: Context, here: Here, { codes, made }: UnsavedCodes): void {
  ctx.set('Content-Security-Policy', withCodesScript);
  ctx.body = recoveryCodesPage({
    csrf: here.csrf,
    action: here.at('enrol/saved'),
    codes,
    email: here.attempt.account.email,
    made,
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
    qr: await qrCode(await enrolmentUri(here.attempt.account, begun.secret)),
    secret: begun.secret,
    email: here.attempt.account.email,
    ...(app && { app }),
    why: everyone ? 'everyone' : app && 'app',
    ...(!everyone && app && { notNow: { action: here.at('enrol/decline') } }),
    wrong,
  });
}
