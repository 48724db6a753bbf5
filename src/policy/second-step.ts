/** The second step of a sign-in: when it is asked for, and the form of its codes. */
import { type Acr, type Amr, acrValues, assuranceOf, isTwoElsewhere, meets } from './assurance.ts';
import type { Lockout } from './lockout.ts';

/** What an account has beside its first factor. */
export interface Factors {
  /** An authenticator app. */
  readonly totp: boolean;
  /** Recovery codes that are not used yet. */
  readonly recoveryCodes: number;
  /** Passkeys. One of them is both factors, or the second one after another. */
  readonly passkeys: boolean;
}

/** What a sign-in does next: it is done, asks for a second factor, or has the person set one up. */
export type NextStep = 'done' | 'second-step' | 'enrol';

const [, two] = acrValues;

/**
 * An account that has turned on the second step is always asked for it; any other only if two factors are demanded. A passkey
 * alone turns nothing on: in a browser without passkeys the password has to be enough. But where two factors are demanded, a
 * thief of the password must not set up another one in its place.
 */
export function nextStep(used: readonly Amr[], factors: Factors, demanded: Acr): NextStep {
  if (meets(assuranceOf(used).acr, two)) return 'done';
  if (factors.totp) return 'second-step';
  if (!meets(demanded, two)) return 'done';
  return factors.passkeys ? 'second-step' : 'enrol';
}

/** The level that a sign-in must reach, for everyone or because a request's `acr_values` ask for it. */
export function demandedAcr({ everyone, acrValues: wanted }: { everyone: boolean; acrValues?: unknown }): Acr {
  return everyone ? two : (requestedAcr(wanted) ?? acrValues[0]);
}

/**
 * The level that `acr_values` ask for. They list levels that are good enough, so two factors are asked for only if one is not
 * among them. Levels that do not exist ask for nothing (OpenID Connect Core §5.5.1.1).
 */
export function requestedAcr(wanted: unknown): Acr | undefined {
  const list = typeof wanted === 'string' ? wanted.split(' ') : [];
  return acrValues.find((acr) => list.includes(acr));
}

/** How long a half-done sign-in waits for its second step. */
export const attemptSeconds = 600;

/** How old the last verification may be when something dangerous is done. */
export const freshSeconds = 600;

/**
 * Wrong codes of an account. Only somebody who has shown the first factor gets to guess. Each browser that has signed in before
 * has limits of its own, so that a thief with the password does not use up those of the person. The limit of a day keeps the
 * thief from guessing for days.
 */
export const codeLockouts: Readonly<Record<'minute' | 'day', Lockout>> = {
  minute: { freeFailures: 5, windowSeconds: 60, firstWaitSeconds: 60, maxWaitSeconds: 60 },
  day: { freeFailures: 50, windowSeconds: 86_400, firstWaitSeconds: 900, maxWaitSeconds: 3600 },
};

/** Six digits, however they were grouped; undefined for anything else. */
export function oneTimeCode(typed: string): string | undefined {
  const digits = typed.normalize('NFKC').replace(/[\s\u00b7.-]/g, '');
  return /^[0-9]{6}$/.test(digits) ? digits : undefined;
}

/** How many recovery codes an account gets. */
export const recoveryCodeCount = 10;
/** At so few codes the pages warn. */
export const fewRecoveryCodes = 2;

/** 32 letters and digits; without I, L, O and U, which are mistaken for others (Crockford’s Base32). */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const codeChars = 8;

/** One code of 40 bits, from at least eight random bytes. */
export function formatRecoveryCode(random: Uint8Array): string {
  const chars = Array.from(random.subarray(0, codeChars), (byte) => alphabet[byte % alphabet.length]).join('');
  return `${chars.slice(0, 4)}-${chars.slice(4)}`;
}

/** The code as it was made, however it was typed; undefined for anything else. */
export function recoveryCode(typed: string): string | undefined {
  const chars = typed
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, '')
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1');
  if (chars.length !== codeChars || ![...chars].every((char) => alphabet.includes(char))) return undefined;
  return `${chars.slice(0, 4)}-${chars.slice(4)}`;
}

/** What a person has to show again before something dangerous. */
export interface Missing {
  readonly password: boolean;
  readonly code: boolean;
  /** Only a passkey will do, and it is enough. Otherwise one takes the place of the rest. */
  readonly passkey: boolean;
  /** The account has nothing that a form can ask for, so the person signs in again. */
  readonly signIn: boolean;
}

/**
 * Whether the person may have shown nothing: another provider can have a session of theirs, and was not told to ask again
 * (policy/upstreams.ts).
 */
export function mayHaveShownNothing(methods: readonly Amr[]): boolean {
  return methods.includes('fed') && !methods.includes('user') && !methods.includes('pwd');
}

/**
 * What is missing: nothing after a recent sign-in with everything that the account has, else what that sign-in lacks. Returns
 * undefined if nothing is.
 */
export function missingFactors(session: {
  /** Time since the factors of `methods` were shown. */
  readonly ageSeconds: number;
  /** Time since one of the account’s factors was shown, if that was later. */
  readonly confirmedAgeSeconds: number;
  readonly methods: readonly Amr[];
  readonly hasPassword: boolean;
  readonly factors: Factors;
  /** The account must have two factors, by its role or by the setting. */
  readonly demandsTwo: boolean;
}): Missing | undefined {
  const { methods, hasPassword, factors, demandsTwo, ageSeconds, confirmedAgeSeconds } = session;
  // One factor alone confirms only what one factor may do.
  const needsTwo = demandsTwo || factors.totp;
  const shownAgeSeconds = needsTwo ? ageSeconds : confirmedAgeSeconds;
  // Otherwise a browser that was left open could sign in anew through the other provider, and then change the account.
  const nothingShown = mayHaveShownNothing(methods) && (needsTwo || confirmedAgeSeconds >= ageSeconds);
  const stale = shownAgeSeconds > freshSeconds || nothingShown;
  const oneOnly = !meets(assuranceOf(methods).acr, two);
  const lacksSecond = demandsTwo && !factors.totp && (stale || oneOnly);
  if (factors.passkeys && (lacksSecond || (stale && !hasPassword))) {
    return { password: false, code: false, passkey: true, signIn: false };
  }
  // A code alone is not enough: a thief who has found the phone has it too. Nor is the password, if the sign-in had two factors
  // and this account has no second one: it was removed since, or another provider has it.
  const signIn = stale && (!hasPassword || (lacksSecond && !oneOnly));
  const code = factors.totp && (stale || oneOnly) && !signIn;
  const password = stale && !signIn;
  return code || password || signIn ? { password, code, passkey: false, signIn } : undefined;
}

/**
 * Whether the second factor of a session still counts: it was removed if the account has none now. What another provider has
 * checked was never here.
 */
export function keepsSecondFactor(methods: readonly Amr[], { totp, passkeys }: Factors): boolean {
  return totp || passkeys || isTwoElsewhere(methods);
}
