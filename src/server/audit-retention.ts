/** For how long servers keep the audit log, with metrics and log lines about it. */
import type { Registry } from 'prom-client';
import type { Config } from '../config/index.ts';
import type { Logger } from '../log/index.ts';
import type { AuditRetention } from '../operations/trim-audit.ts';
import type { SealKey } from '../policy/audit-chain.ts';
import { measureAuditRetention } from '../web/metrics/audit-retention.ts';

export interface RetentionDeps {
  readonly keys: readonly SealKey[];
  readonly log: Logger;
  readonly registry: Registry;
}

export function createAuditRetention(
  { auditRetentionDays: days, auditStreamUrl }: Pick<Config, 'auditRetentionDays' | 'auditStreamUrl'>,
  { keys, log, registry }: RetentionDeps,
): AuditRetention {
  const metrics = measureAuditRetention(registry, days);
  let reported: string | undefined;
  return {
    keys,
    days,
    streamed: auditStreamUrl !== undefined,
    onRun({ oldestSeconds, problem }) {
      metrics.observe(oldestSeconds);
      if (problem !== undefined && problem !== reported) {
        log.error(
          { problem },
          'the beginning of the audit log is wrong, so nothing is removed: run vcauth audit verify',
        );
      }
      reported = problem;
    },
  };
}
