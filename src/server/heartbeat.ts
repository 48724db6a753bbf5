/** Starts the heartbeat, with its metrics and the warning that clocks differ. */
import type { Registry } from 'prom-client';
import { type Heartbeat, startHeartbeat } from '../store/heartbeat.ts';
import { measureHeartbeat } from '../web/metrics/state.ts';
import type { Base } from './bootstrap.ts';

/** Resolves after the first heartbeat. */
export async function watchDatabase(
  { db, log, cleanup }: Pick<Base, 'db' | 'log' | 'cleanup'>,
  registry: Registry,
): Promise<Heartbeat> {
  const heartbeat = await startHeartbeat(db, (aheadSeconds, agrees) =>
    log.warn(
      { aheadSeconds: Math.round(aheadSeconds) },
      agrees
        ? 'the clocks of this machine and the database agree again'
        : 'the clocks of this machine and the database differ: synchronize both by NTP',
    ),
  );
  cleanup.add(async () => heartbeat.stop());
  measureHeartbeat(registry, heartbeat);
  return heartbeat;
}
