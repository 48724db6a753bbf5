/** Sets up, checks and removes the second step of an account: an authenticator app (RFC 6238) and recovery codes. */
import { createHmac, randomBytes } from 'node:crypto';
import type { Amr } from '../policy/assurance.ts';
import {
  attemptSeconds,
  formatRecoveryCode,
  oneTimeCode,
  recoveryCode,
  recoveryCodeCount,
} from '../policy/second-step.ts';
import { lockAccount } from '../store/accounts.ts';
import type { Db } from '../store/database.ts';
import type { RateLimits } from '../store/rate-limits.ts';
import type { Sealer } from '../store/sealer.ts';
import {
  findTotp,
  putRecoveryCodes,
  putTotp,
  removeSecondStep,
  useRecoveryCode,
  useTotpStep,
} from '../store/second-step.ts';
import type { Actor } from './actor.ts';
import { record } from './record.ts';

export interface SecondStepDeps {
  readonly db: Db;
  readonly sealer: Sealer;
  readonly limits: RateLimits;
}

export type CheckedCode =
  /** `verifiedAt` is by the database's clock; `left` is the number of recovery codes that are left, if one was used. */
  | { readonly method: Extract<Amr, 'otp' | 'rcv'>; readonly verifiedAt: Date; readonly left?: number }
  | { readonly problem: 'mismatch' }
  | { readonly problem: 'throttled'; readonly retryAfterSeconds: number };

/** The code of one time step, one step before it or one after it: clocks of phones differ. */
const toleranceSeconds = 30;

/**
 * Checks a code of the app or a recovery code, and uses it up. Call it only for somebody who has shown the account's first
 * factor: wrong codes are counted, and shut the account's second step for a while.
 */
export async function checkCode(
  deps: SecondStepDeps,
  accountId: string,
  typed: string,
  actor: Actor,
): Promise<CheckedCode> {
  const attempt = await deps.limits.secondStep(accountId);
  if (attempt.retryAfterSeconds !== undefined) {
    return { problem: 'throttled', retryAfterSeconds: attempt.retryAfterSeconds };
  }
  const checked = await check(deps, accountId, typed, actor).catch(async (error: unknown) => {
    await attempt.discard().catch(() => {});
    throw error;
  });
  if (checked) await attempt.discard();
  else await attempt.fail();
  return checked ?? { problem: 'mismatch' };
}

async function check(
  { db, sealer }: SecondStepDeps,
  accountId: string,
  typed: string,
  actor: Actor,
): Promise<CheckedCode | undefined> {
  const otp = oneTimeCode(typed);
  if (otp) {
    const verifiedAt = await useOneTimeCode(db, sealer, accountId, otp);
    return verifiedAt && { method: 'otp', verifiedAt };
  }
  const code = recoveryCode(typed);
  if (!code) return undefined;
  return db.transaction(async (trx) => {
    const used = await useRecoveryCode(trx, accountId, hashesOf(sealer, accountId, code));
    if (!used) return undefined;
    await record(trx, actor, 'account.recovery_code_used', `account:${accountId}`, { left: used.left });
    return { method: 'rcv', ...used };
  });
}

async function useOneTimeCode(db: Db, sealer: Sealer, accountId: string, otp: string): Promise<Date | undefined> {
  const totp = await findTotp(db, accountId);
  const secret = totp && sealer.openIfKnown(totp.secret, sealedFor(accountId))?.toString();
  const step = secret && (await stepOf(secret, otp));
  if (!step) return undefined;
  const fresh = sealer.isFresh(totp.secret) ? totp.secret : sealer.seal(secret, sealedFor(accountId));
  return useTotpStep(db, accountId, { step, sealed: totp.secret, fresh });
}

/** The time step whose code this is; undefined if none near now has it. */
async function stepOf(secret: string, otp: string): Promise<number | undefined> {
  const { verify } = await import('otplib/functional');
  const result = await verify({ secret, token: otp, epochTolerance: toleranceSeconds });
  return result.valid && 'timeStep' in result ? result.timeStep : undefined;
}

/** A secret that an app is being set up with. The person’s form keeps it, sealed, until a code shows that the app has it. */
export interface Enrolment {
  /** Base32, as apps read it. */
  readonly secret: string;
  /** `otpauth://…`, for the picture. */
  readonly uri: string;
  readonly sealed: string;
}

export async function beginEnrolment(sealer: Sealer, { id, email }: { id: string; email: string }): Promise<Enrolment> {
  const { generateSecret } = await import('otplib/functional');
  const kept = JSON.stringify({ secret: generateSecret(), until: Date.now() + attemptSeconds * 1000 });
  return enrolmentOf(kept, email, sealer.seal(kept, beganFor(id)));
}

