/** What is noted of every statement and of its failure, whoever sends it: our functions, Kysely, libraries. */
import pg from 'pg';
import { Batch } from './batch.ts';
import { markAsDatabase } from './unavailable.ts';

/** Pools and connections on which a statement was given up before the database answered it. */
const unanswered = new WeakSet<object>();

/** Reports whether the outcome of a statement on this connection is unknown. */
export function hasUnanswered(client: pg.PoolClient): boolean {
  return unanswered.has(client);
}

/** Why connections were lost while no statement ran on them. */
const losses = new WeakMap<object, Error>();

/** Notes what the database said. A second error of the connection says only that it is closed. */
export function noteLoss(client: pg.PoolClient, error: Error): void {
  if (!losses.has(client)) losses.set(client, error);
}

/** Marks what `owner[method]` rejects with as a failure of the database. Calls with a callback come from the pool itself. */
export function markFailures<Method extends string>(owner: object, method: Method): void {
  const methods = owner as Record<Method, (...args: unknown[]) => unknown>;
  const call = methods[method].bind(owner);
  methods[method] = (...args) => {
    const result = call(...args);
    if (!(result instanceof Promise)) return result;
    return result.catch((error: unknown) => {
      if (!(error instanceof pg.DatabaseError)) unanswered.add(owner);
      // The driver says only that the connection is lost.
      if (error instanceof Error && losses.has(owner)) error.cause ??= losses.get(owner);
      throw markAsDatabase(error);
    });
  };
}

/** Calls `see` with the text of each statement that is sent on this connection. */
export function observe(client: pg.PoolClient, see: (text: string) => void): void {
  const query = client.query.bind(client) as (...args: unknown[]) => unknown;
  client.query = ((...args: unknown[]) => {
    const [first] = args;
    if (first instanceof Batch) first.texts.forEach(see);
    else see(typeof first === 'string' ? first : (first as { text: string }).text);
    return query(...args);
  }) as typeof client.query;
}
