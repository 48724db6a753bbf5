/**
 * Sets up and removes the second step of an account: an authenticator app and recovery codes. Each change is told by mail. A form
 * that is sent twice changes nothing the second time, and one that was overtaken by another change does nothing.
 */
import type { MailFacts } from '../policy/mails.ts';
import { oneTimeCode } from '../policy/second-step.ts';
import { getAccount } from '../store/accounts.ts';
import type { Db } from '../store/database.ts';
import {
  findTotp,
  listRecoveryCodes,
  putRecoveryCodes,
  putTotp,
  removeSecondStep,
  type Totp,
} from '../store/second-step.ts';
import { type AccountOwner, lockOwner } from './account-owner.ts';
import type { Actor } from './actor.ts';
import type { Enrolment, NewCodes } from './enrolments.ts';
import { occasionOf, queueMail } from './mail.ts';
import { record } from './record.ts';
import { hashOf, type SecondStepDeps, sealedFor, stepOf } from './second-step.ts';

type SetupDeps = Pick<SecondStepDeps, 'db' | 'sealer'>;

export type Enrolled =
  /** When that was, by the database's clock. The recovery codes are those of the form. */
  | { readonly verifiedAt: Date }
  | { readonly problem: 'mismatch' }
  /** Since the form was begun the account has got another app. */
  | { readonly problem: 'overtaken' };

/** The address that apps read, for the picture. */
export async function enrolmentUri({ email }: { email: string }, secret: string): Promise<string> {
  const { generateURI } = await import('otplib/functional');
  return generateURI({ issuer: 'VibeCaaS', label: email, secret });
}

/**
 * Turns on the second step with an app that has shown a code, and with the recovery codes of the form. It takes the place of the
 * app that the form was begun to replace, and of no other.
 */
export async function enrol(
  deps: SetupDeps,
  owner: AccountOwner,
  enrolment: Enrolment,
  typed: string,
  actor: Actor,
): Promise<Enrolled> {
  const { secret, codes, replaces } = enrolment;
  const otp = oneTimeCode(typed);
  const step = otp && (await stepOf(secret, otp));
  if (!step) return { problem: 'mismatch' };
  return deps.db.transaction(async (trx) => {
    await lockOwner(trx, owner);
    const before = await findTotp(trx, owner.id);
    if (before && (await isEnrolledWith(trx, deps, owner.id, before, enrolment)))
      return { verifiedAt: before.created_at };
    if (before?.created_at.getTime() !== replaces?.getTime()) return { problem: 'overtaken' };
    const verifiedAt = await putTotp(trx, owner.id, deps.sealer.seal(secret, sealedFor(owner.id)), step);
    await putRecoveryCodes(trx, owner.id, hashesOf(secret, owner.id, codes));
    const action = before ? 'account.second_step_replaced' : 'account.second_step_on';
    await record(trx, actor, action, `account:${owner.id}`);
    await tell(trx, 'factor_added', owner.id, { ...occasionOf(actor), factor: 'totp' });
    return { verifiedAt };
  });
}

/** When this form has set up what the account has now; undefined if it has not, or not any more. */
export async function enrolledAt(deps: SetupDeps, id: string, enrolment: Enrolment): Promise<Date | undefined> {
  const now = await findTotp(deps.db, id);
  return now && (await isEnrolledWith(deps.db, deps, id, now, enrolment)) ? now.created_at : undefined;
}

async function isEnrolledWith(
  db: Db,
  { sealer }: SetupDeps,
  id: string,
  now: Totp,
  { secret, codes }: Enrolment,
): Promise<boolean> {
  if (sealer.openIfKnown(now.secret, sealedFor(id))?.toString() !== secret) return false;
  return areCodesOf(db, id, hashesOf(secret, id, codes));
}

/**
 * Replaces the recovery codes by those of the form, and returns when that was. Returns undefined if the second step is off, or has
 * got other codes since the form was made.
 */
export function renewRecoveryCodes(
  { db, sealer }: SetupDeps,
  owner: AccountOwner,
  { codes, replaces }: NewCodes,
  actor: Actor,
): Promise<Date | undefined> {
  const { id } = owner;
  return db.transaction(async (trx) => {
    await lockOwner(trx, owner);
    const totp = await findTotp(trx, id);
    const secret = totp && sealer.openIfKnown(totp.secret, sealedFor(id))?.toString();
    if (!secret) return undefined;
    const hashes = hashesOf(secret, id, codes);
    if (totp.codes_made && (await areCodesOf(trx, id, hashes))) return totp.codes_made;
    if (totp.codes_made?.getTime() !== replaces?.getTime()) return undefined;
    await putRecoveryCodes(trx, id, hashes);
    await record(trx, actor, 'account.recovery_codes_made', `account:${id}`);
    await tell(trx, 'factor_added', id, { ...occasionOf(actor), factor: 'recovery_codes' });
    return new Date();
  });
}

/** Turns off the second step on behalf of the account's owner. */
export async function turnOffSecondStep(db: Db, owner: AccountOwner, actor: Actor): Promise<void> {
  await db.transaction(async (trx) => {
    await lockOwner(trx, owner);
    if (!(await removeSecondStep(trx, owner.id))) return;
    await record(trx, actor, 'account.second_step_off', `account:${owner.id}`);
    await tell(trx, 'factor_removed', owner.id, { ...occasionOf(actor), factor: 'totp', by: 'person' });
  });
}

/** Whether the account’s recovery codes, used or not, are exactly these. */
async function areCodesOf(db: Db, id: string, hashes: readonly Buffer[]): Promise<boolean> {
  const stored = await listRecoveryCodes(db, id);
  return stored.length === hashes.length && hashes.every((hash) => stored.some((one) => one.equals(hash)));
}

function hashesOf(secret: string, accountId: string, codes: readonly string[]): Buffer[] {
  return codes.map((code) => hashOf(secret, accountId, code));
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
