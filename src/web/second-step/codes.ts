/** The second step itself: a code of the authenticator app, or a recovery code. */
import { setTimeout as sleep } from 'node:timers/promises';
import type Router from '@koa/router';
import type { Context } from 'koa';
import * as icons from '../../../views/icons.ts';
import { m } from '../../../views/messages/index.ts';
import { type CodeKind, type CodeProblem, secondStepPage } from '../../../views/oauth/second-step.ts';
import { checkCode } from '../../operations/second-step.ts';
import { removeSignInAttempt } from '../../store/sign-in-attempts.ts';
import type { WebDeps } from '../deps.ts';
import { actorOf } from '../http/actor.ts';
import { knownDevice } from '../http/device.ts';
import { field } from '../http/forms.ts';
import { allowPasskeyScript } from '../http/passkey-page.ts';
import { seeOther } from '../http/see-other.ts';
import { currentAttempt } from '../sign-in/attempts.ts';
import { finishSignIn, goElsewhere } from '../sign-in/continue.ts';
import { passkeyStep } from './passkey.ts';
import { bases, type Here, type Pages } from './place.ts';

const kinds: readonly { kind: CodeKind; step: string; name: string }[] = [
  { kind: 'app', step: 'second-step', name: 'otp' },
  { kind: 'recovery', step: 'recovery-code', name: 'recovery' },
];

export function codePages(router: Router, pages: Pages, deps: WebDeps): void {
  for (const base of bases) {
    for (const { kind, step, name } of kinds) {
      router.get(`${base}/${step}`, async (ctx) => {
        const here = await pages.open(ctx, 'second-step');
        if (!here) return;
        // An account that has passkeys alone has no code to type.
        if (!here.attempt.factors.totp) return seeOther(ctx, here.at(passkeyStep));
        ctx.body = await page(ctx, here, kind, deps);
      });

      router.post(`${base}/${step}`, async (ctx) => {
        const here = await pages.submission(ctx, 'second-step');
        if (here) await submit(ctx, deps, here, kind, field(here.form, name));
      });
    }

    router.post(`${base}/second-step/cancel`, async (ctx) => {
      const here = await pages.submission(ctx, 'second-step');
      if (!here) return;
      await removeSignInAttempt(deps.db, here.attempt.idHash);
      seeOther(
        ctx,
        here.uid === undefined ? `/sign-in?next=${encodeURIComponent(here.place.next)}` : `/interaction/${here.uid}`,
      );
    });
  }
}

async function submit(ctx: Context, deps: WebDeps, here: Here, kind: CodeKind, typed: string): Promise<void> {
  const { attempt, place } = here;
  const { id, email } = attempt.account;
  const guesser = { accountId: id, device: knownDevice(ctx, email) };
  const checked = await checkCode(deps, guesser, typed, actorOf(ctx, `account:${id}`));
  if (!('problem' in checked)) {
    return finishSignIn(ctx, deps, place, { ...attempt, methods: [...attempt.methods, checked.method] });
  }
  if (checked.problem === 'mismatch') {
    // The other click of a double click may have used up the code.
    if (await isOver(ctx, deps, here, checked.used ? maxWaitMs : 0)) return goElsewhere(ctx, deps, place);
    ctx.status = 422;
    ctx.body = await page(ctx, here, kind, deps, { kind: 'mismatch' });
    return;
  }
  const { retryAfterSeconds } = checked;
  ctx.status = 429;
  ctx.set('Retry-After', String(retryAfterSeconds));
  ctx.body = await page(ctx, here, kind, deps, { kind: 'throttled', retryAfterSeconds });
}

/** How long a code that was used up waits for the other click to finish the sign-in. */
const maxWaitMs = 1_000;

async function isOver(ctx: Context, { db }: WebDeps, { uid }: Here, waitMs: number): Promise<boolean> {
  const giveUpAt = performance.now() + waitMs;
  for (let pauseMs = 25; ; pauseMs *= 2) {
    if (!(await currentAttempt(ctx, db, uid))) return true;
    if (performance.now() + pauseMs > giveUpAt) return false;
    await sleep(pauseMs);
  }
}

async function page(
  ctx: Context,
  here: Here,
  kind: CodeKind,
  { config }: WebDeps,
  problem?: CodeProblem,
): Promise<string> {
  const { attempt, csrf, more, cancelAction } = here;
  const app = await here.app();
  const { step } = kinds.find((one) => one.kind === kind) as (typeof kinds)[0];
  return secondStepPage({
    csrf,
    action: here.at(step),
    cancelAction,
    more,
    elsewhere: !attempt.methods.includes('pwd'),
    kind,
    email: attempt.account.email,
    ...(app && { app }),
    ...(problem && { problem }),
    others: otherWays(here, kind),
    script: attempt.factors.passkeys ? allowPasskeyScript(ctx) : undefined,
    help: config.supportUrl ?? '/help',
  });
}

function otherWays({ attempt, at }: Here, kind: CodeKind) {
  const { recoveryCodes, passkeys } = attempt.factors;
  const words = m().secondStep;
  const passkey = { href: at(passkeyStep), label: m().passkeys.useInstead, icon: icons.key, needsPasskey: true };
  const app = { href: at('second-step'), label: words.useApp, icon: icons.phone };
  const recovery = { href: at('recovery-code'), label: words.useRecovery, icon: icons.box };
  if (kind === 'recovery') return [app, ...(passkeys ? [passkey] : [])];
  return [...(passkeys ? [passkey] : []), ...(recoveryCodes > 0 ? [recovery] : [])];
}
