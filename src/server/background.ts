/** Background work of a server, and when each part of it runs: changes of other nodes, expired rows, batched data. */
import type { Logger } from '../log/index.ts';
import type { Engine } from '../oidc/engine.ts';
import type { ClientActivity } from '../operations/client-activity.ts';
import type { Decoys } from '../operations/decoys.ts';
import type { AuditRetention } from '../operations/trim-audit.ts';
import type { ThirdPartyPolicy } from '../policy/third-party.ts';
import type { KeyUse } from '../store/api-keys.ts';
import type { Database } from '../store/database.ts';
import type { WaitingWork } from '../store/waiting-work.ts';
import type { PurgeMetrics } from '../web/metrics/client-activity.ts';
import type { FeedHub } from '../web/oauth/revocations/hub.ts';
import { listenForChanges } from './changes.ts';
import { alone, every, inTurn, spaced } from './repeated-work.ts';
import { collectKeyUses, collectSecretUses } from './uses.ts';

export interface BackgroundWork {
  /** Records that a client secret was used. Uses are written in batches. */
  noteSecretUse(secretId: string): void;
  /** Records that API keys were used, in the same way. */
  noteKeyUses(uses: readonly KeyUse[]): void;
  /** Calls `listener` three times in two seconds, from `follow` on, with what waits; with everything that may wait if nobody knows. */
  onLook(listener: (waiting: WaitingWork) => void): void;
  /** Starts to notify the engine of changed clients and signing keys, and the feed of revocations, and to look. */
  follow(engine: Engine, feed: FeedHub): Promise<void>;
  stop(): Promise<void>;
}

/** These are imported when they are first needed, long after the start. */
const cleaning = () => import('../operations/purge.ts');
const gauges = () => import('../store/gauges.ts');
const endingKeys = () => import('../operations/api-key-mails.ts');

/** Keys are also read periodically, in case a notification was lost. */
const intervalsMs = {
  /** The clean-up, gauges, and decoys. */
  upkeep: 60_000,
  /** How often what THIRD_PARTY_POLICY=block blocks is ended again, in case a notification was lost. */
  blocked: 60_000,
  keys: 30_000,
  /** How often uses of secrets and keys, and statistics, are written. */
  batches: 10_000,
  /** How often owners are mailed about API keys that end within a week. */
  endingKeys: 15 * 60_000,
};
/** Failures of clients and exchanges are written after a look, because another timer would wake an idle process more often. */
const failuresIntervalMs = 1_900;
/** If nobody could look for so long, because the channel is silent or a table is locked, each listener looks for itself. */
const maxLookAgeMs = 2_000;
const mayWait: WaitingWork = { unsealed: true, webhooks: true, mails: true, signals: true };

interface BackgroundDeps {
  readonly db: Database;
  readonly log: Logger;
  readonly activity: ClientActivity;
  readonly decoys: Decoys;
  readonly purged: PurgeMetrics['observe'];
  /** Undefined keeps the audit log for ever. */
  readonly auditRetention: AuditRetention | undefined;
  readonly upkeepEveryMs?: number | undefined;
  /** Called with the id of a client that has changed, '' for all. */
  readonly onClientChange?: ((clientId: string) => void) | undefined;
  /** What holds for unregistered apps. */
  readonly thirdPartyPolicy: ThirdPartyPolicy;
}

export function startBackgroundWork({
  db,
  log,
  activity,
  decoys,
  purged,
  auditRetention,
  upkeepEveryMs = intervalsMs.upkeep,
  onClientChange,
  thirdPartyPolicy,
}: BackgroundDeps): BackgroundWork {
  const blocked = thirdPartyPolicy === 'block' ? followDefaultBlock(db, log) : undefined;
  const secretUses = collectSecretUses(db);
  const keyUses = collectKeyUses(db);
  const writeBatches = () => untilAllEnd([secretUses.write(), keyUses.write(), activity.writeStatistics()]);
  const upkeep = inTurn([
    () => purgeAndMeasure(db, purged, auditRetention),
    async () => (await gauges()).measureGauges(db, { minAgeSeconds: 600 }),
    () => decoys.refresh(db),
  ]);
  const timers = [
    every(upkeepEveryMs, log, upkeep),
    every(intervalsMs.batches, log, writeBatches),
    every(intervalsMs.endingKeys, log, async () => (await endingKeys()).tellOfEndingKeys(db)),
  ];
  let subscription: { close(): Promise<void> } | undefined;
  const lookers: ((waiting: WaitingWork) => void)[] = [
    spaced(failuresIntervalMs, alone(log, activity.writeFailures)),
    spaced(failuresIntervalMs, alone(log, activity.exchanges.write)),
  ];
  const tell = (waiting: WaitingWork) => {
    for (const looker of lookers) looker(waiting);
  };
  let watchdog: NodeJS.Timeout | undefined;
  const onRow = (waiting: WaitingWork) => {
    watchdog?.refresh();
    tell(waiting);
  };
  return {
    noteSecretUse: secretUses.note,
    noteKeyUses: keyUses.note,
    onLook: (listener) => void lookers.push(listener),
    async follow(engine, feed) {
      timers.push(every(intervalsMs.keys, log, () => engine.reloadKeys()));
      subscription = await listenForChanges({ db, engine, feed, log, onRow, onClient: [blocked, onClientChange] });
      if (blocked) timers.push(setInterval(blocked, intervalsMs.blocked).unref());
      blocked?.();
      watchdog = setInterval(() => tell(mayWait), maxLookAgeMs).unref();
      timers.push(watchdog);
    },
    async stop() {
      for (const timer of timers) clearInterval(timer);
      await subscription?.close();
      await Promise.allSettled([writeBatches(), activity.writeFailures(), activity.exchanges.write()]);
    },
  };
}

/** Waits for all, even if one of them fails. @throws the first error */
async function untilAllEnd(work: readonly Promise<unknown>[]): Promise<void> {
  const outcomes = await Promise.allSettled(work);
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}

/** Imported only with THIRD_PARTY_POLICY=block. */
const defaultBlock = () => import('./default-block.ts');

/** Returns what to call when one client has changed, or all may have. */
function followDefaultBlock(db: Database, log: Logger): (clientId?: string) => void {
  const changed = new Set<string | undefined>();
  const work = alone(log, async () => (await defaultBlock()).endBlocked(db, log, changed));
  return (clientId) => {
    changed.add(clientId);
    void work();
  };
}

async function purgeAndMeasure(
  db: Database,
  purged: BackgroundDeps['purged'],
  retention: AuditRetention | undefined,
): Promise<void> {
  const { purge } = await cleaning();
  const started = performance.now();
  purged(await purge(db, retention), (performance.now() - started) / 1000);
}
