/**
 * The two batchers of a database, each with a connection of its own. They are not among the shares of the pool, because a
 * batch works for all kinds of callers: it would wait for the connections of one, or keep one from all of them.
 */
import type pg from 'pg';
import { Batcher, type BatchKind, type BatchListener, groupCommit } from './batcher.ts';
import { openPool } from './pool.ts';
import { batchLimits } from './timeouts.ts';

/** One for reads, one for writes. */
const connections = 2;

export interface Batches {
  readonly pool: pg.Pool;
  readonly connected: ReadonlySet<pg.PoolClient>;
  readonly onBatch: (listener: BatchListener) => void;
  /** Returns undefined if the statement is to run alone; then it has done nothing. */
  run(config: pg.QueryConfig, kind: BatchKind | undefined): Promise<pg.QueryResult | undefined>;
  /** Takes no more statements, finishes what it has, and closes the connections. */
  close(): Promise<void>;
}

export function openBatches(options: Omit<Parameters<typeof openPool>[0], 'size'>): Batches {
  const { pool, connected, close } = openPool({
    ...options,
    size: connections,
    timeouts: { ...options.timeouts, ...batchLimits },
  });
  const listeners: BatchListener[] = [];
  const onBatch: BatchListener = (...batch) => {
    for (const listener of listeners) listener(...batch);
  };
  const connect = () => pool.connect();
  const batchers = { read: new Batcher('read', connect, onBatch), write: new Batcher('write', connect, onBatch) };
  let closing = false;
  return {
    pool,
    connected,
    onBatch: (listener) => void listeners.push(listener),
    async run(config, kind) {
      if (!kind || !groupCommit.isOn || closing || config.name === undefined) return undefined;
      return batchers[kind].run({ ...config, name: config.name });
    },
    async close() {
      closing = true;
      await Promise.all([batchers.read.idle(), batchers.write.idle()]);
      await close();
    },
  };
}
