/** Limits on failed sign-ins and wrong codes: whom each failure counts for. How they are counted is in attempts. */
import { deviceCodeLockouts, unhinderedGuesses } from '../policy/device-codes.ts';
import { accountLockout, type Lockout, type LockSubject, machineLockout, machineOf } from '../policy/lockout.ts';
import { codeLockouts } from '../policy/second-step.ts';
import { type Attempt, allOf, bothOf, limiter, unlimited } from './attempts.ts';
import type { Db } from './database.ts';

export interface RateLimits {
  /**
   * Begins a sign-in attempt or refuses it. `device` is the id of a browser that has signed in to this address before. Its
   * failures are counted separately, so that strangers who guess the password cannot lock it out.
   */
  signIn(attempt: { email: string; ip: string; device?: string | undefined }): Promise<Attempt>;
  /** Begins the check of a code, or refuses it. */
  secondStep(guesser: CodeGuesser): Promise<Attempt>;
  /**
   * Begins the check of a passkey, or refuses it. Nobody can guess one, so failures count only for the IP address, and accounts
   * cannot be locked.
   */
  passkey(attempt: { ip: string }): Promise<Attempt>;
  /** Begins the check of the code of a device, or refuses it. */
  deviceCode(guesser: DeviceCodeGuesser): Promise<Attempt>;
  /**
   * Begins the check of a client secret that is as slow as a password, or refuses it. Failures count for the client in one
   * network, so that strangers elsewhere cannot lock a client out, and not for the sign-ins of the same network.
   */
  clientSecret(attempt: { clientId: string; ip: string }): Promise<Attempt>;
}

/** Somebody who types the code of a device. */
interface DeviceCodeGuesser {
  readonly ip: string;
  /** The hash of the browser's secret. */
  readonly browser: string | undefined;
  readonly accountId: string | undefined;
}

/**
 * Somebody who has shown the first factor of an account. A browser that has signed in to it before has a count of its own, and so
 * have the people who follow a link from its mailbox: a thief of the password alone cannot use up their guesses.
 */
export interface CodeGuesser {
  readonly accountId: string;
  /** The id of that browser. */
  readonly device: string | undefined;
  /** They have followed a link that works. */
  readonly byLink?: boolean;
}

interface RateLimitOptions {
  /** Nothing is counted or refused. */
  readonly off: boolean;
  /** Called after a failure that locks. */
  readonly onLock?: (subject: LockSubject) => void;
}

export function createRateLimits(db: Db, { off, onLock = () => {} }: RateLimitOptions): RateLimits {
  if (off) {
    const free = async () => unlimited;
    return { signIn: free, secondStep: free, passkey: free, deviceCode: free, clientSecret: free };
  }
  const machines = limiter(db, 'machine', machineLockout, () => onLock('address'));
  const accounts = limiter(db, 'account', accountLockout, () => onLock('account'));
  const devices = limiter(db, 'device', accountLockout, () => onLock('browser'));
  const minutes = limiter(db, 'second step', codeLockouts.minute, () => onLock('second_step'));
  const days = limiter(db, 'second step, day', codeLockouts.day, () => onLock('second_step'));
  return {
    async signIn({ email, ip, device }) {
      // The IP address comes first, so that guessing at many accounts does not leave a row for each of them.
      const machine = await machines(machineOf(ip));
      if (machine.retryAfterSeconds !== undefined) return machine;
      const address = email.trim().toLowerCase();
      const account = await (device ? devices(`${device} ${address}`) : accounts(address));
      if (account.retryAfterSeconds !== undefined) {
        await machine.discard();
        return account;
      }
      const both = bothOf(account, machine);
      // Other browsers go on, so nobody has to know.
      return device ? { ...both, fail: async () => (await both.fail()) && false } : both;
    },
    secondStep({ accountId, device, byLink }) {
      const who = device ? ` device ${device}` : byLink ? ' link' : '';
      return allOf([() => days(`${accountId}${who}`), () => minutes(`${accountId}${who}`)]);
    },
    passkey: ({ ip }) => machines(machineOf(ip)),
    deviceCode: deviceCodeLimits(db, () => onLock('device_code')),
    clientSecret: clientSecretLimits(db, () => onLock('client_secret')),
  };
}

function clientSecretLimits(db: Db, onLock: () => void): RateLimits['clientSecret'] {
  const networks = limiter(db, 'client secret, network', machineLockout, onLock);
  const clients = limiter(db, 'client secret', accountLockout, onLock);
  return ({ clientId, ip }) => allOf([() => networks(machineOf(ip)), () => clients(`${machineOf(ip)} ${clientId}`)]);
}

/**
 * Strangers have three limits. People who are signed in have one of their own, and share three with others who are signed in. Those hold
 * only for somebody who has typed several wrong codes lately, so a flood of others keeps nobody out who types the right one.
 */
function deviceCodeLimits(db: Db, onLock: () => void): RateLimits['deviceCode'] {
  const { person, network, strangers, people } = deviceCodeLockouts;
  const limit = (name: string, lockout: Lockout) => limiter(db, `device code${name}`, lockout, onLock);
  const persons = limit('', person);
  const [networks, all] = [limit(', network', network), limit(', strangers', strangers)];
  const [networksOfPeople, allPeople] = [limit(', network of people', network), limit(', people', people)];
  return async ({ ip, browser, accountId }) => {
    const here = (waitMs?: number) => (browser ? [() => persons(`browser ${browser}`, waitMs)] : []);
    if (accountId === undefined) return allOf([() => networks(machineOf(ip)), ...here(), () => all('')]);
    const own = await persons(`account ${accountId}`);
    if (own.retryAfterSeconds !== undefined) return own;
    const shared = (waitMs?: number) => [
      () => networksOfPeople(machineOf(ip), waitMs),
      ...here(waitMs),
      () => allPeople('', waitMs),
    ];
    if (own.ordinal <= unhinderedGuesses) return { ...own, fail: () => failEverywhere(own, shared(0)) };
    return allOf([async () => own, ...shared()]);
  };
}

/** Counts a failure of `own` for the other limits too, which were not asked before: where somebody waits already, nothing is added. */
async function failEverywhere(own: Attempt, others: readonly (() => Promise<Attempt>)[]): Promise<boolean> {
  const begun = (await Promise.all(others.map((begin) => begin()))).filter(
    ({ retryAfterSeconds }) => retryAfterSeconds === undefined,
  );
  const [usedUp] = await Promise.all([own, ...begun].map(({ fail }) => fail()));
  return usedUp === true;
}
