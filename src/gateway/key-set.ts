/**
 * The authorization server's signing keys (RFC 7517). They are read again in the background before they get old, so that
 * the next key is known before it signs. For an unknown key id, one request serves all tokens that wait for it, and the
 * number of such requests is limited.
 */
import type { CryptoKey } from 'jose';
import { requestJson } from './http.ts';
import { createPublishedKeys, importKeys } from './published-keys.ts';

export interface KeySet {
  /** The key with this id, if it is known. */
  get(kid: string): CryptoKey | undefined;
  /** Asks the server for an unknown key; undefined if the server does not have it. Throws if the server can't be reached. */
  ask(kid: string): Promise<CryptoKey | undefined>;
  /** Whether `key` is still published. */
  holds(kid: string, key: CryptoKey): boolean;
  /** Changes with every read: while it stays, the published keys stay too. */
  readonly version: number;
  /** Reads the keys. */
  refresh(): Promise<void>;
  /** Forgets all keys and reads them. Until then no token is genuine. */
  renew(): Promise<void>;
  close(): void;
}

export interface KeySetOptions {
  readonly url: string;
  readonly fetch: typeof fetch;
  readonly onProblem: (error: Error) => void;
}

/** The time between two reads in the background: its bounds, and the time after a read that failed. */
const background = { minSeconds: 30, maxSeconds: 300, retrySeconds: 5 };
/** The time between two requests for unknown ids: short for the first few, then long, because ids can be made up. */
const gap = { shortMs: 250, longMs: 10_000, shortCount: 3 };
/** The same after a failure. A token that would wait longer for the next request is refused. */
const maxWaitMs = 1_000;
const justBegunMs = 100;

export function createKeySet({ url, fetch, onProblem }: KeySetOptions): KeySet {
  const published = createPublishedKeys();
  /** Requests for unknown ids that found nothing since a new key was last found. */
  let inVain = 0;
  const reader = createReader(async () => {
    const { body, maxAgeSeconds } = await requestJson(fetch, url, { headers: { accept: 'application/json' } });
    const hasNew = published.replace(await importKeys(url, body.keys));
    if (hasNew) inVain = 0;
    return maxAgeSeconds;
  }, onProblem);

  /** How long to wait before the next request may be made. */
  function pauseMs(): number {
    const gapMs = reader.failing ? maxWaitMs : inVain < gap.shortCount ? gap.shortMs : gap.longMs;
    return gapMs - (performance.now() - reader.readAt);
  }

  async function ask(kid: string): Promise<CryptoKey | undefined> {
    const arrived = performance.now();
    for (;;) {
      if (!reader.reading) {
        const pause = pauseMs();
        if (pause > maxWaitMs) return undefined;
        if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
      }
      if (!published.get(kid)) {
        if (!reader.reading && performance.now() - reader.readAt < gap.shortMs) continue;
        if (!reader.reading) inVain += 1;
        await (reader.reading ?? reader.refresh());
      }
      // A read that began before the token came may have missed its key, unless it had only just begun.
      const key = published.get(kid);
      if (key || reader.readAt > arrived - justBegunMs) return key;
    }
  }

  return {
    get: published.get,
    ask,
    holds: (kid, key) => published.get(kid) === key,
    get version() {
      return published.version;
    },
    refresh: reader.refresh,
    renew() {
      published.replace(new Map());
      return reader.refresh();
    },
    close: reader.close,
  };
}

/** Reads once for all that wait, and again in the background. `read` returns for how many seconds its result is valid. */
function createReader(read: () => Promise<number>, onProblem: (error: Error) => void) {
  let reading: Promise<void> | undefined;
  let readAt = Number.NEGATIVE_INFINITY;
  let [failing, closed] = [false, false];
  let timer: NodeJS.Timeout | undefined;

  function refresh(): Promise<void> {
    readAt = performance.now();
    reading ??= readOnce().finally(() => {
      reading = undefined;
    });
    return reading;
  }

  async function readOnce(): Promise<void> {
    let nextSeconds = background.retrySeconds;
    failing = true;
    try {
      const maxAgeSeconds = await read();
      failing = false;
      nextSeconds = Math.min(Math.max(maxAgeSeconds / 2, background.minSeconds), background.maxSeconds);
    } finally {
      clearTimeout(timer);
      if (!closed) timer = setTimeout(() => refresh().catch(onProblem), nextSeconds * 1000).unref();
    }
  }

  return {
    refresh,
    get reading() {
      return reading;
    },
    get readAt() {
      return readAt;
    },
    get failing() {
      return failing;
    },
    close(): void {
      closed = true;
      clearTimeout(timer);
    },
  };
}
