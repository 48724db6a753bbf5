/** One connection to the revocation feed, from the request to its last event, and the watch over it. */
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
  /** Where to go on; undefined asks for a snapshot. */
  readonly cursor: string | undefined;
  readonly clocks: Clocks;
  readonly closing: AbortSignal;
  /** Whether heartbeats count, this connection's or those of one before. */
  readonly isFresh: () => boolean;
  readonly onEvent: (event: ServerSentEvent) => void;
}

/** Without a heartbeat for so long the list is stale, and a silent connection dead. */
export const maxSilenceMs = 5_000;

/** The feed knows us and says no: coming back changes nothing until somebody has changed a setting. */
export class FeedRefusal extends Error {}

/** What to look at when the feed refuses us, whom it takes for whom `credentials` name. */
const refusals: Readonly<Record<number, string>> = {
  401: 'are the gateway’s client id and secret right, and is the client enabled?',
  403: 'this client was not registered as a gateway',
};

/** Resolves when the server ends the stream. @throws FeedRefusal, and an Error for every other reason to connect again */
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

/** Gives a connection up that is silent, or that talks and has nothing true to say: another node may. */
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
