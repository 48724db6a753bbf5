/** Checks the second step of an account: codes of an authenticator app (RFC 6238) and recovery codes. Setting it up is in second-step-setup.ts. */
import { createHmac } from 'node:crypto';
import type { Amr } from '../policy/assurance.ts';
import { oneTimeCode, recoveryCode } from '../policy/second-step.ts';
import { getAccount } from '../store/accounts.ts';
import type { Db } from '../store/database.ts';
import type { CodeGuesser, RateLimits } from '../store/rate-limits.ts';
import type { Sealer } from '../store/sealer.ts';
import { findTotp, replaceTotpSeal, totpNotSealedBy, useRecoveryCode, useTotpStep } from '../store/second-step.ts';
import type { Actor } from './actor.ts';
import { occasionOf, queueMail, tellOfGuesses } from './mail.ts';
import { record } from './record.ts';
import { outcomeOf, type SignInCounts } from './sign-in-counts.ts';

export interface SecondStepDeps {
  readonly db: Db;
  readonly sealer: Sealer;
  readonly limits: RateLimits;
  readonly signIns?: SignInCounts;
}

export type CheckedCode =
  /** `verifiedAt` is by the database's clock; `left` is the number of recovery codes that are left, if one was used. */
  | { readonly method: Extract<Amr, 'otp' | 'rcv'>; readonly verifiedAt: Date; readonly left?: number }
  /** `used`: it was right, and has been used up. That must not be told. */
  | { readonly problem: 'mismatch'; readonly used?: true }
  | { readonly problem: 'throttled'; readonly retryAfterSeconds: number };

/** The code of one time step, one step before it or one after it: clocks of phones differ. */
const toleranceSeconds = 30;

/**
 * Checks a code of the app or a recovery code, and uses it up. Call it only for somebody who has shown the account's first
 * factor: wrong codes are counted, and shut the second step for a while to whoever has sent them.
 */
export async function checkCode(
  deps: SecondStepDeps,
  guesser: CodeGuesser,
  typed: string,
  actor: Actor,
): Promise<CheckedCode> {
  const result = await checkWithin(deps, guesser, typed, actor);
  const isRecovery = !oneTimeCode(typed) && recoveryCode(typed) !== undefined;
  deps.signIns?.shown(isRecovery ? 'recovery_code' : 'code', outcomeOf(result));
  return result;
}

/** Within the limits of wrong codes. */
async function checkWithin(
  deps: SecondStepDeps,
  guesser: CodeGuesser,
  typed: string,
  actor: Actor,
): Promise<CheckedCode> {
  const { accountId } = guesser;
  const attempt = await deps.limits.secondStep(guesser);
  if (attempt.retryAfterSeconds !== undefined) {
    return { problem: 'throttled', retryAfterSeconds: attempt.retryAfterSeconds };
  }
  const checked = await check(deps, accountId, typed, actor).catch(async (error: unknown) => {
    await attempt.discard().catch(() => {});
    throw error;
  });
  if (checked !== undefined && checked !== 'used') {
    await attempt.discard();
    return checked;
  }
  if (await attempt.fail()) await tellOfGuesses(deps.db, { accountId }, actor);
  return { problem: 'mismatch', ...(checked === 'used' && { used: true }) };
}

async function check(
  { db, sealer }: SecondStepDeps,
  accountId: string,
  typed: string,
  actor: Actor,
): Promise<CheckedCode | 'used' | undefined> {
  const [otp, code] = [oneTimeCode(typed), recoveryCode(typed)];
  const totp = otp || code ? await findTotp(db, accountId) : undefined;
  const secret = totp && sealer.openIfKnown(totp.secret, sealedFor(accountId))?.toString();
  if (!secret) return undefined;
  if (otp) {
    const step = await stepOf(secret, otp);
    const fresh = sealer.isFresh(totp.secret) ? totp.secret : sealer.seal(secret, sealedFor(accountId));
    if (!step) return undefined;
    const verifiedAt = await useTotpStep(db, accountId, { step, sealed: totp.secret, fresh });
    return verifiedAt ? { method: 'otp', verifiedAt } : 'used';
  }
  return db.transaction(async (trx) => {
    const used = await useRecoveryCode(trx, accountId, hashOf(secret, accountId, code as string));
    if (!used || used === 'used') return used;
    await record(trx, actor, 'account.recovery_code_used', `account:${accountId}`, { left: used.left });
    const { email: to } = await getAccount(trx, accountId);
    await queueMail(trx, {
      kind: 'recovery_code_used',
      to,
      accountId,
      facts: { ...occasionOf(actor), left: used.left },
    });
    return { method: 'rcv', ...used };
  });
}

/** The time step whose code this is; undefined if none near now has it. */
export async function stepOf(secret: string, otp: string): Promise<number | undefined> {
  const { verify } = await import('otplib/functional');
  const result = await verify({ secret, token: otp, epochTolerance: toleranceSeconds });
  return result.valid && 'timeStep' in result ? result.timeStep : undefined;
}

/**
 * The hash that a recovery code is stored under: a MAC whose key is the secret of the app, because the code alone is short. That
 * secret is sealed, so the database gives no codes away, and it outlives a rotation of SECRETS.
 */
export function hashOf(secret: string, accountId: string, code: string): Buffer {
  return createHmac('sha256', secret).update(`recovery code ${accountId} ${code}`).digest();
}

/** What the secret of an account’s app is sealed for. */
export const sealedFor = (accountId: string): string => `TOTP ${accountId}`;

/** How many secrets are read at a time. */
const pageSize = 1_000;

/** Seals the secret of every app with the first of SECRETS, so that older ones can be removed later. */
export async function resealTotp(db: Db, sealer: Sealer): Promise<void> {
  for (let after = ''; ; ) {
    const rows = await totpNotSealedBy(db, sealer.firstId, { after, limit: pageSize });
    for (const { account_id: id, secret: sealed } of rows) {
      const secret = sealer.openIfKnown(sealed, sealedFor(id));
      // Its secret was removed too early. The account needs a new second step, and the server starts all the same.
      if (secret) await replaceTotpSeal(db, id, { sealed, fresh: sealer.seal(secret, sealedFor(id)) });
    }
    const last = rows.at(-1);
    if (!last || rows.length < pageSize) return;
    after = last.account_id;
  }
}
