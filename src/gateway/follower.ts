/**
 * Follows the revocation feed (docs/gateway.md, "The feed"): keeps the list, comes back by itself, and knows how fresh
 * what it knows is.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Clocks, createFreshness, createStopwatch, type Look, realClocks } from './freshness.ts';
import { basicAuthorization, type Credentials } from './http.ts';
import { chunksOf, reach } from './reach.ts';
import { createRevocationList, type RevocationEntry, type RevocationList } from './revocation-list.ts';
import { readEvents, type ServerSentEvent } from './sse.ts';

export interface Follower {
  /** `fresh`: a heartbeat was heard within five seconds; only then the list may be believed. */
  look(): Look;
  readonly list: Pick<RevocationList, 'revokes' | 'version' | 'size'>;
  /** Resolves at the first heartbeat; fails where the feed refuses whom `credentials` name before that. */
  readonly synced: Promise<void>;
  close(): Promise<void>;
}

export interface FollowerOptions {
  readonly url: string;
  readonly credentials: Credentials;
  readonly fetch: typeof fetch;
  readonly onProblem: (error: Error) => void;
  readonly clocks?: Clocks;
}

/** What the server says in each event; see docs/gateway.md. */
interface Message {
  readonly cursor: string;
  readonly as_of: number;
  readonly entries?: readonly RevocationEntry[];
}

/** Without a heartbeat for so long the list is stale, and a silent connection dead. Milliseconds. */
const maxAge = 5_000;
const backoff = { shortest: 100, longest: 5_000 };
const pruning = 60_000;

/** What to look at when the feed refuses us, whom it takes for whom `credentials` name. */
const refusals: Readonly<Record<number, string>> = {
  401: 'are the gateway’s client id and secret right, and is the client enabled?',
  403: 'this client was not registered as a gateway',
};

export function followRevocations(options: FollowerOptions): Follower {
  const { url, credentials, fetch, onProblem, clocks = realClocks } = options;
  const closing = new AbortController();
  const freshness = createFreshness(maxAge, clocks);
  let settle!: { readonly heard: () => void; readonly refused: (error: Error) => void };
  const synced = new Promise<void>((heard, refused) => {
    settle = { heard, refused };
  });
  synced.catch(() => {}); // Told to onProblem as well.
  let list = createRevocationList();
  /** A snapshot under way: takes the list's place when a heartbeat says that it is complete. */
  let coming: RevocationList | undefined;
  let cursor: string | undefined;
  let pause = backoff.shortest;
  let prunedAt = 0;

  async function connect(): Promise<void> {
    const connection = new AbortController();
    const connected = createStopwatch(clocks);
    let unheard = createStopwatch(clocks);
    const watchdog = setInterval(() => {
      // A node that talks and has nothing true to say: another one may.
      const useless = connected() > 2 * maxAge && !freshness.look().fresh;
      if (unheard() > maxAge || useless) connection.abort(new Error('The feed sends no heartbeat that counts'));
    }, 500).unref();
    try {
      const response = await reach(fetch, url, {
        headers: {
          accept: 'text/event-stream',
          authorization: basicAuthorization(credentials),
          ...(cursor !== undefined && { 'last-event-id': cursor }),
        },
        redirect: 'error',
        signal: AbortSignal.any([closing.signal, connection.signal]),
      });
      if (response.status !== 200 || !response.body) {
        await response.body?.cancel();
        const why = refusals[response.status];
        const refusal = new Error(`The feed answers ${response.status}${why ? `: ${why}` : ''} (${url})`);
        if (why) settle.refused(refusal);
        throw refusal;
      }
      const chunks = chunksOf(url, response.body);
      let events = 0;
      for await (const event of readEvents(chunks)) {
        unheard = createStopwatch(clocks);
        events += 1;
        take(event);
      }
      if (events === 0) throw new Error(`${url} ends without an event: is it a revocation feed?`);
    } finally {
      clearInterval(watchdog);
      connection.abort();
    }
  }

  function take({ event, data }: ServerSentEvent): void {
    if (event !== 'snapshot' && event !== 'revoked' && event !== 'heartbeat') return;
    const message = JSON.parse(data) as Message;
    if (event === 'heartbeat') hear(message);
    else add(message, event === 'snapshot');
  }

  function add(message: Message, snapshot: boolean): void {
    if (snapshot) coming = createRevocationList();
    (coming ?? list).apply(message.entries ?? []);
    cursor = message.cursor;
  }

  /** It speaks for the list only if the list is as far as it says. */
  function hear(message: Message): void {
    if (message.cursor !== cursor) {
      cursor = undefined;
      throw new Error('The feed left out an entry');
    }
    if (!freshness.heard(message.as_of)) return;
    if (coming) [list, coming] = [coming, undefined];
    pause = backoff.shortest;
    settle.heard();
    if (performance.now() - prunedAt < pruning) return;
    prunedAt = performance.now();
    list.prune(freshness.look().now - pruning);
  }

  async function follow(): Promise<void> {
    while (!closing.signal.aborted) {
      await connect().catch((error: Error) => {
        if (!closing.signal.aborted) onProblem(error);
      });
      // What was half received is asked for again from where it stopped, onto the same list.
      const jitter = pause * (0.5 + Math.random() / 2);
      await sleep(jitter, undefined, { signal: closing.signal, ref: false }).catch(() => {});
      pause = Math.min(pause * 2, backoff.longest);
    }
  }

  const work = follow();
  return {
    look: freshness.look,
    get list() {
      return list;
    },
    synced,
    async close() {
      closing.abort();
      await work;
    },
  };
}
