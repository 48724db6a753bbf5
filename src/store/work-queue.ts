/**
 * The queues of webhook deliveries, logout tokens and mails: pg-boss in a schema of its own, with a few connections of its own. Only SQL
 * inserts jobs (queue_webhooks in migrations/0007, queue_mails in 0034), in the transaction of what they are about.
 */

import type pg from 'pg';
import { PgBoss, systemClock } from 'pg-boss';
import { connectionOptions } from './connection.ts';
import { type QueueName, queueNames } from './queue-names.ts';
import { backgroundTimeouts } from './timeouts.ts';

const schema = 'vcauth_queue';
/** There are no scheduled jobs, and instances need no names. */
const common = { schema, schedule: false, registerInstance: false, persistWarnings: false } as const;

/**
 * pg-boss shortens the pause after a job by the time that the job took. With the wall clock, a worker would pause for an hour if the clock
 * was set back by an hour during its job.
 */
const clock = { ...systemClock, now: () => performance.timeOrigin + performance.now() };

/** A row of webhook_deliveries, and its number of attempts when the job was created. */
export interface WebhookJob {
  readonly delivery: string;
  readonly attempt: number;
}

/** A row of mails, and its number of attempts when the job was created. */
export interface MailJob {
  readonly mail: string;
  readonly attempt: number;
}

/** Installs or migrates the queues on this connection. Call it under the lock of the migrations. */
export async function installQueues(client: Pick<pg.Client, 'query'>): Promise<void> {
  const boss = new PgBoss({
    ...common,
    db: { executeSql: (text, values) => run(client, text, values) },
    supervise: false,
  });
  boss.on('error', () => {});
  await boss.start();
  try {
    for (const queue of queueNames) if (!(await boss.getQueue(queue))) await boss.createQueue(queue);
  } finally {
    await boss.stop({ graceful: false });
  }
}

/** For several statements pg returns several results, of which pg-boss expects the last. */
async function run(client: Pick<pg.Client, 'query'>, text: string, values: unknown[] = []): Promise<pg.QueryResult> {
  const result = (await (values.length > 0 ? client.query(text, values) : client.query(text))) as
    | pg.QueryResult
    | pg.QueryResult[];
  return Array.isArray(result) ? (result.at(-1) as pg.QueryResult) : result;
}

export interface QueueWorkers {
  /** Waits up to `graceMs` for running jobs; unfinished ones go back into the queue. */
  stop(graceMs: number): Promise<void>;
}

/** Workers of one node on a queue. */
interface Concurrency {
  readonly localConcurrency: number;
  /** Jobs that each takes at a time. */
  readonly batchSize: number;
  /** Concurrent jobs of one group: a client. */
  readonly localGroupConcurrency?: number;
}

/** How often a node looks for jobs of nodes that have crashed. */
const superviseSeconds = 30;

/** What is done with a job, by its queue. */
type Work<Job, Name extends QueueName> = Readonly<Record<Name, (job: Job) => Promise<void>>>;

export type StartWorkers<Job, Name extends QueueName> = (
  url: string,
  work: Work<Job, Name>,
  onError: (error: Error) => void,
  intervalSeconds?: number,
) => Promise<QueueWorkers>;

/** Both queues share the connections, but no slow endpoint of a webhook holds up a logout token. */
export const startWebhookWorkers: StartWorkers<WebhookJob, 'webhooks' | 'logouts'> = (
  url,
  work,
  onError,
  intervalSeconds,
) =>
  startWorkers(
    { localConcurrency: 6, batchSize: 2, localGroupConcurrency: 3 },
    { connections: 2, url, work, onError, intervalSeconds },
  );

/** A mail server limits the connections of one sender. */
export const startMailWorkers: StartWorkers<MailJob, 'mails'> = (url, work, onError, intervalSeconds) =>
  startWorkers({ localConcurrency: 3, batchSize: 1 }, { connections: 1, url, work, onError, intervalSeconds });

/**
 * Starts workers that share queues with all other nodes, each queue with as many. If `work` throws, all jobs of the batch run again, so it must be
 * idempotent.
 */
async function startWorkers<Job, Name extends QueueName>(
  concurrency: Concurrency,
  given: {
    connections: number;
    url: string;
    work: Work<Job, Name>;
    onError: (error: Error) => void;
    intervalSeconds: number | undefined;
  },
): Promise<QueueWorkers> {
  const { connections, url, work, onError, intervalSeconds = superviseSeconds } = given;
  const boss = new PgBoss({
    ...common,
    clock,
    application_name: 'vibecaas-auth queue',
    ...connectionOptions(url, backgroundTimeouts),
    max: connections,
    migrate: false,
    superviseIntervalSeconds: intervalSeconds,
    monitorIntervalSeconds: intervalSeconds,
  });
  boss.on('error', onError);
  try {
    await boss.start();
    const how = { ...concurrency, pollingIntervalSeconds: 1, burstWhenBatchFull: true };
    for (const [queue, take] of Object.entries<(job: Job) => Promise<void>>(work)) {
      await boss.work<Job>(queue, how, async (jobs) => {
        const done = await Promise.allSettled(jobs.map(({ data }) => take(data)));
        const failed = done.find(({ status }) => status === 'rejected');
        if (failed) throw (failed as PromiseRejectedResult).reason;
      });
    }
  } catch (error) {
    // It keeps the connections and timers that it has by now.
    await boss.stop({ graceful: false }).catch(onError);
    throw error;
  }
  return {
    stop: (graceMs) => boss.stop({ graceful: true, timeout: graceMs }),
  };
}
