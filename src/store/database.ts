/**
 * The connection to PostgreSQL: one pool, one way to run a statement, one way to open a transaction, and one hook
 * that sees every statement (tests check statement budgets with it, and metrics count with it).
 *
 * Functions of the store take a `Db` first; a transaction is a `Db` too, so the same function serves both.
 */
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { connectionOptions } from './connection.ts';
import { type PoolShares, shareConnections } from './pool-shares.ts';
import { withRetries } from './retry.ts';
import { beginWith, poolOf, type Runner, rollBack, runnerOn } from './runner.ts';
import type { Schema } from './schema.ts';
import { markFailures, observe } from './statement-hooks.ts';
import { connectTimeoutMs, requestTimeouts, type Timeouts } from './timeouts.ts';

/** A statement on a hot path: written in SQL, prepared by name on each connection. */
export interface Statement {
  readonly name: string;
  readonly text: string;
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
   * Notifies the listeners of a channel once the change is committed: other nodes by NOTIFY, this process directly. So a
   * process forgets what it changed itself even if its LISTEN connection is stalled.
   */
  notify(channel: string, payload: string): Promise<void>;
}

interface TransactionOptions {
  /** False if `work` has effects outside of the database, so that it must not run again after a deadlock or the like. */
  readonly retry?: boolean;
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
  /** Connections in the pool, idle connections, and callers waiting for one. */
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
  const pool = newPool(url, poolSize, timeouts);
  const shares = shareConnections(pool, poolSize);
  let closing = false;
  pool.on('error', (error: Error & { client?: unknown }) => {
    // Errors of connections that are being closed do not matter.
    if (closing) return;
    // pg attaches the whole connection with its settings and cancel key: ten kilobytes that do not belong in a log.
    delete error.client;
    onError(error);
  });
  const connected = prepareConnections(pool, (text) => {
    if (!transactionControl.test(text)) for (const listener of listeners) listener(text);
  });
  const onRetry = (code: string) => {
    for (const listener of retryListeners) listener(code);
  };
  const retried = <T>(work: () => Promise<T>) => withRetries(onRetry, work);
  const transaction: Db['transaction'] = (work, { retry = true, timeouts: other } = {}) => {
    const once = () => inTransaction(pool, work, committed, other);
    return retry ? retried(once) : once();
  };
  const runner = {
    query: (config: pg.QueryConfig) => retried(() => pool.query(config)),
    script: (sql: string) => pool.query(sql),
  };
  return Object.assign(dbOn(runner, transaction, committed), {
    onNotify: (listener: Notified) => void notified.push(listener),
    onRetry: (listener: (code: string) => void) => void retryListeners.push(listener),
    onStatement: (listener: (text: string) => void) => void listeners.push(listener),
    pool: countsOf(pool, shares),
    pgPool: pool,
    processIds: () => [...connected].map(processIdOf),
    url,
    close() {
      closing = true;
      return pool.end();
    },
  });
}

function newPool(url: string, poolSize: number, timeouts: Timeouts): pg.Pool {
  const pool = new pg.Pool({
    application_name: 'vibecaas-auth',
    // Statements on hot paths are few and simple, so a custom plan for each set of values only adds cost.
    ...connectionOptions(url, timeouts, { plan_cache_mode: 'force_generic_plan' }),
    max: poolSize,
    connectionTimeoutMillis: connectTimeoutMs,
    idleTimeoutMillis: 60_000,
  });
  // Kysely, transactions and libraries all use these two methods, so every failure of the database is marked as such.
  markFailures(pool, 'connect');
  markFailures(pool, 'query');
  return pool;
}

/** Prepares each new connection; `see` is called with every statement. Returns the set of open connections. */
function prepareConnections(pool: pg.Pool, see: (text: string) => void): ReadonlySet<pg.PoolClient> {
  const connected = new Set<pg.PoolClient>();
  pool.on('remove', (client) => connected.delete(client));
  pool.on('connect', (client) => {
    connected.add(client);
    // The failed statement, or the pool for an idle connection, reports the error. Without a listener it would end the process.
    client.on('error', () => {});
    markFailures(client, 'query');
    observe(client, see);
  });
  return connected;
}

function countsOf(pool: pg.Pool, shares: PoolShares): Database['pool'] {
  return {
    get total() {
      return pool.totalCount;
    },
    get idle() {
      return pool.idleCount;
    },
    get waiting() {
      return pool.waitingCount + shares.waiting;
    },
  };
}

/** Returns the id of the server process that serves a connection. The types of pg lack this property. */
export function processIdOf(client: pg.ClientBase): number {
  return (client as unknown as { processID: number }).processID;
}

/** Receives a notification whose change is committed. */
type Notified = (channel: string, payload: string) => void;

const notifyStatement: Statement = { name: 'notify', text: 'SELECT pg_notify($1, $2)' };

function dbOn(runner: Runner, transaction: Db['transaction'], notified: Notified): Db {
  let builder: Kysely<Schema> | undefined;
  return {
    transaction,
    async run<Row>({ name, text }: Statement, values: readonly unknown[]) {
      const result = await runner.query({ name, text, values: values as unknown[] });
      return result.rows as Row[];
    },
    async notify(channel, payload) {
      await runner.query({ ...notifyStatement, values: [channel, payload] });
      notified(channel, payload);
    },
    async script(sql) {
      await runner.script(sql);
    },
    get builder() {
      builder ??= new Kysely<Schema>({ dialect: new PostgresDialect({ pool: poolOf(runner) }) });
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
