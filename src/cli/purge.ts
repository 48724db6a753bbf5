/** vcauth purge: runs now the clean-up that every server does each minute. */
import { AppError } from '../errors.ts';
import { purge } from '../operations/purge.ts';
import { auditKeys } from '../operations/seal-audit.ts';
import type { AuditRetentionRun } from '../operations/trim-audit.ts';
import { command } from './command.ts';
import { UsageError } from './usage-error.ts';

/** As for AUDIT_RETENTION_DAYS. */
const minDays = 30;

export const purgeCommand = command({
  summary: 'Delete what has expired, now; servers do so by themselves every minute',
  details:
    'The audit log is left as it is, unless you say with --audit-days after how many days its events go. Do so daily, as the owner\n' +
    'of the tables, if servers have a role that may not delete events.',
  options: {
    'audit-days': {
      type: 'count',
      value: 'DAYS',
      doc: 'also remove events of the audit log that are older; 30 or more',
    },
    'accept-audit-start': {
      type: 'flag',
      doc: 'the log begins where it should, although the SECRETS that could prove it are lost; the log says who said so',
    },
  },
  examples: ['purge', 'purge --audit-days 400', 'purge --audit-days 400 --accept-audit-start'],
  async run({ options, out, here }) {
    const { 'audit-days': days } = options;
    const accepts = options['accept-audit-start'] === true;
    if (accepts && days === undefined) throw new UsageError('--accept-audit-start needs --audit-days.');
    if (days !== undefined && days < minDays) throw new UsageError(`--audit-days must be ${minDays} or more.`);
    const db = await here.database();
    const runs: AuditRetentionRun[] = [];
    const onRun = (run: AuditRetentionRun) => void runs.push(run);
    const acceptedBy = accepts ? here.actor().id : undefined;
    const keys = days === undefined ? [] : auditKeys(await here.sealer());
    const deleted = await purge(db, days === undefined ? undefined : { keys, days, streamed: true, acceptedBy, onRun });
    const rows = Object.entries(deleted ?? {}).map(([table, count]) => [table, String(count)] as const);
    out.item({ deleted: deleted ?? null }, rows);
    if (!deleted) out.note('A server is cleaning up right now, so nothing was done here.');
    const [{ problem } = {}] = runs;
    if (problem !== undefined) throw new AppError('conflict', `Nothing was removed from the audit log. ${problem}`);
  },
});
