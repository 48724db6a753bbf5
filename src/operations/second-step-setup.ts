/** Sets up and removes the second step of an account: an authenticator app and recovery codes. Each change is told by mail. */
import { randomBytes } from 'node:crypto';
import type { MailFacts } from '../policy/mails.ts';
import { attemptSeconds, formatRecoveryCode, oneTimeCode, recoveryCodeCount } from '../policy/second-step.ts';
import { getAccount, lockAccount } from '../store/accounts.ts';
import type { Db } from '../store/database.ts';
import type { Sealer } from '../store/sealer.ts';
import { findTotp, putRecoveryCodes, putTotp, removeSecondStep } from '../store/second-step.ts';
import type { Actor } from './actor.ts';
import { occasionOf, queueMail } from './mail.ts';
import { record } from './record.ts';
import { hashOf, type SecondStepDeps, sealedFor, stepOf } from './second-step.ts';

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
  const made = newCodes(secret, accountId);
  return db.transaction(async (trx) => {
    await lockAccount(trx, accountId);
    const before = await findTotp(trx, accountId);
    if (before && !replaces) return { problem: 'has_one' };
    const verifiedAt = await putTotp(trx, accountId, sealer.seal(secret, sealedFor(accountId)), step);
    await putRecoveryCodes(trx, accountId, made.hashes);
    const action = before ? 'account.second_step_replaced' : 'account.second_step_on';
    await record(trx, actor, action, `account:${accountId}`);
    await tell(trx, 'factor_added', accountId, { ...occasionOf(actor), factor: 'totp' });
    return { codes: made.codes, verifiedAt };
  });
}

/** Replaces the recovery codes and returns the new ones; undefined if the second step is off. */
export function renewRecoveryCodes(
  { db, sealer }: Pick<SecondStepDeps, 'db' | 'sealer'>,
  accountId: string,
  actor: Actor,
): Promise<readonly string[] | undefined> {
  return db.transaction(async (trx) => {
    await lockAccount(trx, accountId);
    const totp = await findTotp(trx, accountId);
    const secret = totp && sealer.openIfKnown(totp.secret, sealedFor(accountId))?.toString();
    if (!secret) return undefined;
    const made = newCodes(secret, accountId);
    await putRecoveryCodes(trx, accountId, made.hashes);
    await record(trx, actor, 'account.recovery_codes_made', `account:${accountId}`);
    await tell(trx, 'factor_added', accountId, { ...occasionOf(actor), factor: 'recovery_codes' });
    return made.codes;
  });
}

/** Turns off the second step on behalf of the account's owner. */
export async function turnOffSecondStep(db: Db, accountId: string, actor: Actor): Promise<void> {
  await db.transaction(async (trx) => {
    await lockAccount(trx, accountId);
    if (!(await removeSecondStep(trx, accountId))) return;
    await record(trx, actor, 'account.second_step_off', `account:${accountId}`);
    await tell(trx, 'factor_removed', accountId, { ...occasionOf(actor), factor: 'totp', by: 'person' });
  });
}

function newCodes(secret: string, accountId: string): { codes: string[]; hashes: Buffer[] } {
  const codes = new Set<string>();
  while (codes.size < recoveryCodeCount) codes.add(formatRecoveryCode(randomBytes(8)));
  return { codes: [...codes], hashes: [...codes].map((code) => hashOf(secret, accountId, code)) };
}

async function tell<Kind extends 'factor_added' | 'factor_removed'>(
  trx: Db,
  kind: Kind,
  accountId: string,
  facts: MailFacts[Kind],
): Promise<void> {
  const { email: to } = await getAccount(trx, accountId);
  await queueMail(trx, { kind, to, accountId, facts });
}

const beganFor = (accountId: string): string => `TOTP enrolment ${accountId}`;
