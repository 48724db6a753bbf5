/**
 * Statements on a connection whose server process changes with each transaction (PgBouncer in transaction mode). What is set or
 * prepared on such a connection is lost, or is left to strangers. So each transaction makes our settings itself: what goes
 * with one Sync is one transaction, and nothing has a name.
 */
import type pg from 'pg';
import { runBatch } from './batch.ts';

type Send = (config: pg.QueryConfig) => Promise<pg.QueryResult>;

/**
 * Sends a statement, or a script without values.
 * @param settings the statement that makes the settings of a transaction
 * @param inTransaction whether the connection is in one, which has its settings
 * @param client sends a batch
 */
export async function runShared(
  { name: _lost, ...config }: pg.QueryConfig,
  {
    settings,
    inTransaction,
    client,
    send,
  }: { settings: string; inTransaction: boolean; client: Pick<pg.ClientBase, 'query'>; send: Send },
): Promise<pg.QueryResult> {
  if (inTransaction) return send(config);
  if (_lost === undefined && !config.values?.length)
    return withoutFirst(await send({ ...config, text: `${settings}; ${config.text}` }));
  const { promise, resolve, reject } = Promise.withResolvers<pg.QueryResult>();
  runBatch(client, [{ config, resolve, reject }]).then((outcome) => {
    if (outcome !== 'committed') reject(outcome.error);
  });
  return promise;
}

/** The driver returns a list if there is more than one result. */
function withoutFirst(results: pg.QueryResult | pg.QueryResult[]): pg.QueryResult {
  const rest = Array.isArray(results) ? results.slice(1) : [];
  return (rest.length === 1 ? rest[0] : rest) as pg.QueryResult;
}
