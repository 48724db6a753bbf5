/** Sends the audit log to AUDIT_STREAM_URL. Every process tries once a second, and one at a time succeeds. */
import type { Config } from '../config/index.ts';
import type { Logger } from '../log/index.ts';
import type { AuditReceiver } from '../operations/audit-stream.ts';
import type { Outbound } from '../outbound/request.ts';
import { readStreamBacklog, type StreamBacklog } from '../store/audit-stream.ts';
import { type Database, openDatabase } from '../store/database.ts';

export interface AuditStream {
  /** Call it whenever there may be something to send. */
  look(): void;
  /** Calls `listener` with the number of events of each request that was received, and with 0 for one that was not. */
  onRequest(listener: (received: number) => void): void;
  /** What the receiver does not have; a few seconds old. */
  backlog(): Pick<StreamBacklog, 'waiting' | 'lateSeconds'>;
  /** Ends a request under way: another node, or the next start, repeats it. */
  stop(): Promise<void>;
}

const intervalMs = 1_000;
const backlogIntervalMs = 15_000;

/** Undefined without a receiver, and on nodes that send nothing. */
export function auditReceiver(config: Config): AuditReceiver | undefined {
  const { auditStreamUrl: url, auditStreamAuthorization: authorization, auditStreamFormat: format } = config;
  return url === undefined || !config.webhookDelivery ? undefined : { url, authorization, format };
}

/** It has a connection of its own, so that it neither waits for requests nor makes them wait. */
export async function startAuditStream(
  {
    db: { url: databaseUrl },
    outbound,
    log,
    issuer,
  }: { db: Database; outbound: Outbound; log: Logger; issuer: string },
  receiver: AuditReceiver,
): Promise<AuditStream> {
  const { beginStream, sendAuditStream } = await import('../operations/audit-stream.ts');
  const db = openDatabase({ url: databaseUrl, poolSize: 1 });
  const listeners: ((received: number) => void)[] = [];
  const ending = new AbortController();
  const { host } = new URL(receiver.url);
  const deps = {
    ...{ db, outbound, issuer, receiver, signal: ending.signal },
    onRequest: (outcome: { received: number } | { error: string; failures: number }) => {
      const received = 'received' in outcome ? outcome.received : 0;
      for (const listener of listeners) listener(received);
      if ('error' in outcome) {
        const { error, failures } = outcome;
        log.warn({ host, failures }, `the receiver of the audit stream took nothing: ${error}; it will be tried again`);
      }
    },
  };
  let backlog: Pick<StreamBacklog, 'waiting' | 'lateSeconds'> = { waiting: 0, lateSeconds: 0 };
  let begun = false;
  let nextAtMs = 0;
  let countAtMs = 0;
  let running: Promise<void> | undefined;

  async function pass(): Promise<void> {
    if (!begun) await beginStream(db);
    begun = true;
    await sendAuditStream(deps);
    if (performance.now() < countAtMs) return;
    countAtMs = performance.now() + backlogIntervalMs;
    backlog = (await readStreamBacklog(db)) ?? backlog;
  }

  return {
    look() {
      if (running || ending.signal.aborted || performance.now() < nextAtMs) return;
      nextAtMs = performance.now() + intervalMs;
      running = pass()
        .catch((error) => log.warn({ err: error }, 'the audit stream failed; it will be tried again'))
        .finally(() => {
          running = undefined;
        });
    },
    onRequest: (listener) => void listeners.push(listener),
    backlog: () => backlog,
    async stop() {
      ending.abort();
      await running;
      await db.close();
    },
  };
}
