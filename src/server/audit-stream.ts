/** Sends the audit log to AUDIT_STREAM_URL. Every process tries once a second, and one at a time succeeds. */
import type { Registry } from 'prom-client';
import type { Config } from '../config/index.ts';
import type { Logger } from '../log/index.ts';
import { beginStream, sendAuditStream } from '../operations/audit-stream.ts';
import type { Outbound } from '../outbound/request.ts';
import { readStreamBacklog, type StreamBacklog } from '../store/audit-stream.ts';
import { type Database, openDatabase } from '../store/database.ts';
import { measureAuditStream } from '../web/metrics/audit-stream.ts';

interface StreamDeps {
  readonly db: Database;
  readonly outbound: Outbound;
  readonly log: Logger;
  readonly config: Pick<Config, 'issuer' | 'auditStreamAuthorization' | 'auditStreamFormat'>;
  readonly registry: Registry;
}

export interface AuditStream {
  /** Call it whenever there may be something to send. */
  look(): void;
  /** Ends a request under way: another node, or the next start, repeats it. */
  stop(): Promise<void>;
}

const intervalMs = 1_000;
const backlogIntervalMs = 15_000;

/** It has a connection of its own, so that it neither waits for requests nor makes them wait. */
export function startAuditStream(
  { db: { url: databaseUrl }, outbound, log, config, registry }: StreamDeps,
  url: string,
): AuditStream {
  const { issuer, auditStreamAuthorization: authorization, auditStreamFormat: format } = config;
  const receiver = { url, authorization, format };
  const db = openDatabase({ url: databaseUrl, poolSize: 1 });
  let backlog: Pick<StreamBacklog, 'waiting' | 'lateSeconds'> = { waiting: 0, lateSeconds: 0 };
  const counts = measureAuditStream(registry, () => backlog);
  const ending = new AbortController();
  const { host } = new URL(receiver.url);
  const deps = {
    ...{ db, outbound, issuer, receiver, signal: ending.signal },
    onRequest: (outcome: { received: number } | { error: string; failures: number }) => {
      counts.requested('received' in outcome ? outcome.received : 0);
      if ('error' in outcome) {
        const { error, failures } = outcome;
        log.warn({ host, failures }, `the receiver of the audit stream took nothing: ${error}; it will be tried again`);
      }
    },
  };
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
    async stop() {
      ending.abort();
      await running;
      await db.close();
    },
  };
}
