/**
 * LISTEN on a connection of its own that comes back by itself. What was sent while it was away is lost: onReconnect is
 * the moment to drop what one has remembered.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { newClient } from './connection.ts';

export interface NotificationEvents {
  /** The connection was lost, could not be restored yet, or a handler threw. */
  onError(error: Error): void;
  /** Listening again. */
  onReconnect(): void;
}

/** Milliseconds. */
const backoff = { shortest: 100, longest: 5_000 };

/**
 * Calls `channels[name]` with the payload of each notification, '' when it has none.
 * @throws when the first connection fails; later failures go to onError and are repaired
 */
export async function listen(
  url: string,
  channels: Readonly<Record<string, (payload: string) => void>>,
  { onError, onReconnect }: NotificationEvents,
): Promise<{ close(): Promise<void> }> {
  const closing = new AbortController();
  let connection = await open();
  const work = follow();

  async function open(): Promise<{ client: pg.Client; lost: Promise<void> }> {
    const client = newClient(url, {
      application_name: 'vibecaas-auth listen',
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
    });
    const lost = new Promise<void>((resolve) => client.once('end', resolve));
    client.on('error', (error) => {
      if (!closing.signal.aborted) onError(error);
    });
    client.on('notification', ({ channel, payload = '' }) => guarded(() => channels[channel]?.(payload)));
    try {
      await client.connect();
      for (const channel of Object.keys(channels)) await client.query(`LISTEN ${client.escapeIdentifier(channel)}`);
    } catch (error) {
      await client.end().catch(() => {});
      throw error;
    }
    return { client, lost };
  }

  async function follow(): Promise<void> {
    for (;;) {
      await connection.lost;
      for (let pause = backoff.shortest; ; pause = Math.min(pause * 2, backoff.longest)) {
        await sleep(pause, undefined, { signal: closing.signal }).catch(() => {});
        if (closing.signal.aborted) return;
        try {
          connection = await open();
          break;
        } catch (error) {
          onError(error as Error);
        }
      }
      if (closing.signal.aborted) return connection.client.end();
      guarded(onReconnect);
    }
  }

  /** A handler's mistake must not end the process from within an event. */
  function guarded(handler: () => void): void {
    try {
      handler();
    } catch (error) {
      onError(error as Error);
    }
  }

  return {
    async close() {
      closing.abort();
      await connection.client.end();
      await work;
    },
  };
}
