/** Opens the replica for reads that may be a few seconds old. */
import type { Registry } from 'prom-client';
import type { Config } from '../config/index.ts';
import type { CleanupStack } from '../lifecycle/cleanup-stack.ts';
import type { Logger } from '../log/index.ts';
import type { Database } from '../store/database.ts';
import type { Reads } from '../store/reads.ts';
import { openReplica } from '../store/replica.ts';
import { measureReads } from '../web/metrics/reads.ts';

interface ReadsDeps {
  readonly config: Pick<Config, 'databaseReplicaPoolSize'>;
  readonly db: Database;
  readonly log: Logger;
  readonly cleanup: CleanupStack;
}

/** Opens the replica at `url`. */
export async function startReads(
  { config, db, log, cleanup }: ReadsDeps,
  url: string,
  registry: Registry,
): Promise<Reads> {
  const replica = await openReplica({
    url,
    poolSize: config.databaseReplicaPoolSize,
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
