/** Tells the engine and the feed of revocations what other processes have changed. */
import type { Logger } from '../log/index.ts';
import type { Engine } from '../oidc/engine.ts';
import { sharesSessions } from '../store/connection.ts';
import type { Database } from '../store/database.ts';
import { listen } from '../store/notifications.ts';
import { type WaitingWork, waitingWork } from '../store/waiting-work.ts';
import type { FeedHub } from '../web/oauth/revocations/hub.ts';

/** Changes by other nodes come by LISTEN, those by this process directly. */
export async function listenForChanges({
  db,
  engine,
  feed,
  log,
  onRow,
  onClient,
}: {
  db: Database;
  log: Logger;
  engine: Engine;
  feed: FeedHub;
  onRow: (waiting: WaitingWork) => void;
  onClient: readonly (((clientId: string) => void) | undefined)[];
}) {
  const reloadKeys = () => {
    engine.reloadKeys().catch((error) => log.warn({ err: error }, 'signing keys could not be read'));
  };
  const channels: Readonly<Record<string, (payload: string) => void>> = {
    clients: (clientId) => {
      engine.clients.forget(clientId);
      for (const listener of onClient) listener?.(clientId);
    },
    signing_keys: reloadKeys,
    token_revocation: () => feed.wake(),
  };
  db.onNotify((channel, payload) => channels[channel]?.(payload));
  const events = {
    onError: (error: Error) => log.warn({ err: error }, 'the notification channel failed'),
    onSilence: () => engine.clients.suspend(),
    onReconnect: () => {
      engine.clients.resume();
      reloadKeys();
    },
  };
  if (!sharesSessions(db.url)) return listen(db.url, channels, events, { statement: waitingWork, onRow });
  const { lookForChanges } = await import('../store/node-changes.ts');
  return listen(db.url, {}, events, lookForChanges(channels, onRow, feed.wake));
}
