/** Audit events of exchanges, once for each key, over all nodes. The key is a mark among the artifacts that ends with its day. */
import { appendValues, type NewAuditEvent } from './audit.ts';
import type { Db, Statement } from './database.ts';

export interface NewExchange {
  readonly keyHash: Buffer;
  /** Epoch seconds. */
  readonly toldUntil: number;
  readonly event: NewAuditEvent;
}

// Keys are marked in their order, so that two nodes never wait for each other.
const tellStatement: Statement = {
  name: 'exchanges-tell',
  text: `WITH told AS (
      SELECT key, until, actor, action, target, details, request_id
      FROM unnest($1::bytea[], $2::float8[], $3::text[], $4::text[], $5::text[], $6::jsonb[], $7::text[])
        AS t (key, until, actor, action, target, details, request_id)),
    new AS (INSERT INTO artifacts (model, id_hash, payload, expires_at)
      SELECT 'ToldExchange', key, '', to_timestamp(until) FROM told ORDER BY key
      ON CONFLICT (model, id_hash) DO NOTHING RETURNING id_hash)
    SELECT append_audit(actor, action, target, details, request_id) FROM told JOIN new ON new.id_hash = told.key`,
};

/** Appends the events whose keys nobody has told yet. Each key may occur once. */
export async function tellExchanges(db: Db, exchanges: readonly NewExchange[]): Promise<void> {
  const events = exchanges.map(({ event }) => appendValues(event));
  const columns = [0, 1, 2, 3, 4].map((column) => events.map((values) => values[column]));
  const keys = exchanges.map(({ keyHash }) => keyHash);
  await db.run(tellStatement, [keys, exchanges.map(({ toldUntil }) => toldUntil), ...columns]);
}