/** Opens what `beginEnrolment` sealed; undefined if it is too old, of another account or no seal of ours. */
export async function openEnrolment(
  sealer: Sealer,
  { id, email }: { id: string; email: string },
  sealed: string,
): Promise<Enrolment | undefined> {
  const bytes = Buffer.from(sealed, 'base64url');
  let kept: string | undefined;
  try {
    kept = sealer.openIfKnown(bytes, beganFor(id))?.toString();
  } catch {
    return undefined;
  }
  if (!kept || (JSON.parse(kept) as { until: number }).until < Date.now()) return undefined;
  return enrolmentOf(kept, email, bytes);
}

async function enrolmentOf(kept: string, email: string, sealed: Buffer): Promise<Enrolment> {
  const { generateURI } = await import('otplib/functional');
  const { secret } = JSON.parse(kept) as { secret: string };
  return {
    secret,
    uri: generateURI({ issuer: 'VibeCaaS', label: email, secret }),
    sealed: sealed.toString('base64url'),
  };
}

export type Enrolled =
  /** The new recovery codes, in clear for the only time, and when that was by the database's clock. */
  | { readonly codes: readonly string[]; readonly verifiedAt: Date }
  | { readonly problem: 'mismatch' }
  /** The account has a second step already, and this sign-in has not shown it. */
  | { readonly problem: 'has_one' };

/**
 * Turns on the second step with an app that has shown a code, and makes new recovery codes. `replaces` allows to replace
 * another app: only for a person who has just shown the second step.
 */
export async function enrol(
  { db, sealer }: Pick<SecondStepDeps, 'db' | 'sealer'>,
  accountId: string,
  { secret, typed, replaces }: { secret: string; typed: string; replaces: boolean },
  actor: Actor,
): Promise<Enrolled> {
  const otp = oneTimeCode(typed);
  const step = otp && (await stepOf(secret, otp));
  if (!step) return { problem: 'mismatch' };
  const made = newCodes(sealer, accountId);
  return db.transaction(async (trx) => {
    await lockAccount(trx, accountId);
    const before = await findTotp(trx, accountId);
    if (before && !replaces) return { problem: 'has_one' };
    const verifiedAt = await putTotp(trx, accountId, sealer.seal(secret, sealedFor(accountId)), step);
    await putRecoveryCodes(trx, accountId, made.hashes);
    const action = before ? 'account.second_step_replaced' : 'account.second_step_on';
    await record(trx, actor, action, `account:${accountId}`);
    return { codes: made.codes, verifiedAt };
  });
}

/** Replaces the recovery codes and returns the new ones; undefined if the second step is off. */
export function renewRecoveryCodes(
  { db, sealer }: Pick<SecondStepDeps, 'db' | 'sealer'>,
  accountId: string,
  actor: Actor,
): Promise<readonly string[] | undefined> {
  const made = newCodes(sealer, accountId);
  return db.transaction(async (trx) => {
    await lockAccount(trx, accountId);
    if (!(await findTotp(trx, accountId))) return undefined;
    await putRecoveryCodes(trx, accountId, made.hashes);
    await record(trx, actor, 'account.recovery_codes_made', `account:${accountId}`);
    return made.codes;
  });
}

/** Turns off the second step on behalf of the account's owner. */
export async function turnOffSecondStep(db: Db, accountId: string, actor: Actor): Promise<void> {
  await db.transaction(async (trx) => {
    await lockAccount(trx, accountId);
    if (!(await removeSecondStep(trx, accountId))) return;
    await record(trx, actor, 'account.second_step_off', `account:${accountId}`);
  });
}

function newCodes(sealer: Sealer, accountId: string): { codes: string[]; hashes: Buffer[] } {
  const codes = new Set<string>();
  while (codes.size < recoveryCodeCount) codes.add(formatRecoveryCode(randomBytes(8)));
  // The first hash is that of the first secret.
  const hashes = [...codes].map((code) => hashesOf(sealer, accountId, code)[0] as Buffer);
  return { codes: [...codes], hashes };
}

/** The hashes that a code may be stored under, one for each of SECRETS. */
function hashesOf(sealer: Sealer, accountId: string, code: string): Buffer[] {
  return sealer.keys('recovery codes').map((key) => createHmac('sha256', key).update(`${accountId} ${code}`).digest());
}

const sealedFor = (accountId: string): string => `TOTP ${accountId}`;
const beganFor = (accountId: string): string => `TOTP enrolment ${accountId}`;
