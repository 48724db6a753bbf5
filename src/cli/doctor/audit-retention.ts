/** Checks that old events leave the audit log. Nothing is removed. */
import type { Settings } from '../../config/settings.ts';
import { readRetentionState } from '../../store/audit-removal.ts';
import type { Db } from '../../store/database.ts';
import { type Finding, findingsOf } from './finding.ts';

const { warning } = findingsOf('audit log');
/** Events stay for up to a day longer, and a first clean-up takes its time. */
const graceDays = 3;

export async function checkAuditRetention(
  db: Db,
  { auditRetentionDays: days }: Pick<Settings, 'auditRetentionDays'>,
): Promise<Finding[]> {
  if (days === 0) return [];
  const { mayRemove, oldestSeconds } = await readRetentionState(db);
  const oldestDays = Math.floor(oldestSeconds / 86_400);
  if (oldestDays <= days + graceDays) return [];
  const says = `The oldest event is ${oldestDays} days old, and AUDIT_RETENTION_DAYS is ${days} here.`;
  if (mayRemove) return [warning(`${says} See docs/runbook/audit-not-trimmed.md.`)];
  return [warning(`${says} This role may not remove any: run vcauth purge --audit-days ${days} daily as the owner.`)];
}
