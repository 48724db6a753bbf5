/**
 * The connection to PostgreSQL: one pool, one way to run a statement, one way to open a transaction, and one hook
 * that sees every statement (tests check statement budgets with it, and metrics count with it).
 *
 * Functions of the store take a `Db` first; a transaction is a `Db` too, so the same function serves both.
 */
import type { Kysely } from 'kysely';
import type pg from 'pg';
import type { BatchListener } from './batcher.ts';
import { openBatches, type Sharing } from './batches.ts';
import { createBuilder } from './builder.ts';
import { openPool } from './pool.ts';
import { type PoolShares, shareConnections } from './pool-shares.ts';
import { withRetries } from './retry.ts';
import { beginWith, type Runner, rollBack, runnerOn, tracedRunner } from './runner.ts';
import type { Schema } from './schema.ts';
import { requestTimeouts, type Timeouts } from './timeouts.ts';

/** A statement on a hot path: written in SQL, prepared by name on each connection. */
export interface Statement extends Sharing {
  readonly name: string;
  readonly text: string;
  /**
   * Outside of a transaction it runs in a batch with statements of other requests (batcher.ts). Only for a statement that
   * takes a moment, locks no more than rows of one request, and may run twice before anybody is answered.
   */
  readonly batch?: Sharing['batch'];
}

