/** Hears what other nodes and the command line change: one connection for LISTEN that comes back by itself. */
import pg from 'pg';

export interface Subscription {
  close(): Promise<void>;
}

const pauseMs = { first: 200, longest: 5_000 };

/**
 * Calls a channel's handler with each payload. `onReconnect` runs after a lost connection is back: what was told in
 * between was missed, so caches must be dropped.
 */
export async function listen(
  url: string,
  channels: Readonly<Record<string, (payload: string) => void>>,
  { onError, onReconnect }: { onError: (error: Error) => void; onReconnect: () => void },
): Promise<Subscription> {
  let client: pg.Client | undefined;
  let closed = false;
  let retry: NodeJS.Timeout | undefined;

  async function connect(): Promise<void> {
    const fresh = new pg.Client({ connectionString: url, keepAlive: true, application_name: 'vibecaas-auth listen' });
    fresh.on('notification', ({ channel, payload }) => channels[channel]?.(payload ?? ''));
    fresh.on('error', onError);
    await fresh.connect();
    for (const channel of Object.keys(channels)) await fresh.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
    fresh.once('end', () => {
      if (client === fresh) comeBack(pauseMs.first);
    });
    client = fresh;
    if (closed) await fresh.end();
  }

  function comeBack(pause: number): void {
    if (closed) return;
    retry = setTimeout(() => {
      connect().then(onReconnect, (error: Error) => {
        onError(error);
        comeBack(Math.min(pause * 2, pauseMs.longest));
      });
    }, pause);
  }

  await connect();
  return {
    async close() {
      closed = true;
      clearTimeout(retry);
      await client?.end().catch(() => {});
    },
  };
}
