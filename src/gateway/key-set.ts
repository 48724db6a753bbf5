/**
 * The authorization server's signing keys (RFC 7517). Read again in the background before they get old, so that the next
 * key is known before it signs; an unknown key id leads to one request for everybody who waits for it, and to few of them.
 */
import type { CryptoKey } from 'jose';
import { requestJson } from './http.ts';
import { createPublishedKeys, importKeys } from './published-keys.ts';

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
/** The same after a failure; and whoever would wait longer than that for the next request is refused. */
const maxWaitMs = 1_000;
const justBegunMs = 100;

export function createKeySet({ url, fetch, onProblem }: KeySetOptions): KeySet {
  const published = createPublishedKeys();
  /** Requests for unknown ids that found nothing, since a new key was last found. */
  let inVain = 0;
  const reader = createReader(async () => {
    const { body, maxAge } = await requestJson(fetch, url, { headers: { accept: 'application/json' } });
    const hasNew = published.replace(await importKeys(url, body.keys));
    if (hasNew) inVain = 0;
    return maxAge;
  }, onProblem);

  /** How long to wait until the next request may be made. */
  function pauseMs(): number {
    const gap = reader.failing ? maxWaitMs : inVain < quickOnes ? quick : slow;
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
        if (!reader.reading && performance.now() - reader.readAt < quick) continue;
        if (!reader.reading) inVain += 1;
        await (reader.reading ?? reader.refresh());
      }
      // A reading that began before the token came may have missed its key; not one that had only just begun.
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

/** Reads one request at a time, shared, and again in the background. `read` says for how many seconds that is good. */
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
    let next = background.again;
    failing = true;
    try {
      const maxAge = await read();
      failing = false;
      next = Math.min(Math.max(maxAge / 2, background.least), background.most);
    } finally {
      clearTimeout(timer);
      if (!closed) timer = setTimeout(() => refresh().catch(onProblem), next * 1000).unref();
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
