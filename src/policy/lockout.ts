/** Limits on signing in (OWASP ASVS 2.2.1): how many failures are free, and how long each later one waits. */

export interface Lockout {
  /** Failures within the window before any waiting. */
  readonly freeFailures: number;
  /** From the first failure on; after it all is forgotten. */
  readonly windowSeconds: number;
  readonly firstWaitSeconds: number;
  /** The lock is soft: whatever was guessed, it ends by itself after this. */
  readonly maxWaitSeconds: number;
}

/** Per address of an account, existing or not: some 110 guesses a day at most. */
export const accountLockout: Lockout = {
  freeFailures: 10,
  windowSeconds: 24 * 3600,
  firstWaitSeconds: 30,
  maxWaitSeconds: 15 * 60,
};

/** Per machine, which many people may share. */
export const machineLockout: Lockout = {
  freeFailures: 100,
  windowSeconds: 3600,
  firstWaitSeconds: 5,
  maxWaitSeconds: 5 * 60,
};

/** How long the next try waits after the last free failure (1), the one after it (2) and so on: it doubles each time. */
export function waitSecondsAfter(strike: number, lockout: Lockout): number {
  return Math.min(lockout.firstWaitSeconds * 2 ** (strike - 1), lockout.maxWaitSeconds);
}

/** What counts as one machine: an IPv4 address, or the /64 that an IPv6 network gives to one customer. */
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
