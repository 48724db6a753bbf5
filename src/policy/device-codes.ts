/** The rules of device authorizations (RFC 8628): their codes, how long they wait, how often a device may ask. */
import type { Lockout } from './lockout.ts';

export const deviceGrantType = 'urn:ietf:params:oauth:grant-type:device_code';

/** How long a code waits for a person. */
export const deviceCodeSeconds = 600;

/**
 * A device waits this long between two requests for its tokens, and longer by the same time after each that came too
 * early (§3.5).
 */
export const pollSeconds = 5;
/** A device that never keeps to the interval still gets an answer this often. */
export const maxPollSeconds = 60;
/** The network may bring two requests closer together than they were sent. */
export const pollToleranceSeconds = 1;

/** Where people are led when they have decided. */
export const deviceDonePath = '/device/done';
/** Where they are led if they said no, or nobody can decide about it any more. */
export const deviceEndPaths = { denied: '/device/stopped', expired: '/device/expired', used: '/device/used' } as const;

/** Consonants: they make no words, and none is taken for a digit (§6.1). Eight of them are 2.56 × 10¹⁰ codes. */
export const userCodeMask = '****-****';
const userCodeForm = /^[BCDFGHJKLMNPQRSTVWXZ]{8}$/i;

/** Returns what somebody typed as a code: case, dashes and white space do not matter. Undefined if no code has this form. */
export function readUserCode(typed: string): string | undefined {
  const code = typed.replace(/[\s\p{Pd}\u00ad\u2212]/gu, '');
  return userCodeForm.test(code) ? code.toUpperCase() : undefined;
}

/** `WXYZ-BCDF`, as devices show it. */
export function showUserCode(code: string): string {
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}

/**
 * Wrong codes. Strangers have limits by browser and by network, and one for all of them together, so that many machines gain
 * nothing. People who are signed in have their own, by account, browser and network and for all of them, so that many accounts gain
 * nothing either: whatever strangers do, they can go on.
 */
export const deviceCodeLockouts: Readonly<Record<'person' | 'network' | 'strangers' | 'people', Lockout>> = {
  /** A browser or an account. */
  person: { freeFailures: 10, windowSeconds: 600, firstWaitSeconds: 30, maxWaitSeconds: 300 },
  network: { freeFailures: 50, windowSeconds: 600, firstWaitSeconds: 10, maxWaitSeconds: 300 },
  strangers: { freeFailures: 1000, windowSeconds: 600, firstWaitSeconds: 5, maxWaitSeconds: 60 },
  people: { freeFailures: 1000, windowSeconds: 600, firstWaitSeconds: 5, maxWaitSeconds: 60 },
};

/** So many wrong codes of an account within its window are not held up by those of other accounts. People mistype. */
export const unhinderedGuesses = 3;
