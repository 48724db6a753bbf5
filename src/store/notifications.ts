/**
 * LISTEN on a dedicated connection that reconnects by itself. It is asked every half second whether it is alive, because a
 * stalled connection looks like one on which nothing happens. Notifications that are sent while it is silent are lost: from
 * onSilence to onReconnect callers must not rely on their caches.
 */
import { setImmediate as immediate, setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { newClient } from './connection.ts';

export interface NotificationEvents {
  /** Called when the connection was lost or does not answer, a reconnect failed, or a handler threw. */
  onError(error: Error): void;
  /** Called when the connection was lost or does not answer. */
  onSilence(): void;
  /** Called when it is listening again. */
  onReconnect(): void;
}

const backoffMs = { min: 100, max: 5_000 };
const heartbeatMs = { interval: 500, timeout: 500 };

/**
 * Calls `channels[name]` with the payload of each notification, '' if it has none.
 * @throws if the first connection fails; later failures go to onError, and it reconnects
 */
export async function listen(
  url: string,
  channels: Readonly<Record<string, (payload: string) => void>>,
  { onError, onSilence, onReconnect }: NotificationEvents,
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

  /** Asks the connection until it is lost. One that does not answer in time is closed, and that is its loss. */
  async function beat(client: pg.Client, lost: Promise<void>): Promise<void> {
    const stop = new AbortController();
    lost.then(() => stop.abort());
    while (!stop.signal.aborted) {
      await sleep(heartbeatMs.interval, undefined, { signal: stop.signal }).catch(() => {});
      if (stop.signal.aborted || (await answers(client))) continue;
      onError(new Error(`no answer on the notification channel within ${heartbeatMs.timeout} ms`));
      await client.end(); // It has a query in flight, so this does not wait for the other side.
    }
  }

  async function follow(): Promise<void> {
    for (;;) {
      void beat(connection.client, connection.lost);
      await connection.lost;
      if (!closing.signal.aborted) guarded(onSilence);
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

/** Whether the connection answers in time. What arrived while this process was busy counts as in time. */
async function answers(client: pg.Client): Promise<boolean> {
  let answered = false;
  const answer = client.query('SELECT 1').then(
    () => {
      answered = true;
    },
    () => {},
  );
  await Promise.race([answer, sleep(heartbeatMs.timeout, undefined, { ref: false })]);
  // Timers run before input is read: after a pause of this process the answer may be waiting.
  if (!answered) await immediate().then(immediate);
  return answered;
}
