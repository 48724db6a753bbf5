/**
 * The two batchers of a database, each with a connection of its own. They are not among the shares of the pool, because a
 * batch works for all kinds of callers: it would wait for the connections of one, or keep one from all of them.
 */
import type pg from 'pg';
import { Batcher, type BatchKind, type BatchListener, groupCommit } from './batcher.ts';
import { BlockedRows, rowKey } from './blocked-rows.ts';
import { openPool } from './pool.ts';
import { batchLimits } from './timeouts.ts';

/** One for reads, one for writes. */
const connections = 2;

/** How a statement may share a batch. */
export interface Sharing {
  readonly batch?: BatchKind | undefined;
  /** Which of its values names the row for which it may have to wait. The first, unless it says otherwise. */
  readonly rowAt?: number | undefined;
}

export interface Batches {
  readonly pool: pg.Pool;
  readonly connected: ReadonlySet<pg.PoolClient>;
  readonly onBatch: (listener: BatchListener) => void;
  /** Runs a statement in a batch. Calls `alone` if it must run alone; then it has done nothing. */
  run(config: pg.QueryConfig, sharing: Sharing, alone: () => Promise<pg.QueryResult>): Promise<pg.QueryResult>;
  /** Takes no more statements, and closes the connections when those that it has are done, in a batch or alone. */
  close(): Promise<void>;
}

export function openBatches(options: Omit<Parameters<typeof openPool>[0], 'size'>): Batches {
  const { lockTimeoutMs, statementTimeoutMs } = batchLimits;
  const { pool, connected, close } = openPool({
    ...options,
    size: connections,
    timeouts: { ...options.timeouts, lockTimeoutMs, statementTimeoutMs },
  });
  const listeners: BatchListener[] = [];
  const onBatch: BatchListener = (...batch) => {
    for (const listener of listeners) listener(...batch);
  };
  const connect = () => pool.connect();
  const batchers = { read: new Batcher('read', connect, onBatch), write: new Batcher('write', connect, onBatch) };
  const blocked = new BlockedRows();
  let running = 0;
  let closing = false;
  const done = Promise.withResolvers<void>();
  return {
    pool,
    connected,
    onBatch: (listener) => void listeners.push(listener),
    async run(config, { batch, rowAt = 0 }, alone) {
      const { name } = config;
      if (!batch || !groupCommit.isOn || closing || name === undefined) return alone();
      const key = rowKey(name, config.values?.[rowAt]);
      running += 1;
      try {
        const shared = blocked.has(key)
          ? undefined
          : await batchers[batch].run({ ...config, name }, () => blocked.note(key));
        return shared ?? (await blocked.alone(key, alone));
      } finally {
        running -= 1;
        if (closing && running === 0) done.resolve();
      }
    },
    close() {
      closing = true;
      if (running === 0) done.resolve();
      return close(done.promise);
    },
  };
}
