/** How statements reach the pool, or the connection of a transaction. */
import type pg from 'pg';
import { statementChannel, traced } from '../tracing/channels.ts';
import type { Sharing } from './batches.ts';
import { timeoutSettings } from './session-settings.ts';
import { hasUnanswered } from './statement-hooks.ts';
import type { Timeouts } from './timeouts.ts';

/** Runs one statement, or a script of several without values. */
export interface Runner {
  /** @param sharing whether the statement may share a commit with others; in a transaction it shares that one */
  query(config: pg.QueryConfig, sharing?: Sharing): Promise<pg.QueryResult>;
  script(sql: string): Promise<unknown>;
}

/** Tells of each statement that goes through this runner, if anybody listens. */
export function tracedRunner({ query, script }: Runner): Runner {
  return {
    query: (config, sharing) =>
      traced(statementChannel, { name: config.name, text: config.text }, () => query(config, sharing)),
    script,
  };
}

/** A pool for Kysely, which takes a connection for one statement at a time. */
export function poolOf({ query }: Runner): pg.Pool {
  const client = { query: (text: string, values: unknown[]) => query({ text, values }), release: () => {} };
  return { connect: async () => ({ ...client }) } as unknown as pg.Pool;
}

/** The statement that begins a transaction, with limits of its own. */
export function beginWith(timeouts: Timeouts | undefined): string {
  const settings = Object.entries(timeouts ? timeoutSettings(timeouts) : {});
  return ['BEGIN', ...settings.map(([name, value]) => `SET LOCAL ${name} = ${value}`)].join('; ');
}

/**
 * Rolls back. Returns an error if the connection must be closed instead, which rolls back too: a statement that has no answer
 * would keep ROLLBACK waiting, and might come to its end meanwhile.
 */
export async function rollBack(client: pg.PoolClient): Promise<Error | undefined> {
  if (hasUnanswered(client)) return new Error('a statement has no answer');
  return client.query('ROLLBACK').then(
    () => undefined,
    (cause: Error) => cause,
  );
}

export function runnerOn(client: pg.PoolClient, timeouts: Timeouts | undefined): Runner {
  const limit = timeouts && { query_timeout: timeouts.queryTimeoutMs };
  return {
    query: (config) => client.query({ ...config, ...limit } as pg.QueryConfig),
    script: (sql) => client.query(sql),
  };
}
