/** Opens the replica, if there is one, for reads that may be a few seconds old. */
import type { Registry } from 'prom-client';
import type { Config } from '../config/index.ts';
import type { CleanupStack } from '../lifecycle/cleanup-stack.ts';
import type { Logger } from '../log/index.ts';
import type { Database } from '../store/database.ts';
import { primaryReads, type Reads } from '../store/reads.ts';
import { openReplica } from '../store/replica.ts';
import { measureReads } from '../web/metrics/reads.ts';

interface ReadsDeps {
  readonly config: Pick<Config, 'databaseReplicaUrl' | 'databaseReplicaPoolSize'>;
  readonly db: Database;
  readonly log: Logger;
  readonly cleanup: CleanupStack;
}

/** Reads go to the primary alone if there is no replica. */
export async function startReads({ config, db, log, cleanup }: ReadsDeps, registry: Registry): Promise<Reads> {
  const { databaseReplicaUrl: url, databaseReplicaPoolSize: poolSize } = config;
  if (url === undefined) return primaryReads(db);
  const replica = await openReplica({
    url,
    poolSize,
    primary: db,
    onState({ state, lagSeconds }) {
      const level = state === 'used' ? 'info' : 'warn';
      log[level]({ replica: state, lagSeconds }, state === 'used' ? 'the replica is read' : 'the replica is not read');
    },
    onError: (err) => log.warn({ err }, 'a connection to the replica was lost'),
  });
  cleanup.add(() => replica.stop());
  measureReads(registry, replica);
  return replica;
}
