/**
 * The queue of webhook deliveries: pg-boss in a schema of its own beside our tables, on a few connections of its own.
 * Jobs are put into it by SQL alone (queue_webhooks in migrations/0007), in the transaction of what they tell of.
 */

import type pg from 'pg';
import { PgBoss } from 'pg-boss';
import { connectionOptions } from './connection.ts';

const schema = 'vcauth_queue';
const queue = 'webhooks';
/** Nothing is scheduled by time, and no instance needs a name. */
const common = { schema, schedule: false, registerInstance: false, persistWarnings: false } as const;

/** What one job is about: a row of webhook_deliveries, and how many attempts it had when the job was made. */
export interface WebhookJob {
  readonly delivery: string;
  readonly attempt: number;
}

/** Installs the queue or brings it up to date, on this connection; under the lock of the migrations. */
export async function installQueue(client: Pick<pg.Client, 'query'>): Promise<void> {
  const boss = new PgBoss({
    ...common,
    db: { executeSql: (text, values) => run(client, text, values) },
    supervise: false,
  });
  boss.on('error', () => {});
  await boss.start();
  try {
    if (!(await boss.getQueue(queue))) await boss.createQueue(queue);
  } finally {
    await boss.stop({ graceful: false });
  }
}

/** pg answers several statements with several results; pg-boss looks at one. */
async function run(client: Pick<pg.Client, 'query'>, text: string, values: unknown[] = []): Promise<pg.QueryResult> {
  const result = (await (values.length > 0 ? client.query(text, values) : client.query(text))) as
    | pg.QueryResult
    | pg.QueryResult[];
  return Array.isArray(result) ? (result.at(-1) as pg.QueryResult) : result;
}

/** Events that are not told yet, and by how many seconds the most urgent of them is overdue. */
export interface WebhookBacklog {
  readonly waiting: number;
  readonly late: number;
}

const backlogText = `SELECT count(*)::integer AS waiting,
    coalesce(extract(epoch FROM clock_timestamp() - min(due_at) FILTER (WHERE due_at < clock_timestamp())), 0)::float8 AS late
  FROM webhook_deliveries WHERE status = 'pending'`;

export interface WebhookWorkers {
  backlog(): Promise<WebhookBacklog>;
  /** Lets what is in flight finish for so long; what does not goes back into the queue. */
  stop(graceMs: number): Promise<void>;
}

/** Hands on this node, what each takes at a time, and how many attempts on it may be for one client. */
const atOnce = { localConcurrency: 6, batchSize: 2, localGroupConcurrency: 3 };

/** How often one of all nodes looks for jobs whose node has died. */
const lookEverySeconds = 30;

/**
 * Takes jobs, beside all other nodes that do the same. When `work` throws, what was taken together is tried again: it
 * must know by itself what it has done.
 */
export async function startWebhookWorkers(
  url: string,
  work: (job: WebhookJob) => Promise<void>,
  onError: (error: Error) => void,
  lookSeconds = lookEverySeconds,
): Promise<WebhookWorkers> {
  const boss = new PgBoss({
    ...common,
    application_name: 'vibecaas-auth queue',
    ...connectionOptions(url),
    max: 2,
    migrate: false,
    superviseIntervalSeconds: lookSeconds,
    monitorIntervalSeconds: lookSeconds,
  });
  boss.on('error', onError);
  await boss.start();
  await boss.work<WebhookJob>(
    queue,
    { ...atOnce, pollingIntervalSeconds: 1, burstWhenBatchFull: true },
    async (jobs) => {
      const done = await Promise.allSettled(jobs.map(({ data }) => work(data)));
      const failed = done.find(({ status }) => status === 'rejected');
      if (failed) throw (failed as PromiseRejectedResult).reason;
    },
  );
  return {
    backlog: async () => (await boss.getDb().executeSql(backlogText)).rows[0] as WebhookBacklog,
    stop: (graceMs) => boss.stop({ graceful: true, timeout: graceMs }),
  };
}
