/**
 * What a form keeps, sealed, while a second step is set up or recovery codes are made: so that a form that is sent twice does the
 * same once, and shows the same. It belongs to one account and one session or half-done sign-in.
 */
import { randomBytes } from 'node:crypto';
import { attemptSeconds, formatRecoveryCode, recoveryCodeCount } from '../policy/second-step.ts';
import type { Sealer } from '../store/sealer.ts';

/** Whose form it is. */
export interface FormOwner {
  readonly accountId: string;
  /** Names the session, or the half-done sign-in. */
  readonly binding: string;
}

/** New recovery codes that are not the account's yet. */
export interface NewCodes {
  readonly codes: readonly string[];
  /** When what they replace was made: other codes, or another app with its codes. Undefined if there is nothing. */
  readonly replaces: Date | undefined;
}

/** A secret that an app is being set up with, until a code shows that the app has it. */
export interface Enrolment extends NewCodes {
  /** Base32, as apps read it. */
  readonly secret: string;
  readonly sealed: string;
}

type Kept = { secret: string; codes: string[]; replaces?: number; until: number };

export async function beginEnrolment(sealer: Sealer, owner: FormOwner, replaces?: Date): Promise<Enrolment> {
  const { generateSecret } = await import('otplib/functional');
  const secret = generateSecret();
  const { codes } = newCodes(replaces);
  const until = Date.now() + attemptSeconds * 1000;
  const kept: Kept = { secret, codes: [...codes], ...(replaces && { replaces: replaces.getTime() }), until };
  return { secret, codes, replaces, sealed: seal(sealer, 'TOTP enrolment', owner, kept) };
}

/** Opens what `beginEnrolment` sealed; undefined if it is too old, of somebody else or no seal of ours. */
export function openEnrolment(sealer: Sealer, owner: FormOwner, sealed: string): Enrolment | undefined {
  const kept = open<Kept>(sealer, 'TOTP enrolment', owner, sealed);
  if (!kept || kept.until < Date.now()) return undefined;
  return { secret: kept.secret, codes: kept.codes, replaces: dateOf(kept.replaces), sealed };
}

/** Codes that the form of the security page makes. It may be open for long, so it has no end. */
export function sealNewCodes(sealer: Sealer, owner: FormOwner, replaces: Date | undefined): string {
  const { codes } = newCodes(replaces);
  return seal(sealer, 'new recovery codes', owner, { codes, ...(replaces && { replaces: replaces.getTime() }) });
}

export function openNewCodes(sealer: Sealer, owner: FormOwner, sealed: string): NewCodes | undefined {
  const kept = open<Pick<Kept, 'codes' | 'replaces'>>(sealer, 'new recovery codes', owner, sealed);
  return kept && { codes: kept.codes, replaces: dateOf(kept.replaces) };
}

/** Codes that a sign-in has made and its person has not saved yet. */
export interface UnsavedCodes {
  readonly codes: readonly string[];
  readonly made: Date;
}

export function sealUnsavedCodes(sealer: Sealer, owner: FormOwner, { codes, made }: UnsavedCodes): Buffer {
  return Buffer.from(seal(sealer, 'unsaved recovery codes', owner, { codes, made: made.getTime() }), 'base64url');
}

export function openUnsavedCodes(sealer: Sealer, owner: FormOwner, sealed: Buffer): UnsavedCodes | undefined {
  const kept = open<{ codes: string[]; made: number }>(
    sealer,
    'unsaved recovery codes',
    owner,
    sealed.toString('base64url'),
  );
  return kept && { codes: kept.codes, made: new Date(kept.made) };
}

function newCodes(replaces: Date | undefined): NewCodes {
  const codes = new Set<string>();
  while (codes.size < recoveryCodeCount) codes.add(formatRecoveryCode(randomBytes(8)));
  return { codes: [...codes], replaces };
}

function seal(sealer: Sealer, what: string, owner: FormOwner, kept: object): string {
  return sealer.seal(JSON.stringify(kept), contextOf(what, owner)).toString('base64url');
}

function open<T>(sealer: Sealer, what: string, owner: FormOwner, sealed: string): T | undefined {
  try {
    const kept = sealer.openIfKnown(Buffer.from(sealed, 'base64url'), contextOf(what, owner))?.toString();
    return kept === undefined ? undefined : (JSON.parse(kept) as T);
  } catch {
    return undefined;
  }
}

const contextOf = (what: string, { accountId, binding }: FormOwner): string => `${what} ${accountId} ${binding}`;
const dateOf = (ms: number | undefined): Date | undefined => (ms === undefined ? undefined : new Date(ms));
