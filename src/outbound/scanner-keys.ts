/**
 * The public keys with which a secret scanner signs its reports, from the address that the operator has configured. Anybody can
 * send a report with a made-up key identifier, so the list is read again for an unknown one only after a pause, callers share
 * one read, few wait for it, and nobody waits whose key is known.
 */
import { createPublicKey, type KeyObject } from 'node:crypto';
import type { Outbound } from './request.ts';

/** The list can't be read, or can't be used. The message says which. */
export class ScannerKeysUnavailable extends Error {}

export interface ScannerKeys {
  /**
   * Returns the key with this identifier; undefined if the list does not have it.
   * @throws ScannerKeysUnavailable
   */
  find(identifier: string): Promise<KeyObject | undefined>;
}

const request = { timeoutMs: 2_500, maxBytes: 256 * 1024 };
const minute = 60_000;
/** The list is read again after this time, while the previous one is used. */
const freshMs = 60 * minute;
/** A list that can't be read again is used for this time. */
const staleMs = 24 * 60 * minute;
/** Pauses after a read that succeeded and after one that failed. */
const pauses = { readMs: 2 * minute, failedMs: 30_000 };
const maxKeys = 100;
const maxWaiting = 8;

interface KeyList {
  readonly keys: ReadonlyMap<string, KeyObject>;
  readonly readAt: number;
}

/** `now` returns milliseconds. */
export function createScannerKeys(outbound: Outbound, url: string, now: () => number = Date.now): ScannerKeys {
  let list: KeyList | undefined;
  let failure: ScannerKeysUnavailable | undefined;
  let nextReadAt = 0;
  let reading: Promise<void> | undefined;
  let waiting = 0;

  /** Never rejects: what failed is kept, and so is the previous list. */
  async function read(): Promise<void> {
    try {
      list = { keys: await readKeys(outbound, url), readAt: now() };
      failure = undefined;
      nextReadAt = now() + pauses.readMs;
    } catch (error) {
      const { message } = error as Error;
      failure = error instanceof ScannerKeysUnavailable ? error : new ScannerKeysUnavailable(message, { cause: error });
      nextReadAt = now() + pauses.failedMs;
    } finally {
      reading = undefined;
    }
  }

  /** The read under way, or a new one; undefined during the pause. */
  function readAgain(): Promise<void> | undefined {
    if (!reading && now() >= nextReadAt) reading = read();
    return reading;
  }

  async function waitFor(again: Promise<void>): Promise<void> {
    if (waiting >= maxWaiting) throw new ScannerKeysUnavailable('too many requests wait for the keys');
    waiting += 1;
    try {
      await again;
    } finally {
      waiting -= 1;
    }
  }

  const usable = () => (list && now() < list.readAt + staleMs ? list : undefined);

  return {
    async find(identifier) {
      const known = usable()?.keys.get(identifier);
      if (known) {
        if (list && now() >= list.readAt + freshMs) void readAgain();
        return known;
      }
      const again = readAgain();
      if (again) await waitFor(again);
      const current = usable();
      if (!current || (failure && again)) throw failure ?? new ScannerKeysUnavailable('the keys were not read');
      return current.keys.get(identifier);
    },
  };
}

/** The operator wrote the address, so its host may be anywhere. Redirects are refused like any other status that is not 200. */
async function readKeys(outbound: Outbound, url: string): Promise<Map<string, KeyObject>> {
  const headers = { accept: 'application/json', 'user-agent': 'vibecaas-auth' };
  const answer = await outbound({ url, method: 'GET', headers, ...request, allows: () => true });
  const { host } = new URL(url);
  if (answer.status !== 200) throw new ScannerKeysUnavailable(`${host} answered ${answer.status}`);
  if (answer.cut) throw new ScannerKeysUnavailable(`${host} answered with more than ${request.maxBytes / 1024} KB`);
  const published = parseList(answer.body);
  if (!published) throw new ScannerKeysUnavailable(`${host} did not answer with a list of keys`);
  return published;
}

/** `{"public_keys": [{"key_identifier", "key"}]}`. Keys that can't sign a report are left out. */
function parseList(body: Buffer): Map<string, KeyObject> | undefined {
  try {
    const { public_keys: list } = JSON.parse(body.toString()) as { public_keys?: unknown };
    if (!Array.isArray(list) || list.length > maxKeys) return undefined;
    const entries = list.map((one: { key_identifier?: unknown; key?: unknown } | null) => [
      String(one?.key_identifier ?? ''),
      parseKey(one?.key),
    ]);
    return new Map(entries.filter((entry): entry is [string, KeyObject] => entry[0] !== '' && entry[1] !== undefined));
  } catch {
    return undefined;
  }
}

/** Only ECDSA with P-256 signs reports. */
function parseKey(pem: unknown): KeyObject | undefined {
  if (typeof pem !== 'string') return undefined;
  try {
    const key = createPublicKey(pem);
    const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
    return type === 'ec' && details?.namedCurve === 'prime256v1' ? key : undefined;
  } catch {
    return undefined;
  }
}
