/** Checks how far the receiver of the audit stream lags behind. Nothing is sent. */
import type { Settings } from '../../config/settings.ts';
import { readStreamBacklog } from '../../store/audit-stream.ts';
import type { Db } from '../../store/database.ts';
import { type Finding, findingsOf } from './finding.ts';

const { ok, warning, problem } = findingsOf('audit stream');
/** A receiver that is restarted is not a problem. */
const maxLateSeconds = 300;

export async function checkAuditStream(
  db: Db,
  { auditStreamUrl }: Pick<Settings, 'auditStreamUrl'>,
): Promise<Finding[]> {
  if (auditStreamUrl === undefined) return [];
  const { host } = new URL(auditStreamUrl);
  const backlog = await readStreamBacklog(db);
  if (!backlog) return [warning(`${host} has got nothing yet: the stream begins with the next start of a server.`)];
  const { waiting, lateSeconds, failures, error, sentAt } = backlog;
  const last = sentAt ? `Its last events were received at ${sentAt.toISOString()}.` : 'It has received nothing yet.';
  const says = `Events that ${host} does not have: ${waiting}. ${last}`;
  if (lateSeconds <= maxLateSeconds) return [ok(says)];
  if (failures === 0) {
    return [
      problem(`${says} No node sends: at least one needs AUDIT_STREAM_URL, and WEBHOOK_DELIVERY must be on there.`),
    ];
  }
  return [
    problem(
      `${says} Failed requests: ${failures}; the last one: ${error}. Nothing is lost: check AUDIT_STREAM_URL and the receiver.`,
    ),
  ];
}
