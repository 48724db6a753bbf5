/**
 * A reader of the revocation feed written by hand, as docs/gateway.md describes it, and a database connection that can
 * be cut.
 */
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Database } from '../../src/store/database.ts';
import { eventuallyTimeoutMs } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { basic } from '../support/oauth.ts';
import { secrets } from '../support/server.ts';

export const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export interface Entry {
  seq: number;
  kind: string;
  value: string;
  expires_at: number | null;
}

interface FeedEvent {
  event: string;
  id: string;
  data: { feed?: string; cursor: string; as_of: number; entries: Entry[]; more: boolean };
  /** When it was received, by performance.now(). */
  at: number;
}

export interface FeedReader {
  readonly status: number;
  readonly headers: Headers;
  readonly events: FeedEvent[];
  readonly ended: boolean;
  /** The connection broke in the middle, instead of ending as a stream does. */
  readonly broken: boolean;
  /** The entries of all events so far, in the order of arrival. */
  entries(): Entry[];
  /** Resolves when `met` says so, checked at each event. */
  until(met: (reader: FeedReader) => boolean, ms?: number): Promise<void>;
  close(): Promise<void>;
}

export const authorizationOf = (clientId: string) => basic(clientId, secrets[clientId] ?? 'none');

export function getFeed(
  issuer: string,
  { clientId = 'gateway', headers = {}, query = '' }: { clientId?: string; headers?: object; query?: string } = {},
  init: RequestInit = {},
): Promise<Response> {
  const all = { authorization: authorizationOf(clientId), ...headers } as Record<string, string>;
  return fetch(`${issuer}/oauth/revocations${query}`, { ...init, headers: all });
}

export async function openFeed(issuer: string, options: Parameters<typeof getFeed>[1] = {}): Promise<FeedReader> {
  const abort = new AbortController();
  const response = await getFeed(issuer, options, { signal: abort.signal });
  const events: FeedEvent[] = [];
  let [ended, broken] = [false, false];
  let wake = Promise.withResolvers<void>();
  const work = (async () => {
    let rest = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      const blocks = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const fields = Object.fromEntries(block.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2)));
        if (!fields.event) continue;
        events.push({ event: fields.event, id: fields.id, data: JSON.parse(fields.data), at: performance.now() });
      }
      wake.resolve();
      wake = Promise.withResolvers();
    }
  })()
    .catch(() => {
      broken = true;
    })
    .finally(() => {
      ended = true;
      wake.resolve();
    });
  const reader: FeedReader = {
    status: response.status,
    headers: response.headers,
    events,
    get ended() {
      return ended;
    },
    get broken() {
      return broken;
    },
    entries: () => events.flatMap(({ data }) => data.entries ?? []),
    async until(met, ms = eventuallyTimeoutMs) {
      const late = performance.now() + ms;
      while (!met(reader)) {
        if (performance.now() > late || ended) throw new Error(`not met: ${JSON.stringify(events.slice(-3))}`);
        await Promise.race([wake.promise, sleep(50)]);
      }
    },
    async close() {
      abort.abort();
      await work;
    },
  };
  return reader;
}

export async function poll(
  issuer: string,
  query: string,
): Promise<{
  status: number;
  body: { feed: string; cursor: string; as_of: number; snapshot: boolean; entries: Entry[]; more: boolean };
}> {
  const response = await getFeed(issuer, { headers: { accept: 'application/json' }, query });
  return { status: response.status, body: (await response.json()) as never };
}

export interface Wire {
  readonly url: string;
  /** Ends every connection and refuses new ones. */
  cut(): void;
  /** Accepts connections and lets nothing through, as a network that drops every packet. */
  swallow(): void;
  /** Lets everything through again, to another target if that is given; connections from before are lost. */
  mend(to?: string): void;
  close(): void;
}

/** A TCP connection that can be cut: to PostgreSQL, or to a server. */
export async function wireTo(target: string): Promise<Wire> {
  const url = new URL(target);
  let { hostname, port } = new URL(target);
  const near = await freePort();
  url.port = String(near);
  const sockets = new Set<Socket>();
  let listener: Server;
  let swallowing = false;
  const open = () => {
    listener = createServer((one) => {
      if (swallowing) {
        sockets.add(one.on('error', () => {}).resume());
        return;
      }
      const other = connect(Number(port), hostname);
      for (const [from, to] of [
        [one, other],
        [other, one],
      ] as const) {
        sockets.add(from);
        from.pipe(to);
        from.on('error', () => to.destroy());
        from.on('close', () => {
          sockets.delete(from);
          to.destroy();
        });
      }
    }).listen(near, '127.0.0.1');
  };
  open();
  const cut = () => {
    listener.close();
    for (const socket of sockets) socket.destroy();
  };
  const swallow = () => {
    swallowing = true;
    for (const socket of sockets) socket.unpipe().resume();
  };
  const mend = (to?: string) => {
    cut();
    swallowing = false;
    if (to) ({ hostname, port } = new URL(to));
    open();
  };
  return { url: url.href, cut, swallow, mend, close: cut };
}

/** The time of the database, in epoch seconds. */
export async function databaseTime(db: Database): Promise<number> {
  const { rows } = await db.pgPool.query('SELECT extract(epoch FROM clock_timestamp())::float8 AS now');
  return rows[0].now;
}

/** Revokes as the server's own operations do, with all entries in one transaction. */
export async function revoke(db: Database, kind: string, values: string[], seconds = 3600): Promise<void> {
  const text = "SELECT revoke_token($1, $2, clock_timestamp() + $3 * interval '1 second')";
  await db.pgPool.query(text, [kind, values, seconds]);
}
