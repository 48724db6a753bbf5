/** The second step by a passkey of the account. */
import { setTimeout as sleep } from 'node:timers/promises';
import type Router from '@koa/router';
import type { Context } from 'koa';
import * as icons from '../../../views/icons.ts';
import { m } from '../../../views/messages/index.ts';
import { type PasskeySecondStepProblem, secondStepPasskeyPage } from '../../../views/oauth/second-step-passkey.ts';
import { AppError } from '../../errors.ts';
import { listPasskeyHandles } from '../../store/passkeys.ts';
import type { WebDeps } from '../deps.ts';
import { authenticateByPasskey } from '../http/passkey-credentials.ts';
import { askForPasskey } from '../http/passkey-page.ts';
import { currentAttempt } from '../sign-in/attempts.ts';
import { finishSignIn, goElsewhere } from '../sign-in/continue.ts';
import { bases, type Here, type Pages } from './place.ts';

export const passkeyStep = 'second-step/passkey';

export function passkeyPages(router: Router, pages: Pages, deps: WebDeps): void {
  for (const base of bases) {
    router.get(`${base}/${passkeyStep}`, async (ctx) => {
      const here = await pages.open(ctx, 'second-step');
      if (here) ctx.body = await page(ctx, here, deps);
    });

    router.post(`${base}/${passkeyStep}`, async (ctx) => {
      const here = await pages.submission(ctx, 'second-step');
      if (!here) return;
      const { attempt, place, form } = here;
      const asked = { binding: bindingOf(here), accountId: attempt.account.id };
      const result = await authenticateByPasskey(ctx, deps, form, asked);
      if ('again' in result) {
        // The same answer may have arrived twice: then the first one finishes the sign-in.
        if (result.again.kind === 'expired' && (await isFinished(ctx, deps, here, result.used ? 10 : 1))) {
          return goElsewhere(ctx, deps, place);
        }
        ctx.body = await page(ctx, here, deps, result.again);
        return;
      }
      const methods = [...attempt.methods, ...result.person.methods];
      await finishSignIn(ctx, deps, place, { ...attempt, methods });
    });
  }
}

/** Whether another request of this browser has finished the attempt, or does within so many looks, twenty a second. */
async function isFinished(ctx: Context, { db }: WebDeps, { uid }: Here, looks: number): Promise<boolean> {
  for (let look = 0; look < looks; look += 1) {
    if (look > 0) await sleep(50);
    if (!(await currentAttempt(ctx, db, uid))) return true;
  }
  return false;
}

async function page(ctx: Context, here: Here, deps: WebDeps, problem?: PasskeySecondStepProblem): Promise<string> {
  const { attempt, csrf, at } = here;
  const passkeys = await listPasskeyHandles(deps.db, attempt.account.id);
  const button = askForPasskey(ctx, deps, { binding: bindingOf(here), action: at(passkeyStep), allowed: passkeys });
  if (!button) throw new AppError('not_found', 'This server has no passkeys');
  const app = await here.app();
  return secondStepPasskeyPage({
    csrf,
    button,
    cancelAction: here.cancelAction,
    email: attempt.account.email,
    passkeys: passkeys.map(({ name }) => name),
    ...(app && { app }),
    ...(problem && { problem }),
    others: otherWays(here),
  });
}

/** The id of an attempt contains the browser and the authorization. */
function bindingOf({ attempt }: Here): string {
  return `second step ${attempt.idHash.toString('base64url')}`;
}

function otherWays({ attempt, at }: Here) {
  const { totp, recoveryCodes } = attempt.factors;
  return [
    ...(totp ? [{ href: at('second-step'), label: m().passkeys.typeCode, icon: icons.phone }] : []),
    ...(recoveryCodes > 0 ? [{ href: at('recovery-code'), label: m().secondStep.useRecovery, icon: icons.box }] : []),
  ];
}
