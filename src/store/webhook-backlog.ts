/** How many webhook events wait. It does not need the queue's library. */
import type { Db, Statement } from './database.ts';

/** Pending events, and how long the most urgent of them is overdue. */
export interface WebhookBacklog {
  readonly waiting: number;
  readonly lateSeconds: number;
}

const statement: Statement = {
  name: 'webhook-backlog',
  text: `SELECT count(*)::integer AS waiting,
    coalesce(extract(epoch FROM clock_timestamp() - min(due_at) FILTER (WHERE due_at < clock_timestamp())), 0)::float8 AS "lateSeconds"
  FROM webhook_deliveries WHERE status = 'pending'`,
};

export async function countBacklog(db: Db): Promise<WebhookBacklog> {
  const [row] = await db.run<WebhookBacklog>(statement, []);
  return row ?? { waiting: 0, lateSeconds: 0 };
}
