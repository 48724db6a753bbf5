/**
 * LISTEN on a dedicated connection that reconnects by itself. Notifications sent while it was disconnected are lost, so
 * callers must drop their caches in onReconnect.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { newClient } from './connection.ts';

export interface NotificationEvents {
  /** Called when the connection was lost, a reconnect failed, or a handler threw. */
  onError(error: Error): void;
  /** Called when it is listening again. */
  onReconnect(): void;
}

type Channels = Readonly<Record<string, (payload: string) => void>>;

interface Connection {
  readonly client: pg.Client;
  readonly lost: Promise<void>;
}

const backoffMs = { min: 100, max: 5_000 };

/**
 * Calls `channels[name]` with the payload of each notification, '' if it has none.
 * @throws if the first connection fails; later failures go to onError, and it reconnects
 */
export async function listen(
  url: string,
  channels: Channels,
  { onError, onReconnect }: NotificationEvents,
): Promise<{ close(): Promise<void> }> {
  const closing = new AbortController();
  const onErrorWhileOpen = (error: Error) => {
    if (!closing.signal.aborted) onError(error);
  };
  const open = () => openConnection(url, guarded(channels, onError), onErrorWhileOpen);
  let connection = await open();

  async function follow(): Promise<void> {
    for (;;) {
      await connection.lost;
      const next = await untilOpen(open, closing.signal, onError);
      if (!next) return;
      connection = next;
      if (closing.signal.aborted) return connection.client.end();
      guard(onReconnect, onError);
    }
  }

  const work = follow();
  return {
    async close() {
      closing.abort();
      await connection.client.end();
      await work;
    },
  };
}

async function openConnection(url: string, channels: Channels, onError: (error: Error) => void): Promise<Connection> {
  const client = newClient(url, {
    application_name: 'vibecaas-auth listen',
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  });
  const lost = new Promise<void>((resolve) => client.once('end', resolve));
  client.on('error', onError);
  client.on('notification', ({ channel, payload = '' }) => channels[channel]?.(payload));
  try {
    await client.connect();
    for (const channel of Object.keys(channels)) await client.query(`LISTEN ${client.escapeIdentifier(channel)}`);
  } catch (error) {
    await client.end().catch(() => {});
    throw error;
  }
  return { client, lost };
}

/** Retries with exponential backoff. Returns undefined once `closing` is aborted. */
async function untilOpen(
  open: () => Promise<Connection>,
  closing: AbortSignal,
  onError: (error: Error) => void,
): Promise<Connection | undefined> {
  for (let pauseMs = backoffMs.min; ; pauseMs = Math.min(pauseMs * 2, backoffMs.max)) {
    await sleep(pauseMs, undefined, { signal: closing }).catch(() => {});
    if (closing.aborted) return undefined;
    try {
      return await open();
    } catch (error) {
      onError(error as Error);
    }
  }
}

/** An exception in an event listener would end the process. */
function guard(handler: () => void, onError: (error: Error) => void): void {
  try {
    handler();
  } catch (error) {
    onError(error as Error);
  }
}

function guarded(channels: Channels, onError: (error: Error) => void): Channels {
  return Object.fromEntries(
    Object.entries(channels).map(([name, handle]) => [name, (payload) => guard(() => handle(payload), onError)]),
  );
}
