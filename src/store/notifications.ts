/**
 * LISTEN on a dedicated connection that reconnects by itself. Notifications sent while it was disconnected are lost, so
 * callers must drop their caches in onReconnect.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { newClient } from './connection.ts';
import { connectTimeoutMs } from './timeouts.ts';

export interface NotificationEvents {
  /** Called when the connection was lost, a reconnect failed, or a handler threw. */
  onError(error: Error): void;
  /** Called when it is listening again. */
  onReconnect(): void;
}

const backoffMs = { min: 100, max: 5_000 };

/**
 * Calls `channels[name]` with the payload of each notification, '' if it has none.
 * @throws if the first connection fails; later failures go to onError, and it reconnects
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
      connectionTimeoutMillis: connectTimeoutMs,
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
      for (let pauseMs = backoffMs.min; ; pauseMs = Math.min(pauseMs * 2, backoffMs.max)) {
        await sleep(pauseMs, undefined, { signal: closing.signal }).catch(() => {});
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

  /** An exception in an event listener would end the process. */
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
