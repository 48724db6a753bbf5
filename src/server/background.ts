/** What a server does besides answering: follows changes that other nodes made, cleans up, writes what was gathered. */
import type { Logger } from '../log/index.ts';
import type { Engine } from '../oidc/engine.ts';
import type { ClientActivity } from '../operations/client-activity.ts';
import { purge } from '../operations/purge.ts';
import { noteSecretsUsed } from '../store/client-secrets.ts';
import type { Database } from '../store/database.ts';
import { measureGauges } from '../store/gauges.ts';
import { listen } from '../store/notifications.ts';
import type { PurgeMetrics } from '../web/metrics/client-activity.ts';
import type { FeedHub } from '../web/oauth/revocations/hub.ts';

export interface BackgroundWork {
  /** Remembers that a client secret was used; written in batches. */
  noteSecretUse(secretId: string): void;
  /** Starts to tell the engine of changed clients and signing keys, and the feed of revocations. */
  follow(engine: Engine, feed: FeedHub): Promise<void>;
  stop(): Promise<void>;
}

/** Milliseconds. Keys are read again now and then in case a notification was lost. */
const periods = { purge: 60_000, measure: 60_000, keys: 30_000, gathered: 10_000, failures: 2_000 };

interface BackgroundDeps {
  readonly db: Database;
  readonly log: Logger;
  readonly activity: ClientActivity;
  readonly purged: PurgeMetrics['observe'];
}

export function startBackgroundWork({ db, log, activity, purged }: BackgroundDeps): BackgroundWork {
  const used = new Set<string>();
  const writeUse = async () => {
    const ids = [...used];
    used.clear();
    if (ids.length > 0) await noteSecretsUsed(db, ids);
  };
  const cleanUp = async () => {
    const started = performance.now();
    purged(await purge(db), (performance.now() - started) / 1000);
  };
  const writeGathered = async () => {
    // Each for itself: what fails in one is no reason to hold back the other.
    const [use, statistics] = await Promise.allSettled([writeUse(), activity.writeStatistics()]);
    for (const outcome of [use, statistics]) if (outcome.status === 'rejected') throw outcome.reason;
  };
  const timers = [
    every(periods.purge, log, cleanUp),
    every(periods.gathered, log, writeGathered),
    every(periods.failures, log, activity.writeFailures),
    every(periods.measure, log, () => measureGauges(db, { minAgeSeconds: 600 })),
  ];
  let subscription: { close(): Promise<void> } | undefined;
  return {
    noteSecretUse: (id) => used.add(id),
    async follow(engine, feed) {
      const reloadKeys = () => {
        engine.reloadKeys().catch((error) => log.warn({ err: error }, 'signing keys could not be read'));
      };
      timers.push(every(periods.keys, log, () => engine.reloadKeys()));
      subscription = await listen(
        db.url,
        {
          clients: (clientId) => engine.clients.forget(clientId),
          signing_keys: reloadKeys,
          token_revocation: feed.wake,
        },
        {
          onError: (error) => log.warn({ err: error }, 'the notification channel failed'),
          onReconnect: () => {
            engine.clients.forget();
            reloadKeys();
          },
        },
      );
    },
    async stop() {
      for (const timer of timers) clearInterval(timer);
      await subscription?.close();
      await Promise.allSettled([writeGathered(), activity.writeFailures()]);
    },
  };
}

function every(ms: number, log: Logger, work: () => Promise<unknown>): NodeJS.Timeout {
  let busy = false;
  return setInterval(async () => {
    if (busy) return;
    busy = true;
    await work().catch((error) => log.warn({ err: error }, 'background work failed; it will be tried again'));
    busy = false;
  }, ms).unref();
}
