/**
 * The authorization server's signing keys (RFC 7517). Read again in the background before they get old, so that the next
 * key is known before it signs; an unknown key id leads to one request for everybody who waits for it, and to few of them.
 */
import { type CryptoKey, importJWK, type JWK } from 'jose';
import { requestJson } from './http.ts';

export interface KeySet {
  /** The key with this id, if it is known. */
  get(kid: string): CryptoKey | undefined;
  /** Asks the server for an unknown one; undefined when there is none. Throws when the server can't be asked. */
  ask(kid: string): Promise<CryptoKey | undefined>;
  /** Whether `key` is still published. */
  holds(kid: string, key: CryptoKey): boolean;
  /** Changes with every reading: while it stays, what is published is too. */
  readonly version: number;
  /** Reads the keys. */
  refresh(): Promise<void>;
  close(): void;
}

export interface KeySetOptions {
  readonly url: string;
  readonly fetch: typeof fetch;
  readonly onProblem: (error: Error) => void;
}

/** Seconds between two readings in the background, at least and at most; and after one that failed. */
const background = { least: 30, most: 300, again: 5 };
/** Between two requests for unknown ids: the first few quickly, then slowly, since somebody makes ids up. Milliseconds. */
const [quick, slow, quickOnes] = [250, 10_000, 3];
/** The same after a failure; and whoever would wait longer than that for the next request is refused. Milliseconds. */
const longestWait = 1_000;
const maxKeys = 50;
/** Milliseconds. */
const justBegun = 100;

export function createKeySet({ url, fetch, onProblem }: KeySetOptions): KeySet {
  let keys = new Map<string, PublishedKey>();
  let reading: Promise<void> | undefined;
  let readAt = Number.NEGATIVE_INFINITY;
  let inVain = 0;
  let version = 0;
  let failing = false;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  /** One request at a time, shared. */
  function refresh(): Promise<void> {
    readAt = performance.now();
    reading ??= read().finally(() => {
      reading = undefined;
    });
    return reading;
  }

  async function read(): Promise<void> {
    let next = background.again;
    failing = true;
    try {
      const { body, maxAgeSeconds } = await requestJson(fetch, url, { headers: { accept: 'application/json' } });
      if (!Array.isArray(body.keys) || body.keys.length > maxKeys)
        throw new Error(`${url} has no key set of at most ${maxKeys} keys`);
      const found = await importKeys(body.keys);
      const news = [...found.keys()].some((kid) => !keys.has(kid));
      inVain = news ? 0 : inVain;
      // A key that stays is the same object: tokens verified with it stay verified.
      keys = new Map([...found].map(([kid, one]) => [kid, same(keys.get(kid), one)]));
      version += 1;
      failing = false;
      next = Math.min(Math.max(maxAgeSeconds / 2, background.least), background.most);
    } finally {
      clearTimeout(timer);
      if (!closed) timer = setTimeout(() => refresh().catch(onProblem), next * 1000).unref();
    }
  }

  async function ask(kid: string): Promise<CryptoKey | undefined> {
    const arrived = performance.now();
    for (;;) {
      if (!reading) {
        const gap = failing ? longestWait : inVain < quickOnes ? quick : slow;
        const pause = gap - (performance.now() - readAt);
        if (pause > longestWait) return undefined;
        if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
      }
      if (!keys.has(kid)) {
        if (!reading && performance.now() - readAt < quick) continue;
        if (!reading) inVain += 1;
        await (reading ?? refresh());
      }
      // A reading that began before the token came may have missed its key; not one that had only just begun.
      if (keys.has(kid) || readAt > arrived - justBegun) return keys.get(kid)?.key;
    }
  }

  return {
    get: (kid) => keys.get(kid)?.key,
    ask,
    holds: (kid, key) => keys.get(kid)?.key === key,
    get version() {
      return version;
    },
    refresh,
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}

interface PublishedKey {
  readonly key: CryptoKey;
  /** What the key is, to know it again. */
  readonly point: string;
}

function same(known: PublishedKey | undefined, found: PublishedKey): PublishedKey {
  return known?.point === found.point ? known : found;
}

/** ES256 keys for signatures; others are none of ours. */
async function importKeys(jwks: unknown[]): Promise<Map<string, PublishedKey>> {
  const found = new Map<string, PublishedKey>();
  for (const jwk of jwks as JWK[]) {
    const { kid, kty, crv, x, y, use = 'sig', alg = 'ES256' } = jwk;
    if (typeof kid !== 'string' || kty !== 'EC' || crv !== 'P-256' || use !== 'sig' || alg !== 'ES256') continue;
    const key = (await importJWK({ kty, crv, x, y } as JWK, 'ES256')) as CryptoKey;
    found.set(kid, { key, point: `${x}.${y}` });
  }
  return found;
}
