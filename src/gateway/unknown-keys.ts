/**
 * Keys that the server does not know. Everybody can make up keys with a right checksum, and each costs a question: so a
 * wrong one is remembered for a while, and who sends too many of them is not asked for.
 */
import { neighbourhoodOf } from '../policy/address-ranges.ts';

export interface UnknownKeys {
  /** Whether the server said a moment ago that it does not know the key with this hash. */
  has(hash: string, now: number): boolean;
  add(hash: string, now: number): void;
  /** Takes the right to ask about one key for a caller at this address. False if it has asked too often. */
  mayAsk(address: string | undefined, now: number): boolean;
  /** The question was not about an unknown key, so it does not count. */
  giveBack(address: string | undefined): void;
}

/** An account that is restored has its keys back after this time. */
const rememberedMs = 30_000;
const maxRemembered = 20_000;

/** Questions of one address that are open or were about unknown keys, in a minute. */
const maxUnknownPerMinute = 100;
const minuteMs = 60_000;
const maxAddresses = 20_000;

interface Allowance {
  left: number;
  at: number;
}

/** Times are in epoch milliseconds. */
export function createUnknownKeys(): UnknownKeys {
  const until = twoGenerations<number>(maxRemembered);
  const allowances = twoGenerations<Allowance>(maxAddresses);
  return {
    has: (hash, now) => (until.get(hash) ?? 0) > now,
    add: (hash, now) => until.set(hash, now + rememberedMs),
    mayAsk(address, now) {
      const caller = callerOf(address);
      if (caller === undefined) return true;
      const known = allowances.get(caller) ?? { left: maxUnknownPerMinute, at: now };
      const regained = (Math.max(0, now - known.at) / minuteMs) * maxUnknownPerMinute;
      known.left = Math.min(maxUnknownPerMinute, known.left + regained);
      known.at = now;
      allowances.set(caller, known);
      if (known.left < 1) return false;
      known.left -= 1;
      return true;
    },
    giveBack(address) {
      const caller = callerOf(address);
      const known = caller === undefined ? undefined : allowances.get(caller);
      if (known) known.left += 1;
    },
  };
}

/** What is not an address counts as one caller, because anybody can send such a text where a proxy passes it on. */
function callerOf(address: string | undefined): string | undefined {
  return address === undefined ? undefined : (neighbourhoodOf(address) ?? '');
}

/** Holds up to `max` values: when the younger half is full, the older one is dropped. */
function twoGenerations<T>(max: number) {
  let [young, old] = [new Map<string, T>(), new Map<string, T>()];
  return {
    get: (key: string): T | undefined => young.get(key) ?? old.get(key),
    set(key: string, value: T): void {
      if (young.size >= max / 2 && !young.has(key)) [old, young] = [young, new Map()];
      young.set(key, value);
    },
  };
}
