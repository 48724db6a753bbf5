/** Lockout after failed sign-ins (OWASP ASVS 2.2.1): how many failures are free, and how long later attempts must wait. */

export interface Lockout {
  /** Failures within the window that have no consequence. */
  readonly freeFailures: number;
  /** The window begins with the first failure. When it ends, all failures are forgotten. */
  readonly windowSeconds: number;
  readonly firstWaitSeconds: number;
  /** A lock always ends by itself after at most this time. */
  readonly maxWaitSeconds: number;
}

/** Names of what a failure may lock. A browser is one that the account knows, and an address is an IP address. */
export const lockSubjects = ['account', 'browser', 'address', 'second_step', 'device_code', 'client_secret'] as const;
export type LockSubject = (typeof lockSubjects)[number];

/** For an email address, whether or not it has an account: at most about 110 guesses a day. */
export const accountLockout: Lockout = {
  freeFailures: 10,
  windowSeconds: 24 * 3600,
  firstWaitSeconds: 30,
  maxWaitSeconds: 15 * 60,
};

/** For an IP address, which many people may share. */
export const machineLockout: Lockout = {
  freeFailures: 100,
  windowSeconds: 3600,
  firstWaitSeconds: 5,
  maxWaitSeconds: 5 * 60,
};

/** Returns how long the next attempt must wait after the last free failure (1), the one after it (2) and so on. It doubles. */
export function waitSecondsAfter(strike: number, lockout: Lockout): number {
  return Math.min(lockout.firstWaitSeconds * 2 ** (strike - 1), lockout.maxWaitSeconds);
}

/** Returns the key for an IP address: the IPv4 address, or the /64 that an IPv6 network assigns to one customer. */
export function machineOf(ip: string): string {
  const v4 = /(\d+\.\d+\.\d+\.\d+)$/.exec(ip)?.[1];
  if (v4) return v4;
  const [head = '', tail = ''] = ip.toLowerCase().split('%')[0]?.split('::') ?? [];
  const groups = head.split(':').filter(Boolean);
  const rest = tail.split(':').filter(Boolean);
  const zeros: string[] = Array(Math.max(0, 8 - groups.length - rest.length)).fill('0');
  const all = ip.includes('::') ? [...groups, ...zeros, ...rest] : groups;
  return all
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}
