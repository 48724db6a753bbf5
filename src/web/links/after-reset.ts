/**
 * Where a person goes after a new password: back to the authorization that they came from, if this browser began it and it
 * may still go on; otherwise to the security page. That page comes first if the account has other ways in: whoever was in
 * it may have added one.
 */
import type { Context } from 'koa';
import { hasWayBesidePassword } from '../../store/ways-in.ts';
import type { WebDeps } from '../deps.ts';
import { saySecurityIsReset, takeWayBack } from '../http/after-reset.ts';
import { writeCookie } from '../http/cookies.ts';
import { beginAttempt } from '../sign-in/attempts.ts';
import { continueSignIn, type FirstFactor } from '../sign-in/continue.ts';

/** Answers the request. */
export async function goOnAfterReset(ctx: Context, deps: WebDeps, reset: FirstFactor): Promise<void> {
  const interaction = takeWayBack(ctx);
  const providers = [...deps.upstreams.values()].map(({ upstream }) => upstream.issuer);
  const next = '/account/security';
  if (await hasWayBesidePassword(deps.db, reset.account.id, providers)) {
    // Signs in there as well, when the person follows the link of the note.
    if (interaction !== undefined) {
      const { account, methods, verifiedAt } = reset;
      await beginAttempt(ctx, deps.db, { accountId: account.id, methods, verifiedAt, interaction });
    }
    saySecurityIsReset(ctx, interaction);
    return continueSignIn(ctx, deps, { ...reset, next });
  }
  if (interaction !== undefined) return continueSignIn(ctx, deps, { ...reset, interaction });
  writeCookie(ctx, 'security', 'password-changed', { maxAgeMs: 60_000 });
  await continueSignIn(ctx, deps, { ...reset, next });
}
