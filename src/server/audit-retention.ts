/** For how long servers keep the audit log, with metrics and log lines about it. */
import type { Registry } from 'prom-client';
import type { Config } from '../config/index.ts';
import type { Logger } from '../log/index.ts';
import type { AuditRetention } from '../operations/trim-audit.ts';
import type { SealKey } from '../policy/audit-chain.ts';
import { measureAuditRetention } from '../web/metrics/audit-retention.ts';

/** Returns undefined if the log is kept for ever. */
export function auditRetentionOf(
  { auditRetentionDays: days, auditStreamUrl }: Pick<Config, 'auditRetentionDays' | 'auditStreamUrl'>,
  { keys, log, registry }: { keys: readonly SealKey[]; log: Logger; registry: Registry },
): AuditRetention | undefined {
  if (days === 0) return undefined;
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
