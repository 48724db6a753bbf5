/** Limits on signing in (OWASP ASVS 2.2.1), as numbers: how many failures, in which time, and how long to wait then. */

export interface Lockout {
  /** Failures that are free within `windowSeconds`. */
  readonly failures: number;
  readonly windowSeconds: number;
  /** How long the next try waits after that. The lock is soft: it ends by itself. */
  readonly waitSeconds: number;
}

/** Per address of an account, existing or not. Short first, longer when it goes on. */
export const accountLockouts: readonly Lockout[] = [
  { failures: 5, windowSeconds: 5 * 60, waitSeconds: 60 },
  { failures: 20, windowSeconds: 24 * 3600, waitSeconds: 15 * 60 },
];

/** Per address of a machine, which many people may share. */
export const addressLockouts: readonly Lockout[] = [{ failures: 50, windowSeconds: 15 * 60, waitSeconds: 15 * 60 }];

/** What counts as one machine: an IPv4 address, or the /64 that an IPv6 network gives to one customer. */
export function machineOf(ip: string): string {
  const v4 = /(\d+\.\d+\.\d+\.\d+)$/.exec(ip)?.[1];
  if (v4) return v4;
  const [head = '', tail = ''] = ip.toLowerCase().split('%')[0]?.split('::') ?? [];
  const groups = head.split(':').filter(Boolean);
  const rest = tail.split(':').filter(Boolean);
  const all = ip.includes('::') ? [...groups, ...Array(8 - groups.length - rest.length).fill('0'), ...rest] : groups;
  return all
    .slice(0, 4)
    .map((group: string) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}
