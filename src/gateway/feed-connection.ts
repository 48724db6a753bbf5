/** One connection to the revocation feed, from the request to its last event, and the watchdog over it. */
import { type Clocks, createStopwatch } from './freshness.ts';
import { basicAuthorization, type Credentials } from './http.ts';
import { chunksOf, reach } from './reach.ts';
import { readEvents, type ServerSentEvent } from './sse.ts';

export interface FeedServer {
  readonly url: string;
  readonly credentials: Credentials;
  readonly fetch: typeof fetch;
}

export interface FeedConnection {
  /** The cursor to resume from; undefined asks for a snapshot. */
  readonly cursor: string | undefined;
  readonly clocks: Clocks;
  readonly closing: AbortSignal;
  /** Whether the list is fresh, by heartbeats of this connection or of an earlier one. */
  readonly isFresh: () => boolean;
  readonly onEvent: (event: ServerSentEvent) => void;
}

/** After this time without a heartbeat the list is stale, and a silent connection counts as dead. */
export const maxSilenceMs = 5_000;

/** The feed refused the credentials: connecting again does not help until somebody changes a setting. */
export class FeedRefusal extends Error {}

/** What to check when the feed refuses the client that `credentials` name. */
const refusals: Readonly<Record<number, string>> = {
  401: 'are the gateway’s client id and secret right, and is the client enabled?',
  403: 'this client was not registered as a gateway',
};

/** Resolves when the server ends the stream. @throws FeedRefusal, or another Error if it is worth connecting again */
export async function readFeed(server: FeedServer, connection: FeedConnection): Promise<void> {
  const { closing, clocks, isFresh, onEvent } = connection;
  const watchdog = startWatchdog(clocks, isFresh);
  try {
    const body = await open(server, connection.cursor, AbortSignal.any([closing, watchdog.signal]));
    let events = 0;
    for await (const event of readEvents(chunksOf(server.url, body))) {
      watchdog.heard();
      events += 1;
      onEvent(event);
    }
    if (events === 0) throw new Error(`${server.url} ends without an event: is it a revocation feed?`);
  } finally {
    watchdog.stop();
  }
}

async function open(
  { url, credentials, fetch }: FeedServer,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  const response = await reach(fetch, url, {
    headers: {
      accept: 'text/event-stream',
      authorization: basicAuthorization(credentials),
      ...(cursor !== undefined && { 'last-event-id': cursor }),
    },
    redirect: 'error',
    signal,
  });
  if (response.status === 200 && response.body) return response.body;
  await response.body?.cancel();
  const why = refusals[response.status];
  if (why) throw new FeedRefusal(`The feed answers ${response.status}: ${why} (${url})`);
  throw new Error(`The feed answers ${response.status} (${url})`);
}

/** Gives up a connection that is silent, or that sends nothing that counts: another node may do better. */
function startWatchdog(clocks: Clocks, isFresh: () => boolean) {
  const connection = new AbortController();
  const connected = createStopwatch(clocks);
  let unheard = createStopwatch(clocks);
  const timer = setInterval(() => {
    const useless = connected() > 2 * maxSilenceMs && !isFresh();
    if (unheard() > maxSilenceMs || useless) connection.abort(new Error('The feed sends no heartbeat that counts'));
  }, 500).unref();
  return {
    signal: connection.signal,
    heard() {
      unheard = createStopwatch(clocks);
    },
    stop() {
      clearInterval(timer);
      connection.abort();
    },
  };
}
