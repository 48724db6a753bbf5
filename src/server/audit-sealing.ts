/** Seals the audit log when events wait for it. Every process tries, and one at a time succeeds. */
import type { Logger } from '../log/index.ts';
import { sealBatch } from '../operations/seal-audit.ts';
import type { SealKey } from '../policy/audit-chain.ts';
import { openDatabase } from '../store/database.ts';

export interface AuditSealing {
  /** Call it whenever somebody has looked whether events wait. */
  look(isWaiting: boolean): void;
  /** Age of the oldest event that still waits for its seal; 0 if every event has one. */
  readonly lagSeconds: number;
  stop(): Promise<void>;
}

/** It has a connection of its own, so that it neither waits for requests nor makes them wait. */
export function startAuditSealing(url: string, keys: readonly SealKey[], log: Logger): AuditSealing {
  const db = openDatabase({ url, poolSize: 1 });
  let oldestAt: number | undefined;
  let healthy = true;

  async function sealAllWaiting(): Promise<void> {
    for (let more = true; more; ) {
      const read = await sealBatch(db, keys);
      oldestAt = read.oldestSeconds > 0 ? performance.now() - read.oldestSeconds * 1000 : undefined;
      ({ more } = read);
    }
  }

  async function pass(): Promise<void> {
    try {
      await sealAllWaiting();
      if (!healthy) log.info('the audit log is sealed again');
      healthy = true;
    } catch (error) {
      if (healthy) log.warn({ err: error }, 'the audit log could not be sealed; it will be tried again');
      healthy = false;
    }
  }

  let running: Promise<void> | undefined;
  let stopped = false;
  return {
    look(isWaiting) {
      // Another process may have sealed what this one saw waiting.
      if (!isWaiting && !running) oldestAt = undefined;
      if (!isWaiting || stopped) return;
      running ??= pass().finally(() => {
        running = undefined;
      });
    },
    get lagSeconds() {
      return oldestAt === undefined ? 0 : (performance.now() - oldestAt) / 1000;
    },
    async stop() {
      stopped = true;
      await running;
      await db.close();
    },
  };
}