/** Where statements run: the pool, or one connection inside a transaction. */
export interface Db {
  /** Runs a named statement and returns its rows. */
  run<Row>(statement: Statement, values: readonly unknown[]): Promise<Row[]>;
  /** Runs several statements without parameters: migrations. */
  script(sql: string): Promise<void>;
  /** The query builder, for pages, admin and tools. */
  readonly builder: Kysely<Schema>;
  /** Runs `work` in one transaction; inside a transaction it joins it, and the options of the outer one hold. */
  transaction<T>(work: (trx: Db) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /**
   * Notifies the listeners of a channel once the change is committed: other nodes by NOTIFY and by a row, this process directly. So a
   * process forgets what it changed itself even if its LISTEN connection is stalled. One statement for any number of payloads.
   */
  notify(channel: string, ...payloads: readonly string[]): Promise<void>;
}

interface TransactionOptions {
  /** False once `work` has had effects outside of the database, so that it must not run again after a deadlock or the like. */
  readonly mayRetry?: () => boolean;
  /** Other limits than those of the connection. */
  readonly timeouts?: Timeouts;
}

export interface Database extends Db {
  /** Calls `listener` with the text of each statement except BEGIN, COMMIT and ROLLBACK. */
  onStatement(listener: (text: string) => void): void;
  /** Calls `listener` with the SQLSTATE whenever the database rolled work back and it is tried again. */
  onRetry(listener: (code: string) => void): void;
  /** Calls `listener` with each notification of this process, after its transaction has committed. */
  onNotify(listener: (channel: string, payload: string) => void): void;
  /** Calls `listener` with each batch of statements that was sent. */
  onBatch(listener: BatchListener): void;
  /** Connections, those for batches included; idle ones; and callers waiting for one. */
  readonly pool: { readonly total: number; readonly idle: number; readonly waiting: number };
  /** The pool itself, for libraries that bring their own statements (rate limits). */
  readonly pgPool: pg.Pool;
  /** Ids of the server processes behind the connections of the pool. */
  processIds(): number[];
  /** The connection string, for a connection of its own (LISTEN). */
  readonly url: string;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly url: string;
  readonly poolSize: number;
  /** Called with errors of idle connections, which the pool replaces. */
  readonly onError?: (error: Error) => void;
  readonly timeouts?: Timeouts;
}

const transactionControl = /^(begin|commit|rollback)\b/i;

/** Opens a pool on `url`. Nothing connects before the first statement. */
export function openDatabase(options: DatabaseOptions): Database {
  const { url, poolSize, onError = () => {}, timeouts = requestTimeouts } = options;
  const listeners: ((text: string) => void)[] = [];
  const retryListeners: ((code: string) => void)[] = [];
  const notified: Notified[] = [];
  const committed: Notified = (channel, payload) => {
    for (const listener of notified) listener(channel, payload);
  };
  const see = (text: string) => {
    if (!transactionControl.test(text)) for (const listener of listeners) listener(text);
  };
  const main = openPool({ url, size: poolSize, timeouts, onError, see });
  const { pool } = main;
  const shares = shareConnections(pool, poolSize, timeouts.connectionWaitMs);
  const batches = openBatches({ url, timeouts, onError, see });
  const onRetry = (code: string) => {
    for (const listener of retryListeners) listener(code);
  };
  const transaction: Db['transaction'] = (work, { mayRetry, timeouts: other } = {}) => {
    const { retryWithinMs } = other ?? timeouts;
    return withRetries(onRetry, () => inTransaction(pool, work, committed, other), { retryWithinMs, mayRetry });
  };
  const runner: Runner = {
    query(config, sharing = {}) {
      const retrying = { ...timeouts, since: performance.now() };
      return batches.run(config, sharing, () => withRetries(onRetry, () => pool.query(config), retrying));
    },
    script: (sql: string) => pool.query(sql),
  };
  return Object.assign(dbOn(runner, transaction, committed), {
    onNotify: (listener: Notified) => void notified.push(listener),
    onRetry: (listener: (code: string) => void) => void retryListeners.push(listener),
    onBatch: batches.onBatch,
    onStatement: (listener: (text: string) => void) => void listeners.push(listener),
    pool: countsOf([pool, batches.pool], shares),
    pgPool: pool,
    processIds: () => [...main.connected, ...batches.connected].map(processIdOf),
    url,
    async close() {
      // Until then, a statement that has left its batch may need the pool.
      await main.close(batches.close());
    },
  });
}

function countsOf(pools: readonly pg.Pool[], shares: PoolShares): Database['pool'] {
  const sum = (count: (pool: pg.Pool) => number) => pools.reduce((total, pool) => total + count(pool), 0);
  return {
    get total() {
      return sum(({ totalCount }) => totalCount);
    },
    get idle() {
      return sum(({ idleCount }) => idleCount);
    },
    get waiting() {
      return sum(({ waitingCount }) => waitingCount) + shares.waiting;
    },
  };
}

/** Returns the id of the server process that serves a connection. The types of pg lack this property. */
export function processIdOf(client: pg.ClientBase): number {
  return (client as unknown as { processID: number }).processID;
}

/** Receives a notification whose change is committed. */
type Notified = (channel: string, payload: string) => void;

const notifyStatement: Statement = {
  name: 'notify',
  text: 'SELECT tell_nodes($1, payload) FROM unnest($2::text[]) payload',
};

function dbOn(untraced: Runner, transaction: Db['transaction'], notified: Notified): Db {
  const runner = tracedRunner(untraced);
  let builder: Kysely<Schema> | undefined;
  return {
    transaction,
    async run<Row>({ name, text, ...sharing }: Statement, values: readonly unknown[]) {
      const result = await runner.query({ name, text, values: values as unknown[] }, sharing);
      return result.rows as Row[];
    },
    async notify(channel, ...payloads) {
      await runner.query({ ...notifyStatement, values: [channel, payloads] });
      for (const payload of payloads) notified(channel, payload);
    },
    async script(sql) {
      await runner.script(sql);
    },
    get builder() {
      builder ??= createBuilder(runner);
      return builder;
    },
  };
}

async function inTransaction<T>(
  pool: pg.Pool,
  work: (trx: Db) => Promise<T>,
  committed: Notified,
  timeouts: Timeouts | undefined,
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query(beginWith(timeouts));
    const notifications: Parameters<Notified>[] = [];
    const trx: Db = dbOn(
      runnerOn(client, timeouts),
      (nested) => nested(trx),
      (...notification) => void notifications.push(notification),
    );
    const result = await work(trx);
    try {
      const { command } = await client.query('COMMIT');
      // PostgreSQL answers so, without an error, if a statement failed and `work` went on.
      if (command === 'ROLLBACK') throw new Error('The transaction was rolled back, because a statement in it failed');
    } finally {
      // A commit whose answer was lost may have happened, and forgetting too much harms nobody.
      for (const notification of notifications) committed(...notification);
    }
    return result;
  } catch (error) {
    broken = await rollBack(client);
    throw error;
  } finally {
    client.release(broken);
  }
}
