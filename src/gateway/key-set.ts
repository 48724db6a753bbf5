/**
 * The signing keys of the authorization server (RFC 7517). They are read again in the background before they get old, so
 * that the next key is known before it signs. An unknown key id leads to one request, which all its callers share, and the
 * number of such requests is limited.
 */
import type { CryptoKey } from 'jose';
import { requestJson } from './http.ts';
import { createPublishedKeys, importKeys } from './published-keys.ts';

export interface KeySet {
  /** The key with this id, if it is known. */
  get(kid: string): CryptoKey | undefined;
  /** Asks the server for an unknown key. Returns undefined if there is none; throws if the server cannot be asked. */
  ask(kid: string): Promise<CryptoKey | undefined>;
  /** Whether `key` is still published. */
  holds(kid: string, key: CryptoKey): boolean;
  /** Changes with every read. While it stays the same, all keys are still published. */
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

/** Between two reads in the background, and after a failed one. */
const backgroundSeconds = { min: 30, max: 300, afterFailure: 5 };
/** Between two requests for unknown ids: after the first few the gap grows, because somebody may invent ids. */
const gapMs = { first: 250, later: 10_000, afterFailure: 1_000 };
const firstRequests = 3;
/** A caller that would have to wait longer for the next request is refused. */
const maxWaitMs = 1_000;
/** A read that began so shortly before a token arrived is as good as one that began after it. */
const justBegunMs = 100;

export function createKeySet({ url, fetch, onProblem }: KeySetOptions): KeySet {
  const published = createPublishedKeys();
  /** Requests for unknown ids that found no new key, since one was last found. */
  let inVain = 0;
  const reader = createReader(async () => {
    const { body, maxAgeSeconds } = await requestJson(fetch, url, { headers: { accept: 'application/json' } });
    const hasNew = published.replace(await importKeys(url, body.keys));
    if (hasNew) inVain = 0;
    return maxAgeSeconds;
  }, onProblem);

  /** How long to wait before the next request. */
  function pauseMs(): number {
    const gap = reader.failing ? gapMs.afterFailure : inVain < firstRequests ? gapMs.first : gapMs.later;
    return gap - (performance.now() - reader.readAt);
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
        if (!reader.reading && performance.now() - reader.readAt < gapMs.first) continue;
        if (!reader.reading) inVain += 1;
        await (reader.reading ?? reader.refresh());
      }
      // A read that began before the token arrived may have missed its key, unless it had only just begun.
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
    close: reader.close,
  };
}

/**
 * Reads the keys in one request at a time, which all callers share, and again in the background. `read` returns for how many
 * seconds its result is valid.
 */
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
    let nextSeconds = backgroundSeconds.afterFailure;
    failing = true;
    try {
      const maxAgeSeconds = await read();
      failing = false;
      nextSeconds = Math.min(Math.max(maxAgeSeconds / 2, backgroundSeconds.min), backgroundSeconds.max);
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
