/** Pools of connections. Every statement on them is reported, and every failure is marked as one of the database. */
import pg from 'pg';
import { connectionOptions } from './connection.ts';
import { markFailures, noteLoss, observe } from './statement-hooks.ts';
import type { Timeouts } from './timeouts.ts';

interface PoolOptions {
  readonly url: string;
  readonly size: number;
  readonly timeouts: Timeouts;
  /** Called with errors of idle connections, which the pool replaces, until the pool is closed. */
  readonly onError: (error: Error) => void;
  /** Called with every statement. */
  readonly see: (text: string) => void;
}

export interface OpenPool {
  readonly pool: pg.Pool;
  readonly connected: ReadonlySet<pg.PoolClient>;
  /** Closes each connection as soon as nobody uses it. @param finished what needs connections until then */
  close(finished?: Promise<unknown>): Promise<void>;
}

/** Nothing connects before the first statement. */
export function openPool({ url, size, timeouts, onError, see }: PoolOptions): OpenPool {
  const pool = newPool(url, size, timeouts);
  let closing = false;
  pool.on('error', (error: Error & { client?: unknown }) => {
    // Errors of connections that are being closed do not matter.
    if (closing) return;
    // pg attaches the whole connection with its settings and cancel key: ten kilobytes that do not belong in a log.
    delete error.client;
    onError(error);
  });
  return {
    pool,
    connected: prepareConnections(pool, see),
    async close(finished) {
      closing = true;
      await finished;
      await pool.end();
    },
  };
}

function newPool(url: string, size: number, timeouts: Timeouts): pg.Pool {
  const pool = new pg.Pool({
    application_name: 'vibecaas-auth',
    // Statements on hot paths are few and simple, so a custom plan for each set of values only adds cost.
    ...connectionOptions(url, timeouts, { plan_cache_mode: 'force_generic_plan' }),
    max: size,
    // Longer than the minute after which an idle server needs its connections for its upkeep.
    idleTimeoutMillis: 150_000,
  });
  // Kysely, transactions and libraries all use these two methods, so every failure of the database is marked as such.
  markFailures(pool, 'connect');
  markFailures(pool, 'query');
  return pool;
}

/** Prepares each new connection. Returns the set of open connections. */
function prepareConnections(pool: pg.Pool, see: (text: string) => void): ReadonlySet<pg.PoolClient> {
  const connected = new Set<pg.PoolClient>();
  pool.on('remove', (client) => connected.delete(client));
  pool.on('connect', (client) => {
    connected.add(client);
    // The failed statement, or the pool for an idle connection, reports the error. Without a listener it would end the process.
    client.on('error', (error) => noteLoss(client, error));
    markFailures(client, 'query');
    observe(client, see);
  });
  return connected;
}
